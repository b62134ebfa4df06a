/** What the ranges of an AKS cluster hold, and what is refused: cases from documents and issues, and the published table in full. */

import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { dynamicTarget } from "../../../../src/model/capacity/holding.ts"
import {
  defaultPortsOf,
  growthOf,
  type NetworkMode,
  nodesOfPodRange,
  nodesOfPorts,
  nodesOfSubnet,
  nodesVerdict,
  podBlockLength,
  podRangeVerdict,
  type Surge,
  staticBlocks,
  surgeOf,
  usableOf
} from "../../../../src/model/cloud/azure/aks-addresses.ts"
import { formatAddress, parsePrefix } from "../../../../src/model/net/ip.ts"

interface Case {
  readonly id: string
  readonly group: string
  readonly in: Readonly<Record<string, unknown>>
  readonly expect: Readonly<Record<string, unknown>>
}
const { cases } = parse(readFileSync(new URL("./aks-addresses.yaml", import.meta.url), "utf8")) as { cases: ReadonlyArray<Case> }

const need = (given: Case["in"], name: string): number => {
  const value = given[name]
  if (typeof value !== "number") throw new Error(`no ${name}`)
  return value
}
const modeOf = ({ mode }: Case["in"]): NetworkMode => mode as NetworkMode

const validated = (given: Case["in"]) =>
  given.mode === "overlay"
    ? podRangeVerdict(need(given, "podCidr"), need(given, "maxCountPlusSurge"))
    : nodesVerdict(modeOf(given), need(given, "subnet"), need(given, "nodes"), need(given, "maxPods"))

const byGroup: Readonly<Record<string, (given: Case["in"]) => unknown>> = {
  "aks-max-nodes": (given) => nodesOfSubnet(modeOf(given), need(given, "subnet"), need(given, "maxPods")),
  "aks-node-cidr": (given) => {
    const first = parsePrefix(String(given.podCidr))?.first ?? 0
    return {
      cidr: (given.nodeIndex as ReadonlyArray<number>).map(
        (index) => `${formatAddress(first + index * 2 ** (32 - podBlockLength))}/${podBlockLength}`
      )
    }
  },
  "aks-validate": (given) => {
    const verdict = validated(given)
    if (verdict.ok) return verdict
    const { message: _words, ...said } = verdict
    return said
  },
  "aks-scale": (given) => {
    const { added } = growthOf(modeOf(given), {
      free: need(given, "free"),
      standing: need(given, "vmss"),
      wanted: need(given, "request"),
      maxPods: 110
    })
    return { added, final: need(given, "vmss") + added }
  },
  "aks-upgrade": (given) => ({ extraNodes: need(given, "pools") * surgeOf(need(given, "nodesPerPool"), given.maxSurge as Surge) }),
  "aks-dynamic-pod-subnet": (given) => ({
    target: dynamicTarget(need(given, "demand"), {
      batch: need(given, "batch"),
      bufferPerCent: need(given, "buffer") * 100,
      max: need(given, "max")
    })
  }),
  "aks-static-block": (given) => {
    const { blocks, usable, wasted } = staticBlocks(need(given, "maxPods"))
    return { slash28Blocks: blocks, usablePodIps: usable, wasted }
  },
  "azure-lb-snat-default": (given) => ({ portsPerNode: defaultPortsOf(need(given, "backends")) }),
  "azure-lb-snat-manual": (given) => ({ maxNodes: nodesOfPorts(need(given, "outboundIps"), need(given, "portsPerNode")) }),
  "subnet-usable": (given) => ({ usable: usableOf(need(given, "prefix")) })
}

/** What a default route to a dead appliance does stands in azure-drills.test.ts. */
const elsewhere = ["az-01"]

describe("cases from documents and issues", () => {
  for (const { id, group, in: given, expect: wanted } of cases) {
    if (elsewhere.includes(id)) continue
    test(id, () => {
      const answer = byGroup[group]
      if (answer === undefined) throw new Error(`no answer for ${group}`)
      expect(answer(given)).toEqual(wanted)
    })
  }
})

describe("the tables of the documents", () => {
  test("pods' ranges of an overlay: /16 and /17", () => {
    expect([16, 17].map(nodesOfPodRange)).toEqual([256, 128])
  })

  test("the nodes' subnet with a surge: 51 and 61 nodes of 30 pods, and the /24 that cannot be upgraded", () => {
    expect([51, 61].map((nodes) => nodesVerdict("azure-cni-node-subnet", 21, nodes, 30).preallocated)).toEqual([1_581, 1_891])
    expect([8, 9].map((nodes) => nodesVerdict("azure-cni-node-subnet", 24, nodes, 30).ok)).toEqual([true, false])
    expect(nodesVerdict("azure-cni-node-subnet", 24, 10, 30)).toMatchObject({
      message: "Pre-allocated IPs 310 exceeds IPs available 251 in Subnet"
    })
  })

  test("kubenet ends at 400 routes; growth is all or nothing", () => {
    expect(nodesOfSubnet("kubenet", 20, 110).nodes).toBe(400)
    expect(growthOf("kubenet", { free: 24, standing: 5, wanted: 35, maxPods: 110 })).toEqual({ added: 0, code: "SubnetIsFull" })
  })

  test("addresses ahead of pods: what the scaler's own tests say", () => {
    const scaler = { batch: 16, bufferPerCent: 50, max: 250 }
    expect([0, 8, 16, 32, 48, 500].map((demand) => dynamicTarget(demand, scaler))).toEqual([16, 16, 32, 48, 64, 250])
  })

  test("blocks of sixteen: 30 and 31 pods take two, 32 three", () => {
    expect([30, 31, 32].map((maxPods) => staticBlocks(maxPods).blocks)).toEqual([2, 2, 3])
  })

  test("ports by the size of the pool, and what addresses serve", () => {
    expect([1, 50, 51, 100, 101, 200, 201, 400, 401, 800, 801, 1_000, 1_001].map(defaultPortsOf)).toEqual([
      1_024, 1_024, 512, 512, 256, 256, 128, 128, 64, 64, 32, 32, 0
    ])
    expect([nodesOfPorts(2, 4_000), nodesOfPorts(7, 4_000)]).toEqual([32, 112])
  })
})

test("whatever is accepted fits, and one node more than the most never does", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<NetworkMode>("azure-cni-node-subnet", "overlay"),
      fc.integer({ min: 20, max: 28 }),
      fc.integer({ min: 10, max: 250 }),
      (mode, prefix, maxPods) => {
        const { nodes } = nodesOfSubnet(mode, prefix, maxPods)
        expect(nodesVerdict(mode, prefix, nodes, maxPods).ok).toBe(true)
        expect(nodesVerdict(mode, prefix, nodes + 1, maxPods).ok).toBe(false)
      }
    )
  )
})
