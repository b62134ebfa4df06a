/**
 * Whatever comes and goes, no binding breaks a rule. Judged from the recorded events and the specs alone, by a second, plain
 * reading of the rules.
 */
import fc from "fast-check"
import { expect, test } from "vitest"
import type { KubeEvent } from "../../../src/model/kube/message.ts"
import type { SpreadConstraint } from "../../../src/model/kube/template.ts"
import { app, cut, type Played, play, type StageWish, workload } from "./stage.ts"

const until = 900
const gpu = "nvidia.com/gpu"
const labelKeys = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"] as const
const names = ["w0", "w1", "w2"]

const nodeWish = fc.record({
  zone: fc.constantFrom("a", "b", "c"),
  maxPods: fc.integer({ min: 0, max: 6 }),
  milliCpu: fc.integer({ min: 100, max: 2_000 }),
  memoryMiB: fc.integer({ min: 100, max: 2_000 }),
  extended: fc.record({ [gpu]: fc.integer({ min: 0, max: 3 }) }),
  isLate: fc.boolean()
})
const constraint: fc.Arbitrary<SpreadConstraint> = fc.record({
  maxSkew: fc.integer({ min: 1, max: 2 }),
  topologyKey: fc.constantFrom(...labelKeys),
  whenUnsatisfiable: fc.constantFrom("DoNotSchedule" as const, "DoNotSchedule" as const, "ScheduleAnyway" as const),
  selector: fc.constantFrom(...names.map(app)),
  minDomains: fc.integer({ min: 1, max: 3 }),
  nodeTaintsPolicy: fc.constantFrom("Honor" as const, "Ignore" as const)
})
const workloadWish = fc.record({
  replicas: fc.integer({ min: 0, max: 5 }),
  requests: fc.record({
    milliCpu: fc.integer({ min: 0, max: 700 }),
    memoryMiB: fc.integer({ min: 0, max: 700 }),
    extended: fc.record({ [gpu]: fc.constantFrom(0, 0, 1) })
  }),
  priority: fc.integer({ min: -1, max: 1 }),
  spread: fc.array(constraint, { maxLength: 2 }),
  isAlone: fc.boolean()
})
const stepWish = fc.record({
  at: fc.integer({ min: 1, max: 700 }),
  kind: fc.constantFrom("cut", "restore", "cordon", "uncordon", "taint", "untaint", "scale", "join", "delete"),
  which: fc.nat({ max: 20 }),
  replicas: fc.integer({ min: 0, max: 6 })
})

type Node = StageWish["nodes"][number]

/** Drops steps that could not happen: a node is cut off once, joins once, and does nothing when it is gone. */
const timelineOf = (
  nodes: ReadonlyArray<Node>,
  steps: ReadonlyArray<{ readonly at: number; readonly kind: string; readonly which: number; readonly replicas: number }>
): NonNullable<StageWish["steps"]> => {
  const here = new Set(nodes.filter(({ isLate }) => isLate !== true).map(({ name }) => name))
  const deleted = new Set<string>()
  const marks = new Set<string>()
  const once = (mark: string, adds: boolean): boolean => (adds ? !marks.has(mark) && marks.add(mark).size > 0 : marks.delete(mark))
  return steps
    .toSorted((left, right) => left.at - right.at)
    .flatMap(({ at, kind, which, replicas }): ReadonlyArray<readonly [number, ...ReadonlyArray<KubeEvent>]> => {
      const { name: node, zone } = nodes[which % nodes.length] as Node
      if (kind === "scale")
        return [[at, { _tag: "kube/WorkloadScaled", workload: `default/${names[which % names.length]}`, replicas, by: "operator" }]]
      if (kind === "join") {
        if (here.has(node) || deleted.has(node)) return []
        here.add(node)
        return [[at, { _tag: "kube/NodeJoined", node, zone }]]
      }
      if (!here.has(node)) return []
      const taint = { node, key: "maintenance", effect: "NoSchedule" as const }
      switch (kind) {
        case "cut":
          return once(`${node} cut`, true) ? [cut(at, node)] : []
        case "restore":
          return once(`${node} cut`, false) ? [[at, { _tag: "kube/NodePathRestored", node }]] : []
        case "cordon":
        case "uncordon":
          return [[at, { _tag: "kube/NodeCordoned", node, cordoned: kind === "cordon" }]]
        case "taint":
          return once(`${node} taint`, true) ? [[at, { _tag: "kube/NodeTainted", ...taint }]] : []
        case "untaint":
          return once(`${node} taint`, false) ? [[at, { _tag: "kube/NodeUntainted", ...taint }]] : []
        default:
          here.delete(node)
          deleted.add(node)
          return [[at, { _tag: "kube/NodeDeleted", node, by: "operator" }]]
      }
    })
}

