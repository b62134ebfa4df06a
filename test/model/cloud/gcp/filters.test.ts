/** Firewall rules and policies: targets, sources, priorities, stages; and what holds of them for whatever rules there are. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import { ask, decidedBy, endOf, instance, network, type Rule, region, rule, small, to } from "./asking.ts"

type Policy = NonNullable<GcpTopology["firewallPolicies"]>[number]
type PolicyRule = Policy["rules"][number]

const denied = "deny at other: FIREWALL_RULE"
const account = "app@case.iam.gserviceaccount.com"
const people = (vm: Partial<GcpTopology["instances"][number]>, other: Partial<GcpTopology["instances"][number]> = {}) => [
  instance("vm", "10.0.1.10", vm),
  instance("other", "10.0.1.11", other)
]
const end = (rules: ReadonlyArray<Rule>, instances = people({}), port = 80): string =>
  endOf(ask(small({ firewallRules: rules, instances }), to("10.0.1.11", port)))

describe("a network's rules", () => {
  test("lower numbers go first; at the same number deny does", () => {
    expect(end([rule("a", { priority: 900 }), rule("b", { priority: 1_000, action: "deny" })])).toBe("ok")
    expect(end([rule("a"), rule("b", { priority: 999, action: "deny" })])).toBe(denied)
    expect(end([rule("a"), rule("b", { action: "deny" })])).toBe(denied)
    expect(end([rule("a", { priority: 65_535 })])).toBe("ok")
  })

  test("hold for targets by tag or by service account, and for all without any", () => {
    const tagged = rule("tagged", { targetTags: ["web"] })
    expect([end([tagged]), end([tagged], people({}, { tags: ["web"] })), end([tagged], people({ tags: ["web"] }))]).toEqual([
      denied,
      "ok",
      denied
    ])
    const accounted = rule("accounted", { targetServiceAccounts: [account] })
    expect([end([accounted]), end([accounted], people({}, { serviceAccount: account }))]).toEqual([denied, "ok"])
  })

  test("know who sends by tag, by service account, or by range, whichever fits", () => {
    const either = rule("either", { sourceTags: ["client"], sourceRanges: ["192.168.0.0/16"] })
    expect([end([either]), end([either], people({ tags: ["client"] }))]).toEqual([denied, "ok"])
    const accounted = rule("accounted", { sourceServiceAccounts: [account] })
    expect([end([accounted]), end([accounted], people({ serviceAccount: account }))]).toEqual([denied, "ok"])
    expect(end([rule("ranged", { sourceRanges: ["10.0.1.0/24"] })])).toBe("ok")
  })

  test("how specific a target is makes no difference", () => {
    const rules = [rule("all", { priority: 10, action: "deny" }), rule("one", { priority: 20, targetTags: ["web"] })]
    expect(end(rules, people({}, { tags: ["web"] }))).toBe(denied)
  })

  test("by protocol and port; others do not match", () => {
    const web = rule("web", { layer4: [{ protocol: "icmp" }, { protocol: "tcp", ports: ["443", "8000-8080"] }] })
    const listening = [80, 443, 8_080].map((port) => ({ protocol: "tcp" as const, port }))
    expect([80, 443, 8_080].map((port) => end([web], people({}, { listening }), port))).toEqual([denied, "ok", "ok"])
    expect(end([rule("sctp", { layer4: [{ protocol: "sctp" }] })])).toBe(denied)
  })

  test("a disabled rule is none, nor is one of another network", () => {
    expect(end([rule("off", { disabled: true })])).toBe(denied)
    expect(end([rule("elsewhere", { network: "other-net" })])).toBe(denied)
  })

  test("going out is judged at the sender, by destination; coming in at the target; a reply passes both", () => {
    const out = rule("out", { direction: "egress", action: "deny", destinationRanges: ["10.0.1.11/32"] })
    expect(end([rule("let-in"), out])).toBe("deny at vm: FIREWALL_RULE")
    expect(end([rule("let-in"), { ...out, destinationRanges: ["10.0.9.0/24"] }])).toBe("ok")
    // The target may not open anything towards the sender, and yet answers.
    expect(end([rule("let-in"), { ...out, destinationRanges: ["10.0.1.10/32"] }])).toBe("ok")
  })
})

const allow = (more: Partial<PolicyRule> = {}): PolicyRule => ({
  priority: 100,
  direction: "ingress",
  action: "allow",
  layer4: [{ protocol: "all" }],
  ...more
})
const goOn = allow({ action: "goto_next" })
const deny = allow({ action: "deny" })

const policed = (policies: ReadonlyArray<Policy>, firewallRules: ReadonlyArray<Rule> = [], parts: Partial<GcpTopology> = {}) => {
  const branch = ask(
    small({
      networks: [network("net", { project: "project" })],
      projects: [{ id: "project", folder: "child" }],
      folders: [{ id: "parent" }, { id: "child", parent: "parent" }, { id: "stranger" }],
      firewallPolicies: policies,
      firewallRules,
      ...parts
    }),
    to("10.0.1.11")
  )
  return [endOf(branch), decidedBy(branch)]
}
const organization = (...rules: ReadonlyArray<PolicyRule>): Policy => ({ id: "organization", attachedTo: { _tag: "Organization" }, rules })
const folder = (id: string, ...rules: ReadonlyArray<PolicyRule>): Policy => ({ id, attachedTo: { _tag: "Folder", folder: id }, rules })

describe("policies", () => {
  test("from the top down; a decision ends the row", () => {
    expect(policed([folder("child", deny), organization(allow())])).toEqual(["ok", "organization"])
    expect(policed([folder("child", allow()), folder("parent", deny)])).toEqual([denied, "parent"])
    expect(policed([folder("stranger", deny)], [rule("let-in")])).toEqual(["ok", "let-in"])
  })

  test("goto_next and no match go on, past the rest of their own policy", () => {
    const delegating = organization({ ...goOn, priority: 1 }, { ...deny, priority: 2 })
    expect(policed([delegating], [rule("let-in")])).toEqual(["ok", "let-in"])
    expect(policed([delegating])).toEqual([denied, "net"])
    expect(policed([organization(allow({ sourceRanges: ["192.168.0.0/16"] }))], [rule("let-in")])).toEqual(["ok", "let-in"])
  })

  test("a rule for some networks or accounts holds for those alone", () => {
    const elsewhere = organization({ ...deny, targetNetworks: ["other-net"] })
    expect(policed([elsewhere], [rule("let-in")])).toEqual(["ok", "let-in"])
    const forApp = organization({ ...deny, targetServiceAccounts: [account] })
    expect(policed([forApp], [rule("let-in")])).toEqual(["ok", "let-in"])
    expect(policed([forApp], [rule("let-in")], { instances: people({}, { serviceAccount: account }) })).toEqual([denied, "organization"])
  })

  test("of a network: behind its rules, the global one before the region's", () => {
    const global: Policy = { id: "global", attachedTo: { _tag: "Global", networks: ["net"] }, rules: [allow()] }
    const regional: Policy = { id: "regional", attachedTo: { _tag: "Region", networks: ["net"], region }, rules: [deny] }
    expect(policed([regional, global])).toEqual(["ok", "global"])
    expect(policed([regional])).toEqual([denied, "regional"])
    expect(policed([{ ...regional, attachedTo: { _tag: "Region", networks: ["net"], region: "us-east1" } }], [rule("let-in")])).toEqual([
      "ok",
      "let-in"
    ])
    expect(policed([global], [rule("keep-out", { action: "deny" })])).toEqual([denied, "keep-out"])
  })
})

const someRule = fc.record({
  priority: fc.integer({ min: 0, max: 5 }),
  action: fc.constantFrom("allow" as const, "deny" as const),
  layer4: fc.constantFrom([{ protocol: "all" as const }], [{ protocol: "tcp" as const, ports: ["80"] }], [{ protocol: "udp" as const }]),
  sourceRanges: fc.constantFrom(["10.0.1.0/24"], ["10.0.1.10/32"], ["192.168.0.0/16"])
})
const named = (rules: ReadonlyArray<Partial<Rule>>): ReadonlyArray<Rule> => rules.map((each, index) => rule(`rule-${index}`, each))

describe("for whatever rules there are", () => {
  test("an allow rule at the head of all never turns an allow into a deny", () => {
    fc.assert(
      fc.property(fc.array(someRule, { maxLength: 6 }), someRule, (rules, added) => {
        const raised = named(rules.map((each) => ({ ...each, priority: each.priority + 1 })))
        const first = rule("added", { ...added, action: "allow", priority: 0 })
        if (end(raised) === "ok") expect(end([...raised, first])).toBe("ok")
      }),
      { numRuns: 200 }
    )
  })

  test("the order in which rules are written makes no difference", () => {
    const shuffled = fc
      .array(someRule, { maxLength: 6 })
      .chain((rules) => fc.tuple(fc.constant(named(rules)), fc.shuffledSubarray(named(rules) as Array<Rule>, { minLength: rules.length })))
    fc.assert(
      fc.property(shuffled, ([rules, others]) => {
        expect(end(others)).toBe(end(rules))
      }),
      { numRuns: 200 }
    )
  })
})
