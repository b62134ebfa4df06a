/** A flow told hop by hop: what decided, what lost, how it ended. */
import { expect, test } from "vitest"
import type { Branch, Leg } from "../../src/model/net/verdict.ts"
import { ratio } from "../../src/model/value/ratio.ts"
import type { Style } from "../../src/report/style.ts"
import { reachText } from "../../src/report/text-reach.ts"

const style: Style = { colour: false, ascii: false, columns: 100 } as unknown as Style
const flow = {
  protocol: "tcp",
  source: "10.0.0.1",
  destination: "10.0.1.1",
  sourcePorts: { from: 1_024, to: 65_535 },
  destinationPorts: { from: 80, to: 80 }
} as const
const there = (end: Leg["end"]): Leg => ({
  flow,
  hops: [
    {
      component: "subnet-a",
      steps: [
        {
          _tag: "Routed",
          table: { resource: "rt" },
          won: { resource: "rt", part: "10.0.0.0/16 → local" },
          prefix: "10.0.0.0/16",
          losers: [{ route: { resource: "rt", part: "0.0.0.0/0 → igw" }, prefix: "0.0.0.0/0", why: "less specific" }]
        }
      ]
    }
  ],
  end
})
const through = (of: number, over: number): Branch => ({
  share: ratio(of, over),
  members: 1,
  ok: true,
  forward: there({ fate: "delivered", at: "web" }),
  reply: there({ fate: "delivered", at: "client" }),
  sessions: []
})
const denied: Branch = {
  share: ratio(1, 3),
  members: 1,
  ok: false,
  sessions: [],
  forward: there({
    fate: "deny",
    at: "subnet-b",
    reason: "DeniedByFilter",
    code: "SUBNET_ACL_RESTRICTION",
    origin: { resource: "acl", part: "inbound rule *" },
    fails: "timeout"
  })
}
const told = (branches: ReadonlyArray<Branch>, most = 4) =>
  reachText(style, { headline: "client → web:80", trace: { branches, success: ratio(2, 3), touched: [] }, most })

test("what fails comes first, with its obstacle; ways that end alike are told once", () => {
  const lines = told([through(1, 3), denied, through(1, 3)]).split("\n")
  expect(lines.filter((line) => /^[✔✖]/u.test(line))).toEqual(["✖ 1/3 times out", "✔ 2/3 gets through by 2 ways alike; the first of them"])
  expect(lines).toContain("    denied at subnet-b: a filter denies it [SUBNET_ACL_RESTRICTION] (acl, inbound rule *)")
})

test("the route that won stands before those that it beat, each with why", () => {
  expect(told([denied])).toContain("      routed by rt: 10.0.0.0/16 → local\n        not 0.0.0.0/0 → igw: less specific")
})

test("what is left out is counted", () => {
  expect(told([through(1, 3), denied], 1)).toMatch(/1 kind of way more: --all shows them$/)
})
