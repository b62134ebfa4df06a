/**
 * The cluster's settings: timings of the kubelet, the node lifecycle, eviction and endpoints. Spans in whole milliseconds.
 * A profile of `nodeLifecycle` fixes the grace period unless `graceMs` is set by itself.
 */
import type { SettingDefinition, SettingValues } from "../value/setting.ts"

const nodeLifecycleSource = "kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go"

export const nodeLifecycleProfiles = ["upstream-1.31", "upstream-1.32"] as const

/** Default grace of each profile. Source: kubernetes PR 126287 (40 s up to 1.31, 50 s from 1.32). */
export const graceOfProfile: Readonly<Record<string, number>> = { "upstream-1.31": 40_000, "upstream-1.32": 50_000 }

export const kubeSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "nodeLifecycle",
    about: "Which release's node lifecycle the control plane follows.",
    default: "upstream-1.31",
    choices: nodeLifecycleProfiles,
    source: nodeLifecycleSource
  },
  {
    name: "graceMs",
    about: "A node turns Unknown at the first monitor pass at least this long after the pass that saw its last lease.",
    default: 40_000,
    atLeast: 1_000,
    source: "kubernetes PR 126287: 40 s up to 1.31, 50 s from 1.32 (the profile decides unless set)"
  },
  {
    name: "heartbeatMs",
    about: "A kubelet renews its lease this often.",
    default: 10_000,
    atLeast: 1_000,
    source: "kubernetes kubelet nodeLeaseRenewIntervalFraction: 40 s lease, renewed every quarter"
  },
  {
    name: "monitorPeriodMs",
    about: "The node lifecycle looks at all nodes this often.",
    default: 5_000,
    atLeast: 100,
    source: "kube-controller-manager --node-monitor-period"
  },
  {
    name: "tolerationMs",
    about: "A pod stays this long on a node with a NoExecute taint it does not tolerate for ever.",
    default: 300_000,
    atLeast: 0,
    source: "kubernetes plugin/pkg/admission/defaulttolerationseconds"
  },
  {
    name: "noExecuteStepMs",
    about: "A zone's queue taints one node NoExecute per this span (0.1 nodes a second).",
    default: 10_000,
    atLeast: 100,
    source: "kube-controller-manager --node-eviction-rate"
  },
  {
    name: "noExecuteSecondaryStepMs",
    about: "The same in a partially disrupted large zone (0.01 nodes a second).",
    default: 100_000,
    atLeast: 100,
    source: "kube-controller-manager --secondary-node-eviction-rate"
  },
  {
    name: "largeZoneNodes",
    about: "A partially disrupted zone of more nodes than this is drained slowly, a smaller one not at all.",
    default: 50,
    atLeast: 0,
    source: "kube-controller-manager --large-cluster-size-threshold"
  },
  {
    name: "unhealthyZonePercent",
    about: "A zone with more than two unready nodes and at least this share unready is partially disrupted.",
    default: 55,
    atLeast: 1,
    atMost: 100,
    source: "kube-controller-manager --unhealthy-zone-threshold"
  },
  {
    name: "zoneFullDisruption",
    about: "What a fully disrupted zone does while another lives: evict at the usual rate, or hold as EKS documents it.",
    default: "evict",
    choices: ["evict", "hold"],
    source: "EKS best practices, hybrid nodes, network disconnections; upstream evicts"
  },
  {
    name: "endpointsDelayMs",
    about: "From a pod's readiness or deletion to every connected kube-proxy.",
    default: 1_000,
    atLeast: 0,
    source: "Chosen: kube-proxy's default minSyncPeriod of 1 s; the slice itself was recorded within 20 ms"
  },
  {
    name: "watchResumeMs",
    about: "From a node's first contact after a cut until what runs on it has listed and watches again.",
    default: 1_000,
    atLeast: 0,
    source: "Chosen: client-go's reflector backs off from 800 ms"
  },
  {
    name: "containerStartMs",
    about: "From an address (and volume) to a running container, the image cached.",
    default: 3_000,
    atLeast: 0,
    source: "Chosen: cached image; typical 2-4 s"
  },
  {
    name: "podStopMs",
    about: "From the kubelet's learning of a deletion until the pod is gone, inside its grace of 30 s.",
    default: 5_000,
    atLeast: 0,
    source: "Chosen: a server that drains; the grace period is the limit"
  },
  {
    name: "volumeAttachMs",
    about: "From binding to an attached volume.",
    default: 15_000,
    atLeast: 0,
    source: "Chosen: EBS attach as commonly seen, 10-20 s"
  },
  {
    name: "sandboxRetryMs",
    about: "A kubelet tries again to make a pod's sandbox after this span.",
    default: 10_000,
    atLeast: 100,
    source: "kubernetes kubelet pod_workers backOffPeriod 10 s, without its jitter"
  },
  {
    name: "phases",
    about: "Phases of periodic loops: all at multiples of their period, or drawn from the seed.",
    default: "zero",
    choices: ["zero"],
    source: "Chosen: goldens need phase 0"
  }
]

/** The settings as this room reads them: spans in milliseconds. */
export interface KubeSettings {
  readonly graceMs: number
  readonly heartbeatMs: number
  readonly monitorPeriodMs: number
  readonly tolerationMs: number
  readonly noExecuteStepMs: number
  readonly noExecuteSecondaryStepMs: number
  readonly largeZoneNodes: number
  readonly unhealthyZonePercent: number
  readonly zoneFullDisruption: "evict" | "hold"
  readonly endpointsDelayMs: number
  readonly watchResumeMs: number
  readonly containerStartMs: number
  readonly podStopMs: number
  readonly volumeAttachMs: number
  readonly sandboxRetryMs: number
}

/** Reads them from a plan's complete settings. */
export const kubeSettingsOf = (values: SettingValues): KubeSettings => {
  const span = (name: string): number => {
    const value = values[name]
    if (typeof value !== "number") throw new Error(`setting ${name}: a number expected, found ${String(value)}`)
    return value
  }
  return {
    graceMs: span("graceMs"),
    heartbeatMs: span("heartbeatMs"),
    monitorPeriodMs: span("monitorPeriodMs"),
    tolerationMs: span("tolerationMs"),
    noExecuteStepMs: span("noExecuteStepMs"),
    noExecuteSecondaryStepMs: span("noExecuteSecondaryStepMs"),
    largeZoneNodes: span("largeZoneNodes"),
    unhealthyZonePercent: span("unhealthyZonePercent"),
    zoneFullDisruption: values.zoneFullDisruption === "hold" ? "hold" : "evict",
    endpointsDelayMs: span("endpointsDelayMs"),
    watchResumeMs: span("watchResumeMs"),
    containerStartMs: span("containerStartMs"),
    podStopMs: span("podStopMs"),
    volumeAttachMs: span("volumeAttachMs"),
    sandboxRetryMs: span("sandboxRetryMs")
  }
}
