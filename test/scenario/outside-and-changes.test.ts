/** Hosts outside and changes of the network, mistyped: one sentence each, at the line where they stand. */
import { afterAll, expect, test } from "vitest"
import { openFiles, smallScenario } from "./files.ts"

const files = openFiles()
afterAll(files.remove)

let count = 0
const refused = async (words: string, line: string) => {
  const text = smallScenario(["import { ", `import { ${words}, `], ['.until("10m")', `${line}\n  .until("10m")`])
  const [diagnostic] = await files.refuse(files.write(`case-${count++}.ts`, text))
  return `${diagnostic?.code} ${diagnostic?.headline}; ${diagnostic?.help ?? diagnostic?.notes?.join("; ")}`
}

test.each([
  [
    "a private address",
    "createNatGateway",
    '.outside("bank", { address: "10.0.0.7", ports: [443] })',
    'D008 outside "bank": "10.0.0.7" is no public IPv4 address; write one like "198.51.100.10"'
  ],
  [
    "an allow-list that cannot be read",
    "createNatGateway",
    '.outside("bank", { address: "198.51.100.10", ports: [443], admits: ["192.0.2.1"] })',
    'D008 outside "bank": "192.0.2.1" is no prefix; write "192.0.2.1/32"'
  ],
  [
    "a port that is none",
    "createNatGateway",
    '.outside("bank", { address: "198.51.100.10", ports: [0] })',
    'D008 outside "bank": 0 is no port; ports are 1 to 65535'
  ],
  [
    "a route of an unknown table",
    "setRoute",
    '.at("1m", setRoute("small-pubic", { destination: "0.0.0.0/0", target: "small-igw" }))',
    'D004 setRoute at 1m: unknown route table "small-pubic"; did you mean "small-public"?'
  ],
  [
    "a gateway that nobody has",
    "cutGateway",
    '.at("1m", cutGateway("small-nat"))',
    'D004 cutGateway at 1m: unknown gateway "small-nat"; did you mean "small-nat-eu-west-1a"'
  ],
  [
    "healing a gateway that was not cut",
    "healGateway",
    '.at("1m", healGateway("small-igw"))',
    'D006 healGateway("small-igw") at 1m: nothing has cut it'
  ],
  [
    "a rule without its peer",
    "authorizeRule",
    '.at("1m", authorizeRule("g", "ingress", { protocol: "tcp", fromPort: 1, toPort: 2 }))',
    'D008 authorizeRule: "peer" is missing'
  ]
])("%s", async (_what, words, line, expected) => {
  expect(await refused(words, line)).toContain(expected)
})
