/** Published cases of addresses at AWS: pools, subnets, max-pods. Each is played by the agents, or asked. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { freeCountOf } from "../../src/model/capacity/addresses.ts"
import { launchRefusalOf } from "../../src/model/capacity/launches.ts"
import { freeIn, subnetBookOf } from "../../src/model/capacity/subnet-book.ts"
import { instanceTermsOf, interfaceLimitsOf, maxPodsOf } from "../../src/model/cloud/aws/limits.ts"
import { appOf, flatPlan } from "../flat-plan.ts"
import { type Hand, holdingOf, playPools, reservedOf } from "../model/capacity/pools.ts"
import { played } from "../played.ts"

interface Case {
  readonly id: string
  readonly group: string
  readonly in: Readonly<Record<string, unknown>>
  readonly expect: Readonly<Record<string, unknown>>
}

const cases = (parse(readFileSync(new URL("./addresses.yaml", import.meta.url), "utf8")) as { readonly cases: ReadonlyArray<Case> }).cases
const inGroup = (group: string) => cases.filter((each) => each.group === group).map((each) => [each.id, each] as const)
const caseOf = (id: string): Case => {
  const found = cases.find((each) => each.id === id)
  if (found === undefined) throw new Error(`case ${id} is missing`)
  return found
}
const numberIn = (each: Case, name: string): number => (typeof each.in[name] === "number" ? (each.in[name] as number) : 0)

const zone = "a"

/** One node of a type in a wide subnet, its pods coming slowly: one every fifteen seconds, so that the agent keeps up. */
const ramp = (each: Case, settings: Readonly<Record<string, number | boolean>>) => {
  const count = numberIn(each, "pods")
  const hands = Array.from({ length: count }, (_, index) => [60 + index * 15, { pod: `p${index}`, on: "n" }] as const)
  const nodes = { n: { type: String(each.in["type"]), subnet: "s", at: 10 } }
  const run = playPools({ nodes, subnets: { s: { zone, cidr: "10.0.0.0/16" } }, settings }, hands, 120 + count * 15)
  return holdingOf(run, "n")
}

const targets = (each: Case) => ({ warmAddresses: numberIn(each, "WARM_IP_TARGET"), addressesMin: numberIn(each, "MINIMUM_IP_TARGET") })

describe("aws-vpc-cni-secondary-ip", () => {
  test.each(inGroup("aws-vpc-cni-secondary-ip").filter(([, each]) => each.in["cluster"] === undefined))("%s", (_id, each) => {
    const held = ramp(each, { ...targets(each), warmInterfaces: numberIn(each, "WARM_ENI_TARGET") })
    expect({
      enis: held.perInterface.length,
      secondaryIps: held.addresses,
      unusedIps: held.unused,
      ipsPerEni: held.perInterface,
      subnetAddresses: held.fromSubnet
    }).toMatchObject(each.expect)
  })
})

test("aws-vpc-cni-secondary-ip pool-20: three nodes, two of them with a pod", () => {
  const { in: given, expect: wanted } = caseOf("pool-20")
  const members = given["cluster"] as ReadonlyArray<{ readonly type: string; readonly pods: number }>
  const nodes = Object.fromEntries(members.map(({ type }, index) => [`n${index}`, { type, subnet: "s", at: 10 }]))
  const hands = members.flatMap(({ pods }, index) =>
    Array.from({ length: pods }, (_, pod) => [60 + pod * 15, { pod: `p${index}-${pod}`, on: `n${index}` }] as const)
  )
  const run = playPools({ nodes, subnets: { s: { zone, cidr: "10.0.0.0/16" } }, settings: { warmInterfaces: Number(given["WARM_ENI_TARGET"]) } }, hands, 200)
  const held = Object.keys(nodes).map((name) => holdingOf(run, name))
  expect({
    subnetAddresses: held.reduce((sum, { fromSubnet }) => sum + fromSubnet, 0),
    perNode: held.map(({ fromSubnet }) => fromSubnet),
    warmIps: held.reduce((sum, { unused }) => sum + unused, 0)
  }).toEqual(wanted)
})

