/** What the ranges of a GKE cluster hold: cases from documents, the published tables in full, and the VMs that Cloud NAT serves. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import {
  nodePodAddresses,
  nodePodPrefix,
  nodesMax,
  nodesOfPodRange,
  nodesOfSubnet,
  podRangeFor,
  servicesOf,
  subnetForNodes,
  surgeUpgrade
} from "../../../../src/model/cloud/gcp/gke-addresses.ts"
import { natVmsMax } from "../../../../src/model/cloud/gcp/limits.ts"
import { machineTypes } from "../../../../src/model/cloud/gcp/machines.ts"

interface Case {
  readonly id: string
  readonly group: string
  readonly in: Readonly<Record<string, number>>
  readonly expect: Readonly<Record<string, unknown>>
}
const { cases } = parse(readFileSync(new URL("./gke-addresses.yaml", import.meta.url), "utf8")) as { cases: ReadonlyArray<Case> }

const need = (given: Case["in"], name: string): number => {
  const value = given[name]
  if (value === undefined) throw new Error(`no ${name}`)
  return value
}

const byGroup: Readonly<Record<string, (given: Case["in"]) => unknown>> = {
  "gke-node-subnet": (given) => {
    const prefix = need(given, "prefix")
    const maxNodes = nodesOfSubnet(prefix)
    return { maxNodes, inverse: { nodes: maxNodes, prefix: subnetForNodes(maxNodes) } }
  },
  "gke-node-pod-cidr": (given) => {
    const maxPods = need(given, "maxPodsPerNode")
    return { nodePrefix: nodePodPrefix(maxPods), addresses: nodePodAddresses(maxPods) }
  },
  "gke-max-nodes": (given) => {
    const [range, maxPods] = [need(given, "podRange"), need(given, "maxPodsPerNode")]
    if (given.nodeSubnet === undefined) return { maxNodes: nodesOfPodRange(range, maxPods, given.servicesCarvedFromSameRange) }
    const { nodes, binding } = nodesMax(given.nodeSubnet, range, maxPods)
    return { maxNodes: nodes, binding }
  },
  "gke-services": (given) => ({ services: servicesOf(need(given, "prefix")) }),
  "gke-upgrade": (given) =>
    surgeUpgrade(need(given, "nodes"), { maxSurge: need(given, "maxSurge"), maxUnavailable: need(given, "maxUnavailable") }),
  "gke-plan": (given) => {
    const [subnet, maxPods] = [need(given, "nodeSubnet"), need(given, "maxPodsPerNode")]
    const { addresses, prefix } = podRangeFor(subnet, maxPods)
    return { maxNodes: nodesOfSubnet(subnet), podIps: addresses, podRange: prefix }
  }
}

/** No case waits. */
const waiting: ReadonlyArray<string> = []

describe("cases from documents", () => {
  for (const { id, group, in: given, expect: wanted } of cases) {
    if (!waiting.includes(id)) test(id, () => expect(byGroup[group]?.(given)).toEqual(wanted))
  }
  test("each case has its formula or waits", () => {
    expect(cases.filter(({ group }) => byGroup[group] === undefined).map(({ id }) => id)).toEqual(waiting)
  })
})

test("the table of primary ranges, both ways", () => {
  const table = { 29: 4, 28: 12, 27: 28, 26: 60, 25: 124, 24: 252, 23: 508, 22: 1_020, 21: 2_044, 20: 4_092, 19: 8_188, 8: 16_777_212 }
  for (const [prefix, nodes] of Object.entries(table)) {
    expect([prefix, nodesOfSubnet(Number(prefix))]).toEqual([prefix, nodes])
    expect([nodes, subnetForNodes(nodes)]).toEqual([nodes, Number(prefix)])
    expect([nodes, subnetForNodes(nodes + 1)]).toEqual([nodes, Number(prefix) - 1])
  }
})

test("a node's block holds at least twice its pods, and is the smallest that does", () => {
  const steps = [
    [8, 28],
    [16, 27],
    [32, 26],
    [64, 25],
    [128, 24],
    [256, 23]
  ] as const
  for (let pods = 8; pods <= 256; pods++) {
    const prefix = steps.find(([most]) => pods <= most)?.[1]
    expect([pods, nodePodPrefix(pods)]).toEqual([pods, prefix])
    expect(nodePodAddresses(pods) >= 2 * pods && nodePodAddresses(pods) < 4 * pods).toBe(true)
  }
})

test("the planning table at 110 pods a node", () => {
  const table = [
    [29, 4, 1_024, 21],
    [28, 12, 3_072, 20],
    [27, 28, 7_168, 19],
    [26, 60, 15_360, 18],
    [25, 124, 31_744, 17],
    [24, 252, 64_512, 16],
    [23, 508, 130_048, 15],
    [22, 1_020, 261_120, 14],
    [21, 2_044, 523_264, 13],
    [20, 4_092, 1_047_552, 12],
    [19, 8_188, 2_096_128, 11]
  ] as const
  for (const [subnet, nodes, addresses, prefix] of table)
    expect([nodesOfSubnet(subnet), podRangeFor(subnet, 110)]).toEqual([nodes, { addresses, prefix }])
})

test("a pod range is full by whole blocks, however few pods there are", () => {
  expect([24, 20, 18, 16, 14].map((range) => nodesOfPodRange(range, 110))).toEqual([1, 16, 64, 256, 1_024])
  expect(nodesOfPodRange(24, 10)).toBe(8)
  expect(nodesOfPodRange(19, 110, 20)).toBe(16)
  expect(nodesMax(28, 16, 110)).toEqual({ nodes: 12, binding: "nodeSubnet" })
})

test.each([
  [1, 64, 1_008],
  [1, 4_096, 15],
  [14, 2_048, 441]
])("%i addresses at %i ports serve %i VMs", (addresses, ports, vms) => {
  expect(natVmsMax(addresses, ports)).toBe(vms)
})

test("what GKE leaves of a machine to pods", () => {
  // 60 + 10 + 5 + 5 thousandths of a core; 1,024 + 819.2 + 819.2 MiB, rounded up.
  expect(machineTypes.get("e2-standard-4")).toMatchObject({ allocatableMilliCpu: 3_920, allocatableMiB: 16_384 - 2_663 - 100 })
  expect(machineTypes.get("e2-standard-2")?.allocatableMilliCpu).toBe(1_930)
})
