/**
 * Large clusters without a cloud: three zones, thirty pods a node in Deployments of 300 with a Service each, spread as the default
 * constraints do it. One zone dies two minutes in; the run ends half an hour later.
 */
import { kernelOf } from "../../src/engine/run.ts"
import type { WorkloadSpec } from "../../src/model/kube/spec.ts"
import { completeSettings } from "../../src/model/world/settings.ts"
import type { Plan } from "../../src/scenario/plan.ts"
import { atMost, type Row, rate } from "./measure.ts"

const zones = ["a", "b", "c"] as const
const podsPerNode = 30
const replicas = 300
const until = 120_000 + 1_800_000

export const largePlan = (nodes: number): Plan => {
  const names = Array.from({ length: nodes }, (_, index) => ({
    name: `${zones[index % zones.length]}${index}`,
    zone: zones[index % zones.length] as string
  }))
  const deployments = Math.ceil((nodes * podsPerNode) / replicas)
  const workloads: ReadonlyArray<WorkloadSpec> = Array.from({ length: deployments }, (_, number) => ({
    kind: "Deployment",
    name: `app${number}`,
    namespace: "default",
    replicas,
    templateHash: "abc",
    // Where the pods stand is given: the cluster's history is not what is measured.
    pins: Array.from({ length: replicas }, (_pin, index) => ({
      name: `app${number}-abc-${index}`,
      node: (names[(number * replicas + index) % nodes] as (typeof names)[number]).name
    })),
    template: { labels: { app: `app${number}` }, hostNetwork: false, serves: [], requests: { milliCpu: 100, memoryMiB: 128 } }
  }))
  return {
    format: 1,
    name: `large-${nodes}`,
    about: "",
    lesson: "",
    topology: {
      _tag: "FlatTopology",
      id: "flat",
      zones,
      subnets: zones.map((zone, index) => ({ id: zone, zone, cidr: `10.${index}.0.0/16` })),
      shapes: [{ name: "shape", milliCpu: 16_000, memoryMiB: 65_536, pods: 110 }],
      apiAddress: "10.255.0.1"
    },
    cluster: {
      id: "large",
      version: "1.31",
      serviceCidr: "10.100.0.0/16",
      api: { endpoint: "inside", name: "api", address: "10.255.0.1", port: 443 },
      dnsService: "none",
      nodes: names.map(({ name, zone }, index) => ({
        name,
        nodeGroup: "nodes",
        subnet: zone,
        instanceType: "shape",
        address: `10.${zones.indexOf(zone as "a")}.${Math.floor(index / 250)}.${index % 250}`,
        groups: [],
        maxPods: 110,
        labels: {}
      })),
      workloads,
      services: workloads.map(({ name, namespace }, index) => ({
        name,
        namespace,
        type: "ClusterIP",
        clusterIp: `10.100.${Math.floor(index / 250)}.${index % 250}`,
        selector: { app: name },
        ports: [{ port: 80, targetPort: 80, protocol: "tcp" }]
      })),
      volumes: []
    },
    probes: [],
    timeline: [{ atMs: 120_000, action: { _tag: "CutZone", zone: "c" } }],
    untilMs: until,
    expectations: [],
    settings: completeSettings({})
  }
}

export interface LargeRun {
  readonly nodes: number
  readonly settleSeconds: number
  readonly seconds: number
  readonly settleEvents: number
  readonly events: number
  readonly peakMiB: number
}

/** Settles, then plays; peak memory as the process saw it at the end of either. */
export const playLarge = (nodes: number): LargeRun => {
  const kernel = kernelOf(largePlan(nodes), 42)
  const forever = Number.MAX_SAFE_INTEGER
  let peak = 0
  const note = (): void => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const advance = (to: number): readonly [events: number, seconds: number] => {
    const before = performance.now()
    let count = 0
    for (let events = kernel.advance(to, 65_536, forever); events.length > 0; events = kernel.advance(to, 65_536, forever)) {
      count += events.length
      note()
    }
    return [count, (performance.now() - before) / 1_000]
  }
  const [settleEvents, settleSeconds] = advance(119_999)
  const [events, seconds] = advance(until)
  return { nodes, settleSeconds, seconds, settleEvents, events, peakMiB: Math.round(peak / 1_048_576) }
}

/** Growth of the time over sizes, as the exponent of the number of nodes between the first and the last. */
export const largeRows = (sizes: ReadonlyArray<number>): ReadonlyArray<Row> => {
  const runs = sizes.map(playLarge)
  const [first, last] = [runs[0], runs.at(-1)]
  if (first === undefined || last === undefined) return []
  const whole = (run: LargeRun): number => run.settleSeconds + run.seconds
  const exponent = Math.log(whole(last) / whole(first)) / Math.log(last.nodes / first.nodes)
  const detail = ({ nodes, settleSeconds, seconds, settleEvents, events, peakMiB }: LargeRun): string =>
    `${nodes} nodes: settled ${settleEvents} events in ${settleSeconds.toFixed(1)} s, played ${rate(events, seconds)}, ${peakMiB} MiB`
  return [
    atMost(`${last.nodes} nodes, one zone of three dies, 30 min, seconds`, 20, whole(last), detail(last)),
    atMost("the same, peak memory in GiB", 2, last.peakMiB / 1_024, ""),
    atMost("growth with nodes, exponent", 1.1, exponent, runs.map(detail).join("; "))
  ]
}
