/**
 * The cluster's settings, each with its source: timings of the kubelet, the node lifecycle, the scheduler, eviction, endpoints.
 * Spans in whole milliseconds.
 */
import type { SettingDefinition } from "../value/setting.ts"

const nodeLifecycleSource = "kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go"

export const kubeSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "nodeLifecycle",
    about: "Which release's node lifecycle the control plane follows.",
    default: "upstream-1.31",
    choices: ["upstream-1.20", "upstream-1.31", "upstream-1.32", "eks", "custom"],
    source: nodeLifecycleSource
  },
  {
    name: "profile",
    about: "Exact steps without latencies, or the steps, drift and latencies that were recorded of a 1.20 control plane.",
    default: "zero",
    choices: ["zero", "recorded-1.20"],
    source: "Measured: recordings of Kubernetes 1.20.2 (docs/kubernetes.md)"
  },
  {
    name: "graceMs",
    about: "A node turns Unknown at the first monitor pass at least this long after the pass that saw its last lease.",
    default: 40_000,
    atLeast: 1_000,
    source: "kubernetes PR 126287: 40 s up to 1.31, 50 s from 1.32 (the profile decides unless set)"
  },
  {
    name: "startupGraceMs",
    about: "A node whose kubelet never reported turns Unknown at the first monitor pass this long after its registration.",
    default: 60_000,
    atLeast: 1_000,
    source: "kube-controller-manager --node-startup-grace-period"
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
    name: "dnsClientCacheMs",
    about: "Clients use the answer for a headless Service's name this long, to its end (the worst case); 0: they keep none.",
    default: 0,
    atLeast: 0,
    source: "Chosen: none, as libc keeps none; a JVM keeps 30 s (networkaddress.cache.ttl), a node-local cache the record's own 5 s"
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
    about: "Phases of heartbeats and passes: all at multiples of their period, or drawn from the seed.",
    default: "zero",
    choices: ["zero", "seed"],
    source: "Chosen: goldens need phase 0"
  },
  {
    name: "monitorPhaseMs",
    about: "Phase of the node lifecycle's passes, unless phases are drawn.",
    default: 0,
    atLeast: 0,
    source: "Chosen: goldens need phase 0"
  },
  {
    name: "monitorDriftMs",
    about: "A pass begins this much later than the period after the one before (wait.Until counts from the end of a pass).",
    default: 0,
    atLeast: 0,
    source: "Measured: idle passes 5.0015 s apart on 1.20.2"
  },
  {
    name: "lifecycleCallMs",
    about: "An API call of the node lifecycle in a pass takes this long; 0 makes a pass one instant.",
    default: 0,
    atLeast: 0,
    source: "Measured: passes of 1.20.2 with dead nodes, 8 ms a call"
  },
  {
    name: "lifecycleCallsPerSecond",
    about: "The node lifecycle's API budget a second, with a burst of half as much again; 0 is none.",
    default: 0,
    atLeast: 0,
    atMost: 1_000,
    source: "kube-controller-manager --kube-api-qps 20, --kube-api-burst 30"
  },
  {
    name: "queueDuplicates",
    about: "Every pass queues every node that waits for NoExecute again, and stale entries burn tokens.",
    default: false,
    source: "kubernetes PR 89059, mended by PR 96876 (1.21)"
  },
  {
    name: "drawnOrder",
    about: "What the real one takes in random order (nodes of a pass, equal scores) is drawn from the seed, not taken by name.",
    default: false,
    source: "Chosen: names are stable under change; the recordings draw"
  },
  {
    name: "controllerLatencyMs",
    about: "From what a controller watches to what it does.",
    default: 0,
    atLeast: 0,
    source: "Measured: 10 ms on 1.20.2"
  },
  {
    name: "createsPerSecond",
    about: "A controller's budget of pod creations a second, with a burst of half as much again; 0 is none.",
    default: 0,
    atLeast: 0,
    atMost: 1_000,
    source: "kube-controller-manager --kube-api-qps 20, --kube-api-burst 30"
  },
  {
    name: "schedulerBackoffMs",
    about: "A pod that could not be placed waits this long before the next attempt, doubled with every attempt.",
    default: 1_000,
    atLeast: 0,
    source: "kube-scheduler podInitialBackoffSeconds"
  },
  {
    name: "schedulerBackoffMaxMs",
    about: "The longest such wait.",
    default: 10_000,
    atLeast: 0,
    source: "kube-scheduler podMaxBackoffSeconds"
  },
  {
    name: "schedulerFlushMs",
    about: "A pod that waits for an event is tried again after this long without one, looked for every 30 s.",
    default: 300_000,
    atLeast: 1_000,
    source: "kubernetes pkg/scheduler/internal/queue: 60 s up to 1.22, then 5 min"
  },
  {
    name: "schedulerTexts",
    about: "Whose words a pending pod's message has: those of 1.20, or those since 1.24.",
    default: "1.24",
    choices: ["1.20", "1.24"],
    source: "kubernetes pkg/scheduler/framework/plugins"
  },
  {
    name: "podGcMs",
    about: "Pods whose node object is gone are looked for this often.",
    default: 20_000,
    atLeast: 1_000,
    source: "kubernetes pkg/controller/podgc gcCheckPeriod"
  },
  {
    name: "podGcPhaseMs",
    about: "Phase of that sweep.",
    default: 0,
    atLeast: 0,
    source: "Chosen: goldens need phase 0"
  },
  {
    name: "orphanQuarantineMs",
    about: "An orphaned pod is deleted by force at the first sweep this long after the one that first saw it.",
    default: 40_000,
    atLeast: 0,
    source: "kubernetes pkg/controller/podgc quarantineTime"
  },
  {
    name: "watchResumes",
    about: "What brings a node's watches back: its first heartbeat after the cut, or the path itself.",
    default: "heartbeat",
    choices: ["heartbeat", "path"],
    source: "Chosen; the recordings' hollow nodes watch as soon as the path is back"
  },
  {
    name: "terminatingEndpoints",
    about: "Whether kube-proxy sends to terminating pods that still serve when no other endpoint is ready.",
    default: "never",
    choices: ["never", "fallback"],
    source: "kubernetes KEP-1669: fallback since 1.26 (stable 1.28); goldens are of 1.20"
  },
  {
    name: "evictionRetryMs",
    about: "kubectl drain tries a refused eviction again after this span.",
    default: 5_000,
    atLeast: 100,
    source: "kubectl pkg/drain: 5 s"
  },
  {
    name: "evictionConflictMs",
    about: "An eviction that meets another one's write of the same budget is tried again by the API server after this span.",
    default: 0,
    atLeast: 0,
    source: "Measured: 0.5 s on 1.20.2; kubernetes pkg/registry/core/pod/storage/eviction.go EvictionsRetry"
  },
  {
    name: "disruptionLatencyMs",
    about: "From an eviction until the disruption controller has counted the budget's healthy pods anew.",
    default: 0,
    atLeast: 0,
    source: "Measured: more than 3 and less than 7 ms on 1.20.2 (an old count answered 3 ms after an eviction, a new one 7 ms after)"
  },
  {
    name: "nodeReadyMs",
    about: "From a node's registration until its kubelet says Ready; not-ready:NoSchedule is on it until then. 0: Ready at once.",
    default: 0,
    atLeast: 0,
    source: "kubernetes plugin/pkg/admission/nodetaint; measured: 13 to 36 ms with hollow nodes. A CNI that starts first takes seconds"
  },
  {
    name: "schedulerFailureMs",
    about: "The scheduler takes one pod after another; a pod that fits nowhere holds it this long, while its condition is written.",
    default: 0,
    atLeast: 0,
    source: "kubernetes pkg/scheduler/scheduler.go recordSchedulingFailure; measured: 16 ms on 1.20.2"
  }
]