const wish: fc.Arbitrary<StageWish> = fc
  .record({
    nodes: fc.array(nodeWish, { minLength: 1, maxLength: 6 }),
    workloads: fc.tuple(workloadWish, workloadWish, workloadWish),
    steps: fc.array(stepWish, { maxLength: 14 }),
    settings: fc.record({ controllerLatencyMs: fc.constantFrom(0, 10), drawnOrder: fc.boolean(), podStopMs: fc.constantFrom(0, 5_000) })
  })
  .map(({ nodes, workloads, steps, settings }) => {
    const named = nodes.map((node, index) => ({ ...node, name: `n-${index}` }))
    return {
      nodes: named,
      workloads: workloads.map(({ replicas, requests, priority, spread, isAlone }, index) => {
        const name = `w${index}`
        const antiRequired = [{ selector: app(name), topologyKey: labelKeys[1] }]
        return workload(
          "Deployment",
          name,
          { requests, priority, spread, ...(isAlone ? { affinity: { antiRequired } } : {}) },
          { replicas }
        )
      }),
      steps: timelineOf(named, steps),
      settings,
      untilSeconds: until
    }
  })

interface Bound {
  readonly app: string
  readonly node: string
  leaves: boolean
}

/** The cluster as its events tell it. */
const follow = (own: StageWish, played: Played, judge: (pod: string, at: Situation) => string | undefined): ReadonlyArray<string> => {
  const at: Situation = { own, joined: new Set(), barred: new Map(), bound: new Map(), apps: new Map() }
  const broken: Array<string> = []
  const bar = (node: string, why: string, adds: boolean): void => {
    const reasons = at.barred.get(node) ?? new Set<string>()
    if (adds) reasons.add(why)
    else reasons.delete(why)
    at.barred.set(node, reasons)
  }
  for (const { event } of played.recorded) {
    switch (event._tag) {
      case "kube/NodeJoined":
        at.joined.add(event.node)
        break
      case "kube/NodeDeleted":
        at.joined.delete(event.node)
        break
      case "kube/NodeCordoned":
        bar(event.node, "cordon", event.cordoned)
        break
      case "kube/NodeTainted":
      case "kube/NodeUntainted":
        bar(event.node, `${event.key} ${event.effect}`, event._tag === "kube/NodeTainted")
        break
      case "kube/PodCreated":
        at.apps.set(event.pod, event.workload.replace("default/", ""))
        break
      case "kube/PodEvicted":
      case "kube/PodDeleted": {
        const pod = at.bound.get(event.pod)
        if (pod !== undefined) pod.leaves = true
        break
      }
      case "kube/PodRemoved":
        at.bound.delete(event.pod)
        break
      case "kube/PodScheduled": {
        at.bound.set(event.pod, { app: at.apps.get(event.pod) ?? "", node: event.node, leaves: false })
        const fault = judge(event.pod, at)
        if (fault !== undefined) broken.push(`${event.pod} on ${event.node}: ${fault}`)
      }
    }
  }
  return broken
}

interface Situation {
  readonly own: StageWish
  readonly joined: Set<string>
  /** Why nothing may be placed on a node. */
  readonly barred: Map<string, Set<string>>
  readonly bound: Map<string, Bound>
  readonly apps: Map<string, string>
}

