/**
 * A sentence for every event: what came to be, in the words of whoever runs the cluster. Complete by its types: an event without
 * a sentence does not compile. Subjects stand in the column beside, so a sentence does not begin with them.
 */

import { shortClock } from "../analysis/evidence.ts"
import { tellChange } from "../model/cloud/change.ts"
import { formatDuration } from "../model/value/instant.ts"
import type { EventOf, EventTag, WorldEvent } from "../model/world/message.ts"
import { counted } from "./figures.ts"
import { failureSentence, reasonText, shareText } from "./reason.ts"
import { capacitySentences } from "./sentence-capacity.ts"

type Sentences = { readonly [Tag in EventTag]: (event: EventOf<Tag>) => string }

const zoneStateWords = { Normal: "normal", PartialDisruption: "partially disrupted", FullDisruption: "fully disrupted" } as const
const checkFails: Readonly<Record<string, string>> = {
  timeout: "no answer",
  refused: "refused",
  reset: "reset",
  error: "answered with an error"
}

const withdrawn = { targets: "no healthy target", "front end": "its front end is dead", "zonal shift": "a zonal shift" } as const

const answerSentence = (event: EventOf<"probe/AnswerTurned">): string => {
  const [worst, ...others] = event.failures
  if (worst !== undefined && others.length === 0) return `success ${event.success}; ${failureSentence(worst)}`
  const shares = [
    ["timeout", "times out"],
    ["refused", "is refused"],
    ["other", "fails otherwise"]
  ] as const
  const failing = shares.filter(([key]) => event[key] !== "0").map(([key, words]) => `, ${shareText(event[key])} ${words}`)
  const where = worst === undefined ? "" : `; most of it: ${failureSentence(worst)}`
  return `success ${event.success}${failing.join("")}${where}`
}

const deleters = {
  controller: "by its controller",
  eviction: "by the eviction API",
  operator: "by an operator",
  "pod-gc": "by garbage collection",
  preemption: "to make room",
  instance: "with its instance"
} as const

const plainName = (id: string): string => id.slice(id.indexOf("/") + 1)

