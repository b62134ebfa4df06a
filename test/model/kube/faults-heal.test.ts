/** Whatever nodes are cut off and come back in whatever order, no rule of placement is broken, and the cluster recovers. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { type ClusterWish, type Played, playCluster, type Step, workload } from "./play.ts"

const healedAt = 1_500_000
const until = healedAt + 900_000

const nodeWish = fc.record({
  zone: fc.constantFrom("a", "b", "c"),
  maxPods: fc.integer({ min: 0, max: 5 }),
  milliCpu: fc.integer({ min: 200, max: 2_000 }),
  memoryMiB: fc.integer({ min: 200, max: 4_000 })
})
const template = fc.record({
  requests: fc.record({ milliCpu: fc.integer({ min: 0, max: 700 }), memoryMiB: fc.integer({ min: 0, max: 1_500 }) }),
  hostNetwork: fc.boolean()
})
const workloadWish = fc.record({
  kind: fc.constantFrom("Deployment" as const, "StatefulSet" as const, "DaemonSet" as const),
  replicas: fc.integer({ min: 0, max: 4 }),
  template,
  hasVolume: fc.boolean()
})
const stepWish = fc.record({ at: fc.integer({ min: 0, max: 1_400 }), node: fc.nat(), isCut: fc.boolean() })
const settingsWish = fc.record({
  tolerationMs: fc.constantFrom(0, 30_000, 300_000),
  monitorPeriodMs: fc.constantFrom(5_000, 7_000),
  podStopMs: fc.constantFrom(0, 5_000),
  containerStartMs: fc.constantFrom(0, 3_000, 25_000),
  zoneFullDisruption: fc.constantFrom("evict", "hold")
})

const wish: fc.Arbitrary<ClusterWish> = fc
  .record({
    nodes: fc.array(nodeWish, { minLength: 1, maxLength: 5 }),
    workloads: fc.array(workloadWish, { maxLength: 4 }),
    steps: fc.array(stepWish, { maxLength: 10 }),
    settings: settingsWish
  })
  .map(({ nodes, workloads, steps, settings }) => {
    const named = nodes.map((node, index) => ({ ...node, name: `n-${index}` }))
    const moves = steps
      .map(({ at, node, isCut }): readonly [number, string, boolean] => [at * 1_000, `n-${node % named.length}`, isCut])
      .sort((left, right) => left[0] - right[0])
    const away = new Set<string>()
    const timeline: Array<readonly [number, Step]> = []
    for (const [at, node, isCut] of moves) {
      if (away.has(node) === isCut) continue
      if (isCut) away.add(node)
      else away.delete(node)
      timeline.push([at, isCut ? { cut: [node] } : { restore: [node] }])
    }
    timeline.push([healedAt, { restore: [...away] }])
    return {
      nodes: named,
      steps: timeline,
      settings,
      until,
      workloads: workloads.map(({ kind, replicas, template: own, hasVolume }, index) =>
        workload(kind, `w${index}`, {
          replicas: kind === "DaemonSet" ? 0 : replicas,
          template: { ...own, ...(hasVolume && kind !== "DaemonSet" ? { volume: "disk" } : {}) }
        })
      ),
      volumes: [{ name: "disk", kind: "gp2", zone: "b" }]
    }
  })

/** Why a binding breaks a rule, told from the recorded events alone; `undefined` when it does not. */
const broken = (played: Played, own: ClusterWish): string | undefined => {
  const [bound, workloadOf, taints] = [new Map<string, string>(), new Map<string, string>(), new Set<string>()]
  for (const { event } of played.recorded) {
    if (event._tag === "kube/PodCreated") workloadOf.set(event.pod, event.workload)
    else if (event._tag === "kube/NodeTainted") taints.add(`${event.node} ${event.effect}`)
    else if (event._tag === "kube/NodeUntainted") taints.delete(`${event.node} ${event.effect}`)
    else if (event._tag === "kube/PodRemoved") bound.delete(event.pod)
    else if (event._tag === "kube/PodScheduled") {
      if (bound.has(event.pod)) return `${event.pod} is bound twice`
      bound.set(event.pod, event.node)
      const obstacle = obstacleOn(
        own,
        event.node,
        [...bound].filter(([, node]) => node === event.node).map(([pod]) => specOf(own, workloadOf.get(pod)))
      )
      if (obstacle !== undefined) return `${event.pod} on ${event.node}: ${obstacle}`
      const spec = specOf(own, workloadOf.get(event.pod))
      if (spec.kind !== "DaemonSet" && (taints.has(`${event.node} NoSchedule`) || taints.has(`${event.node} NoExecute`)))
        return `${event.pod} on a tainted node`
      if (spec.template.volume !== undefined && own.nodes.find(({ name }) => name === event.node)?.zone !== "b")
        return `${event.pod} away from its volume`
    }
  }
  return undefined
}