describe("aws-vpc-cni-prefix", () => {
  test.each(inGroup("aws-vpc-cni-prefix"))("%s", (_id, each) => {
    const held = ramp(each, { ...targets(each), prefixDelegation: true, warmPrefixes: numberIn(each, "WARM_PREFIX_TARGET") })
    const prefixes = held.prefixes.reduce((sum, count) => sum + count, 0)
    expect({
      enis: held.prefixes.length,
      prefixes,
      unusedPrefixes: prefixes - Math.ceil(numberIn(each, "pods") / 16),
      unusedIps: held.unused,
      prefixesPerEni: held.prefixes,
      subnetAddresses: held.fromSubnet
    }).toMatchObject(each.expect)
  })
})

describe("aws-subnet-exhaustion", () => {
  const subnets = { s: { zone, cidr: "10.0.0.0/27" } }
  const three = { a: { type: "m5.large", subnet: "s" }, b: { type: "m5.large", subnet: "s" }, c: { type: "m5.large", subnet: "s", at: 10 } }
  test("exh-02", () => {
    const { expect: wanted } = caseOf("exh-02")
    const hands: Array<readonly [number, Hand]> = []
    // The kubelet tries again every ten seconds.
    for (let pod = 0; pod < 27; pod++) for (let at = 20; at < 200; at += 10) hands.push([at, { pod: `p${pod}`, on: "n" }])
    const run = playPools({ nodes: { n: { type: "m5.large", subnet: "s", at: 10 } }, subnets }, hands, 400)
    const held = holdingOf(run, "n")
    expect({
      usable: freeIn(subnetBookOf({ id: "s", cidr: "10.0.0.0/27", reserved: reservedOf("10.0.0.0/27") })),
      podIps: held.addresses,
      used: held.fromSubnet,
      stranded: freeCountOf(run.book, "s"),
      podsContainerCreating: 27 - (run.book.pools.get("n")?.held.size ?? 0)
    }).toEqual(wanted)
  })
  test("exh-03", () => {
    const run = playPools({ nodes: three, subnets }, [], 300)
    const names = ["a", "b", "c"]
    expect({
      usable: 27,
      used: names.reduce((sum, name) => sum + holdingOf(run, name).fromSubnet, 0),
      secondaryIpsPerNode: names.map((name) => holdingOf(run, name).addresses),
      stranded: freeCountOf(run.book, "s")
    }).toEqual(caseOf("exh-03").expect)
  })
  test("exh-04", () => {
    const { book } = playPools({ nodes: three, subnets }, [], 300)
    const refusal = launchRefusalOf(book, new Set(), { zone, subnet: "s", instanceType: "m5.large" })
    expect(refusal?.message).toContain(caseOf("exh-04").expect["messageContains"])
    expect(refusal?.limit).toBe("free addresses of s (0 left)")
  })
})

test("aws-pod-state exh-06", () => {
  const { expect: wanted } = caseOf("exh-06")
  const { events } = played(flatPlan({ zones: ["a"], perZone: 5, maxPods: 2, workloads: [appOf("app", 11)], groups: [{ autoscaled: true, max: 6 }] }))
  const failed = events.find(({ event }) => event._tag === "kube/SchedulingFailed")?.event
  expect(failed?._tag === "kube/SchedulingFailed" ? failed.message : "").toContain(String(wanted["message"]).slice(0, -1))
  expect(events.some(({ event }) => event._tag === "kube/GroupGrown")).toBe(wanted["clusterAutoscalerReacts"])
})

describe("aws-max-pods", () => {
  test.each(inGroup("aws-max-pods"))("%s", (_id, each) => {
    const type = each.in["type"]
    const given = { interfaces: numberIn(each, "enis"), addressesPerInterface: numberIn(each, "ipsPerEni"), cpus: 2, takesPrefixes: true }
    const limits = typeof type === "string" ? interfaceLimitsOf(type) : given
    if (limits === undefined) throw new Error(`${String(type)} is not in the data`)
    const addressing = {
      prefixDelegation: each.in["prefixDelegation"] === true,
      customNetworking: each.in["customNetworking"] === true
    }
    expect(maxPodsOf(limits, addressing)).toBe(each.expect["maxPods"])
  })
})

test.each(inGroup("aws-branch-eni"))("aws-branch-eni %s", (_id, each) => {
  expect(instanceTermsOf(String(each.in["type"]))?.branchesMax).toBe(each.expect["branchEnis"])
})

test.each(inGroup("subnet-usable"))("subnet-usable %s", (_id, each) => {
  const cidr = `10.0.0.0/${numberIn(each, "prefix")}`
  expect(freeIn(subnetBookOf({ id: "s", cidr, reserved: reservedOf(cidr) }))).toBe(each.expect["usable"])
})