const templateOf = (at: Situation, name: string) => {
  const found = at.own.workloads?.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no workload ${name}`)
  return found.template
}
const nodeOf = (at: Situation, name: string): Node => at.own.nodes.find((node) => node.name === name) as Node
const boundOf = (at: Situation, pod: string): Bound => at.bound.get(pod) as Bound
const domainOf = (node: Node, key: string): string => (key === labelKeys[0] ? node.zone : node.name)

const exceeds = (pod: string, at: Situation): string | undefined => {
  const node = nodeOf(at, boundOf(at, pod).node)
  const there = [...at.bound.values()].filter((each) => each.node === node.name).map((each) => templateOf(at, each.app).requests)
  const sum = (of: (requests: (typeof there)[number]) => number) => there.reduce((total, requests) => total + of(requests), 0)
  if (!at.joined.has(node.name)) return "the node is not there"
  if (there.length > (node.maxPods ?? 0)) return "too many pods"
  if (sum((requests) => requests?.milliCpu ?? 0) > (node.milliCpu ?? 0) && templateOf(at, boundOf(at, pod).app).requests?.milliCpu !== 0)
    return "too little CPU"
  if (sum((requests) => requests?.memoryMiB ?? 0) > (node.memoryMiB ?? 0) && templateOf(at, boundOf(at, pod).app).requests?.memoryMiB !== 0)
    return "too little memory"
  return sum((requests) => requests?.extended?.[gpu] ?? 0) > (node.extended?.[gpu] ?? 0) ? "too few GPUs" : undefined
}

const isBarred = (at: Situation, node: string): boolean => (at.barred.get(node)?.size ?? 0) > 0

const skewed = (pod: string, at: Situation): string | undefined => {
  const { app: name, node: place } = boundOf(at, pod)
  for (const { maxSkew, topologyKey, whenUnsatisfiable, selector, minDomains, nodeTaintsPolicy } of templateOf(at, name).spread ?? []) {
    if (whenUnsatisfiable !== "DoNotSchedule") continue
    const counts = new Map<string, number>()
    for (const node of at.own.nodes)
      if (at.joined.has(node.name) && (nodeTaintsPolicy !== "Honor" || !isBarred(at, node.name))) {
        const others = [...at.bound].filter(
          ([id, each]) => id !== pod && each.node === node.name && !each.leaves && each.app === selector.labels.app
        ).length
        counts.set(domainOf(node, topologyKey), (counts.get(domainOf(node, topologyKey)) ?? 0) + others)
      }
    const least = counts.size < (minDomains ?? 1) ? 0 : Math.min(...counts.values())
    const here = counts.get(domainOf(nodeOf(at, place), topologyKey)) ?? 0
    const self = selector.labels.app === name ? 1 : 0
    if (here + self - least > maxSkew) return `skew ${here + self - least} over ${topologyKey}`
  }
  return undefined
}

const intrudes = (pod: string, at: Situation): string | undefined => {
  const { app: name, node } = boundOf(at, pod)
  if (isBarred(at, node)) return [...(at.barred.get(node) ?? [])].join()
  if (templateOf(at, name).affinity === undefined) return undefined
  return [...at.bound].some(([id, each]) => id !== pod && each.app === name && each.node === node && !each.leaves) ? "not alone" : undefined
}

test.each([
  ["no pod is bound to a node it does not fit on", exceeds],
  ["DoNotSchedule keeps its skew at every binding, as the pods stand at that moment", skewed],
  ["no pod is bound to a cordoned or tainted node, or beside one it must not stand with", intrudes]
])("%s", (_name, judge) => {
  fc.assert(
    fc.property(wish, (own) => {
      expect(follow(own, play(own), judge)).toEqual([])
    }),
    { numRuns: 150 }
  )
})

const roomFor = (at: StageWish, played: Played, id: string): ReadonlyArray<string> => {
  const { cluster } = played
  const requestsOf = (pod: string) =>
    at.workloads?.find(({ name }) => cluster.pods.get(pod)?.workload === `default/${name}`)?.template.requests
  const own = requestsOf(id)
  return at.nodes.flatMap((wished) => {
    const node = cluster.nodes.get(wished.name)
    if (node === undefined || !node.joined || node.cordoned || node.taints.length > 0 || node.pods.size >= node.spec.maxPods) return []
    const taken = [...node.pods].map(requestsOf)
    const isFull =
      taken.reduce((sum, each) => sum + (each?.milliCpu ?? 0), own?.milliCpu ?? 0) > (wished.milliCpu ?? 0) ||
      taken.reduce((sum, each) => sum + (each?.memoryMiB ?? 0), own?.memoryMiB ?? 0) > (wished.memoryMiB ?? 0) ||
      taken.reduce((sum, each) => sum + (each?.extended?.[gpu] ?? 0), own?.extended?.[gpu] ?? 0) > (wished.extended?.[gpu] ?? 0)
    return isFull ? [] : [wished.name]
  })
}

test("when all has been quiet for long, a pod waits only where no node has room for it, and was told why", () => {
  const free = (own: StageWish): StageWish => ({
    ...own,
    workloads: (own.workloads ?? []).map(({ template: { affinity: _affinity, ...template }, ...rest }) => ({
      ...rest,
      template: { ...template, spread: [] }
    })),
    untilSeconds: 2_000
  })
  fc.assert(
    fc.property(wish.map(free), (own) => {
      const played = play(own)
      for (const id of played.cluster.waiting) {
        expect(roomFor(own, played, id)).toEqual([])
        expect(played.cluster.pods.get(id)?.message).toMatch(/^(?:0\/\d+ nodes are available: |no nodes available)/)
      }
    }),
    { numRuns: 100 }
  )
})