const specOf = (own: ClusterWish, id: string | undefined) => {
  const spec = own.workloads?.find(({ name }) => `default/${name}` === id)
  if (spec === undefined) throw new Error(`no workload ${String(id)}`)
  return spec
}

const obstacleOn = (own: ClusterWish, nodeName: string, specs: ReadonlyArray<ReturnType<typeof specOf>>): string | undefined => {
  const node = own.nodes.find(({ name }) => name === nodeName)
  const sum = (what: "milliCpu" | "memoryMiB") => specs.reduce((total, { template: { requests } }) => total + (requests?.[what] ?? 0), 0)
  if (node === undefined || specs.length > (node.maxPods ?? 0)) return "too many pods"
  return sum("milliCpu") > (node.milliCpu ?? 0) || sum("memoryMiB") > (node.memoryMiB ?? 0) ? "requests beyond what it has" : undefined
}

const play = (own: ClusterWish) => playCluster(own)

test("no pod is ever bound to a node that it does not fit on", () => {
  fc.assert(
    fc.property(wish, (own) => {
      expect(broken(play(own), own)).toBeUndefined()
    }),
    { numRuns: 150, seed: 1 }
  )
})

test("after the faults heal every node is well and every pod that found room is ready; the rest fits nowhere", () => {
  fc.assert(
    fc.property(wish, (own) => {
      const { cluster } = play(own).world
      expect([...cluster.nodes.values()].filter((node) => node.ready !== "True" || node.taints.length > 0 || !node.watching)).toEqual([])
      expect([
        cluster.troubled.size,
        cluster.masterDisruption,
        [...cluster.zones.values()].every((zone) => zone.state === "Normal")
      ]).toEqual([0, false, true])
      const pods = [...cluster.pods.values()]
      expect(pods.filter((pod) => pod.terminating || (pod.node !== undefined && !pod.ready))).toEqual([])
      for (const spec of own.workloads ?? []) {
        const count = pods.filter((pod) => pod.workload === `default/${spec.name}`).length
        if (spec.kind === "Deployment") expect(count).toBe(spec.replicas)
        if (spec.kind === "DaemonSet") expect(count).toBe(own.nodes.length)
        if (spec.kind === "StatefulSet") expect(count).toBeLessThanOrEqual(spec.replicas)
      }
      for (const pod of pods.filter(({ node }) => node === undefined)) {
        const spec = specOf(own, pod.workload)
        const possible = own.nodes.filter(
          ({ name, zone }) => (spec.kind !== "DaemonSet" || pod.only === name) && (spec.template.volume === undefined || zone === "b")
        )
        for (const { name } of possible)
          expect(
            obstacleOn(own, name, [...pods.filter(({ node }) => node === name).map((other) => specOf(own, other.workload)), spec])
          ).toBeDefined()
      }
    }),
    { numRuns: 150, seed: 2 }
  )
})

test("passes end when all is well", () => {
  fc.assert(
    fc.property(wish, (own) => {
      const late = play(own).kept.filter(({ at, tag }) => tag === "kube/MonitorPassDue" && at > healedAt + 60_000)
      expect(late).toEqual([])
    }),
    { numRuns: 50, seed: 3 }
  )
})
