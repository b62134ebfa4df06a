/** What a file of a dump is known by, and the command that writes it. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { commandFor, dumpKindNames, dumpKinds, kindOfFile } from "../../../src/scenario/dump/files.ts"

describe("a file's name", () => {
  test("is the subcommand or the plural, for every kind", () => {
    for (const kind of dumpKindNames) {
      const { command } = dumpKinds[kind]
      expect(kindOfFile(`${command}.json`)).toEqual({ kind, of: "" })
      expect(kindOfFile(`${command.replace(/^[a-z]+-/, "")}.json`)).toEqual({ kind, of: "" })
    }
  })

  test.each([
    ["describe-nodegroup-blue.json", { kind: "nodeGroups", of: "blue" }],
    ["nodegroups.json", { kind: "nodeGroups", of: "" }],
    ["clusters.json", { kind: "clusters", of: "" }],
    ["describe-cluster-shop-eu.json", { kind: "clusters", of: "shop-eu" }],
    ["search-transit-gateway-routes-tgw-rtb-0a.json", { kind: "transitRoutes", of: "tgw-rtb-0a" }],
    ["get-managed-prefix-list-entries-pl-0a.json", { kind: "prefixListEntries", of: "pl-0a" }],
    ["describe-target-health-web.json", "not modelled"],
    ["listeners.json", "not modelled"],
    ["list-clusters.json", "without effect"],
    ["describe-vpcs-old.json", undefined],
    ["describe-vpc.json", undefined],
    ["notes.json", undefined]
  ])("%s", (name, found) => {
    expect(kindOfFile(name)).toEqual(found)
  })
})

test("docs/import.md names every file that is read", () => {
  const page = readFileSync(fileURLToPath(new URL("../../../docs/import.md", import.meta.url)), "utf8")
  const untold = dumpKindNames.map((kind) => dumpKinds[kind].command).filter((command) => !page.includes(`\`${command}`))
  expect(untold).toEqual([])
})

test("the command that writes a file says what it asks for, where that is known", () => {
  expect(commandFor("vpcs", "dump")).toBe("aws ec2 describe-vpcs --output json > dump/describe-vpcs.json")
  expect(commandFor("clusters", "dump")).toBe("aws eks describe-cluster --name <cluster> --output json > dump/describe-cluster.json")
  expect(commandFor("transitRoutes", "dump", "tgw-rtb-0a")).toBe(
    "aws ec2 search-transit-gateway-routes --filters Name=state,Values=active,blackhole --transit-gateway-route-table-id tgw-rtb-0a --output json > dump/search-transit-gateway-routes-tgw-rtb-0a.json"
  )
  expect(commandFor("prefixListEntries", "dump")).toContain("> dump/get-managed-prefix-list-entries-<list>.json")
})