const sentences: Sentences = {
  "fault/ZoneLost": (event) =>
    `zone ${event.zone} down: ${counted(event.components, "component")} ${event.components === 1 ? "stops" : "stop"}`,
  "fault/ZoneReturned": (event) =>
    `zone ${event.zone} back: ${counted(event.components, "component")} ${event.components === 1 ? "resumes" : "resume"}`,
  "fault/ZoneLinkTurned": ({ zone, loss }) =>
    loss === "0" ? `zone ${zone}: its link loses nothing any more` : `zone ${zone}: its link loses ${loss} of what it carries`,
  "fault/ConnectionsHeld": ({ count, destination, ports }) => `${count} connections open to ${destination}, ${ports} ports for them`,
  "fault/ConnectionsCut": ({ cut, destination, ports }) => `${cut} connections to ${destination} cut: ${ports} ports are left`,
  "fault/PortsTurned": ({ exhausted }) => (exhausted ? "no port is left for new connections" : "has ports again"),
  "fault/ReclaimNoticed": ({ untilMs }) => `the cloud takes the instance back at ${shortClock(untilMs)}`,
  ...capacitySentences,
  "kube/ControlPlaneLost": ({ machines, left }) => `control plane lost: ${left} of ${counted(machines, "machine")} left`,
  "kube/ControlPlaneReturned": ({ machines }) => `control plane back on ${counted(machines, "machine")}`,
  "kube/PoolUpgradeBegan": ({ version, nodes, surge, unavailable }) =>
    `upgrade to ${version} of ${counted(nodes.length, "node")} begins, ${surge} more and ${unavailable} fewer at once`,
  "kube/PoolNodeUpgraded": ({ left }) => `node ends for an upgrade, ${left} to go`,
  "kube/PoolUpgradeEnded": ({ version, failed }) =>
    failed === undefined ? `upgraded to ${version}` : `upgrade to ${version} fails: ${failed}`,
  "kube/NodeRebooted": ({ attempt }) => (attempt === 0 ? "machine made anew" : `node rebooted by its cloud's repair, attempt ${attempt}`),
  "kube/NodeRouteRefused": ({ block, why }) => `no route to its pods, ${block}: ${why}`,
  "kube/NodeReimaged": () => "drained: its machine is made anew where it stands",
  "kube/RepairFailed": ({ why }) => `node repair failed: ${why}`,
  "kube/CallUnanswered": ({ call }) => `${call}: the API server gives no answer`,
  "kube/ControlPlaneUpgraded": (event) => `control plane upgraded to ${event.version}`,
  "kube/UpgradeRefused": (event) =>
    `upgrade to ${event.version} refused: ${event.asked} free addresses needed in ${event.subnets.join(", ")}, ${event.free} found`,
  "kube/NodeJoined": (event) => `node joined, ${event.ready === false ? "not Ready yet" : "Ready"}, in ${event.zone}`,
  "kube/NodeCutOff": (event) =>
    `node cut off from the API server at ${event.at}: ${reasonText(event.reason)}; last lease at ${shortClock(event.lastRenewalAt)}`,
  "kube/NodePathRestored": () => "path to the API server is back",
  "kube/LeaseRenewed": () => "lease renewed, the first since the cut",
  "kube/NodeReadinessTurned": (event) => (event.ready === "True" ? "node Ready again" : `node NotReady (${event.ready}): ${event.reason}`),
  "kube/NodeTainted": (event) => `node tainted ${event.key}:${event.effect}`,
  "kube/NodeUntainted": (event) => `taint ${event.key}:${event.effect} taken off`,
  "kube/ZoneStateTurned": (event) => `zone ${zoneStateWords[event.state]}: ${event.notReady} of ${counted(event.nodes, "node")} not ready`,
  "kube/MasterDisruptionTurned": (event) =>
    event.active ? "every zone is fully disrupted: evictions stop" : "a zone lives again: evictions resume",
  "kube/WatchResumed": () => "kubelet and kube-proxy watch again",
  "kube/WorkloadApplied": () => "workload applied",
  "kube/ServiceApplied": () => "Service applied",
  "kube/PodCreated": (event) =>
    `pod created for ${event.workload}${event.profile === undefined ? "" : `, for Fargate by profile ${event.profile}`}`,
  "kube/PodScheduled": (event) => {
    const why = event.pinned ? " as pinned" : event.scores.length === 0 ? "" : ` (scores ${event.scores.join(", ")})`
    return `pod bound to ${event.node}${why}`
  },
  "kube/SchedulingFailed": (event) => `pod pending: ${event.message}`,
  "kube/PodAddressAssigned": (event) => `pod has address ${event.address} on ${event.node}`,
  "kube/PodSandboxFailed": (event) => `pod sandbox failed on ${event.node}: ${event.message}`,
  "kube/VolumeAttached": (event) => `volume ${event.volume} attached to ${event.node}`,
  "kube/ContainerStarted": () => "container started",
  "kube/PodReadinessTurned": (event) =>
    event.ready ? "pod Ready" : event.by === "kubelet" ? "pod not Ready" : "pod not Ready: its node is unreachable",
  "kube/PodEvicted": (event) => `pod evicted from ${event.node}: Terminating until its kubelet confirms`,
  "kube/EvictionCancelled": () => "eviction cancelled: the taint is off",
  "kube/PodRemoved": () => "pod removed",
  "kube/EndpointsTurned": (event) =>
    event.ready.length === 0
      ? "no ready endpoint left: connections are refused"
      : `${counted(event.ready.length, "ready endpoint")}: ${event.ready.join(", ")}`,
  "kube/NameCachesFollowed": (event) =>
    `every client's cache now holds ${event.addresses.length === 0 ? "no address" : event.addresses.join(", ")}`,
  "fault/NodeLost": () => "machine down",
  "fault/NodeReturned": () => "machine back",
  "fault/GatewayLost": () => "impaired: it drops everything; routes to it stay",
  "fault/GatewayReturned": () => "works again",
  "cloud/ChangeBegan": (event) => `change under way: ${tellChange(event.change)}`,
  "cloud/ResourceChanged": (event) => tellChange(event.change),
  "fault/MoveFailed": (event) => `the move failed: ${event.why}`,
  "kube/NodeCreated": (event) => `node object created in ${event.zone} (${event.spec.nodeGroup}, ${event.spec.instanceType})`,
  "kube/NodeDeleted": (event) => `node object deleted by ${event.by}`,
  "kube/NodeCordoned": (event) => (event.cordoned ? "node cordoned" : "node uncordoned"),
  "kube/DrainBegan": () => "drain begins",
  "kube/NodeDrained": () => "node drained",
  "kube/EvictionsQueued": (event) => `${counted(event.nodes.length, "node")} queued for NoExecute: ${event.nodes.join(", ")}`,
  "kube/EvictionTokenBurned": (event) => `a token went to ${event.entry}, which needs none`,
  "kube/WorkloadScaled": (event) => `scaled to ${event.replicas} by ${event.by}`,
  "kube/RolloutBegan": (event) => `rollout of template ${event.hash} began`,
  "kube/ReplicaSetScaled": (event) =>
    `${event.to >= event.from ? "Scaled up" : "Scaled down"} replica set ${plainName(event.workload)}-${event.hash} to ${event.to}`,
  "kube/ProgressDeadlineExceeded": () => "rollout made no progress for its deadline",
  "kube/RolloutCompleted": (event) => `rollout of ${event.hash} complete`,
  "kube/JobFailed": (event) => `job failed: ${event.reason}`,
  "kube/BudgetApplied": (event) =>
    `budget in force: ${event.spec.minAvailable === undefined ? `at most ${event.spec.maxUnavailable} unavailable` : `at least ${event.spec.minAvailable} available`}`,
  "kube/BudgetRemoved": () => "budget gone",
  "kube/EvictionRefused": (event) => `eviction refused: ${event.message}`,
  "kube/PodLoadTurned": ({ share, serving }) => `each of ${counted(serving, "serving pod")} has ${share} of its request to do`,
  "kube/LoadTurned": (event) => `its pods have ${event.milliCpu}m CPU to do together`,
  "kube/ReplicasWished": (event) => `autoscaler would like ${counted(event.wish, "pod")}: usage is ${event.percent} % of requests`,
  "kube/PodDeleted": (event) => `pod deleted (${deleters[event.by]})${event.force ? " by force" : ""}`,
  "kube/PodNominated": (event) => `room is being made for it on ${event.node}`,
  "kube/ContainerRestarting": (event) =>
    `container ended (${event.reason}), restart ${event.restarts} after ${formatDuration(event.backOffMs)}`,
  "kube/PodBecameAvailable": () => "pod available: Ready for long enough",
  "kube/PodSucceeded": () => "container completed",
  "kube/VolumeProvisioned": (event) => `volume ${event.volume} made${event.zone === undefined ? "" : ` in ${event.zone}`}`,
  "kube/GroupGrown": (event) => `${event.by} wants ${event.to} nodes, had ${event.from}: ${event.reason}`,
  "kube/GroupBackedOff": (event) => `left alone until ${shortClock(event.untilMs)}: ${event.reason}`,
  "kube/AutoscalerHalted": (event) =>
    event.halted ? `cluster autoscaler halts: ${event.unready} of ${event.nodes} nodes unready` : "cluster autoscaler acts again",
  "kube/ZonalShiftStarted": (event) => `zonal shift of the cluster away from ${event.zone} asked for, until ${shortClock(event.until)}`,
  "kube/ZonalShiftTurned": (event) =>
    event.away ? `shifted away from ${event.zone}: its nodes are cordoned, its endpoints out` : `the shift away from ${event.zone} is over`,
  "kube/NodeUnneeded": (event) => (event.unneeded ? "node unneeded" : "node needed again"),
  "kube/InstanceLaunched": (event) => `instance launched in ${event.zone} for ${event.group}`,
  "kube/LaunchFailed": (event) => `launch failed in ${event.zone}: ${event.message}`,
  "kube/InstanceTerminated": (event) => `instance terminated: ${event.reason}`,
  "balance/BalancerCreated": (event) => `balancer made for ${event.service}`,
  "balance/FrontEndPlaced": (event) => `front end in ${event.subnet} (${event.zone}) at ${event.publicAddress}, inside ${event.address}`,
  "balance/TargetRegistered": (event) => `${event.target} registered as a target`,
  "balance/TargetDraining": (event) =>
    `${event.target} deregistered: no new connection; those that stand may end until ${shortClock(event.until)}`,
  "balance/TargetDeregistered": (event) => `${event.target} is no target any more`,
  "balance/CheckPathTurned": (event) =>
    event.ok
      ? `health checks of ${event.target} would pass`
      : `health checks of ${event.target} would fail: ${checkFails[event.fails] ?? event.fails}; ${event.why}`,
  "balance/HealthCheckFailed": (event) =>
    `health check of ${event.target} failed (${checkFails[event.fails] ?? event.fails}), ${event.streak} of ${event.threshold}`,
  "balance/HealthCheckPassed": (event) => `health check of ${event.target} passed, ${event.streak} of ${event.threshold}`,
  "balance/TargetTurnedUnhealthy": (event) => `target ${event.target} out of service`,
  "balance/TargetTurnedHealthy": (event) => `target ${event.target} in service`,
  "balance/ZonalHealthTurned": (event) =>
    `DNS takes ${event.of === "targets" ? "the targets" : "the front end"} in ${event.zone} for ${event.well ? "well" : "ill"}`,
  "balance/AddressListed": (event) =>
    `address ${event.address} (${event.zone}) listed in DNS${event.failOpen === true ? ": no zone is well, so all are answered" : ""}`,
  "balance/AddressWithdrawn": (event) => `address ${event.address} (${event.zone}) leaves DNS: ${withdrawn[event.why]}; caches keep it`,
  "balance/CheckerTurned": (event) =>
    event.broken
      ? `the health checker of ${event.zone} breaks: it fails every check of ${counted(event.targets, "target")}`
      : `the health checker of ${event.zone} works again`,
  "balance/ZonalShiftStarted": (event) => `zonal shift away from ${event.zone} asked for, until ${shortClock(event.until)}`,
  "balance/ZonalShiftTurned": (event) =>
    event.away ? `shifted away from ${event.zone}: its address and targets are out` : `the shift away from ${event.zone} is over`,
  "balance/CachesFollowed": (event) => `every cache now holds ${event.addresses.length === 0 ? "no address" : event.addresses.join(", ")}`,
  "cloud/FailedOver": ({ from, to, name, address }) => `failed over from ${from} to ${to}: ${name} is ${address} now`,
  "probe/AnswerTurned": answerSentence,
  "probe/ConnectionsTurned": ({ connections, opened, closed }) => {
    const silent = connections.filter(({ silentSince }) => silentSince !== undefined).length
    const moves = [...(opened > 0 ? [`${opened} opened`] : []), ...(closed > 0 ? [`${closed} closed`] : [])]
    return [`keeps ${counted(connections.length, "connection")}`, ...moves, ...(silent > 0 ? [`${silent} without an answer`] : [])].join(
      ", "
    )
  },
  "world/Unmodelled": (event) => `not modelled: ${event.what}`
}

/** What came to be, without its subject and without a full stop. */
export const sentenceOf = (event: WorldEvent): string => (sentences[event._tag] as (event: WorldEvent) => string)(event)

/** Every event kind there is, in the order of this page. */
export const eventKinds = Object.keys(sentences) as ReadonlyArray<EventTag>
