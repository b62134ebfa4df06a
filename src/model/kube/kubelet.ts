/**
 * The kubelet of every node: gives a new pod its address and volume, starts it, asks how it is, and stops it when it learns of its
 * deletion. While its node is cut off it learns of nothing and reports nothing; what runs keeps running. The heartbeat after a
 * cut puts right what the API has wrong; when it watches again it takes up what it missed.
 * Not modelled: image pulls, starts that go on unseen during a cut (they begin anew on contact).
 */
import { pickPodAddress } from "../capacity/addresses.ts"
import { nextBeatAfter } from "../value/instant.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import { isForOnePod } from "./fargate-profile.ts"
import type { KubeEventOf } from "./message.ts"
import { leasePhaseOf } from "./phases.ts"
import { pinOf } from "./pods.ts"
import { type NodeState, type PodState, templateOfPod } from "./state.ts"
import { volumeOf } from "./volumes.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

interface Located {
  readonly pod: View<PodState>
  readonly node: View<NodeState>
  readonly nodeName: string
}

export const located = (world: KubeWorld, id: string): Located | undefined => {
  const pod = world.cluster.pods.get(id)
  const node = pod?.node === undefined ? undefined : world.cluster.nodes.get(pod.node)
  return pod?.node === undefined || node === undefined ? undefined : { pod, node, nodeName: pod.node }
}

/** Bound to this node: make it run. */
export const admit = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => begin(world, event.pod, turn)

const begin = (world: KubeWorld, id: string, turn: KubeTurn): void => {
  const known = located(world, id)
  if (known === undefined || !known.node.watching || known.pod.started || known.pod.terminating || known.pod.succeeded) return
  const { pod, node, nodeName } = known
  const template = templateOfPod(world.cluster, pod)
  if (template === undefined) return
  if (pod.address === undefined) {
    const pinned = turn.settling ? pinOf(world, pod)?.address : undefined
    const isNodes = template.hostNetwork || isForOnePod(node)
    const picked = isNodes ? { address: node.spec.address } : pickPodAddress(world.addresses, nodeName, turn.now, pinned)
    if ("refusal" in picked) {
      turn.emit({ _tag: "kube/PodSandboxFailed", pod: id, node: nodeName, message: picked.refusal })
      turn.ask({ _tag: "kube/SandboxRetryDue", pod: id, failedAt: turn.now }, turn.now + world.settings.sandboxRetryMs)
      return
    }
    turn.emit({ _tag: "kube/PodAddressAssigned", pod: id, node: nodeName, address: picked.address })
  }
  const volume = volumeOf(world, pod)
  if (volume?.attaches && !pod.volumeAttached) {
    turn.ask({ _tag: "kube/VolumeAttachDue", pod: id, volume: volume.name }, turn.now + world.settings.volumeAttachMs)
  } else turn.ask({ _tag: "kube/ContainerStartDue", pod: id }, turn.now + (template.startMs ?? world.settings.containerStartMs))
}

export const retrySandbox = (world: KubeWorld, timer: TimerOf<"kube/SandboxRetryDue">, turn: KubeTurn): void => {
  if (world.cluster.pods.get(timer.pod)?.sandboxFailedAt === timer.failedAt) begin(world, timer.pod, turn)
}

export const attachVolume = (world: KubeWorld, timer: TimerOf<"kube/VolumeAttachDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known === undefined || !known.node.watching || known.pod.volumeAttached || known.pod.terminating) return
  turn.emit({ _tag: "kube/VolumeAttached", pod: timer.pod, volume: timer.volume, node: known.nodeName })
  const startMs = templateOfPod(world.cluster, known.pod)?.startMs ?? world.settings.containerStartMs
  turn.ask({ _tag: "kube/ContainerStartDue", pod: timer.pod }, turn.now + startMs)
}

/** Its end, as far as the kubelet knows of it: a deletion that it heard of. The pod stops within its grace. */
export const stopPod = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const known = located(world, event.pod)
  if (known?.node.watching) turn.ask({ _tag: "kube/PodStopDue", pod: event.pod }, turn.now + stopOf(world, known.pod))
}

/** Grace of a deletion. Source: kubernetes API, terminationGracePeriodSeconds. */
const usualGraceMs = 30_000

const stopOf = (world: KubeWorld, pod: View<PodState>): number => {
  const template = templateOfPod(world.cluster, pod)
  return Math.min(template?.stopMs ?? world.settings.podStopMs, template?.graceMs ?? usualGraceMs)
}

/** By force, or never bound: the object goes at once. A pod without a living node waits. */
export const endPod = (world: KubeWorld, event: KubeEventOf<"kube/PodDeleted">, turn: KubeTurn): void => {
  if (event.force || world.cluster.pods.get(event.pod)?.node === undefined) turn.emit({ _tag: "kube/PodRemoved", pod: event.pod })
  else stopPod(world, event, turn)
}

export const confirmStop = (world: KubeWorld, timer: TimerOf<"kube/PodStopDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known?.pod.terminating && known.node.watching) turn.emit({ _tag: "kube/PodRemoved", pod: timer.pod })
}

/** The path is back: the next heartbeat will arrive; the one of this instant is still lost. */
export const awaitHeartbeat = (world: KubeWorld, event: KubeEventOf<"kube/NodePathRestored">, turn: KubeTurn): void => {
  const spec = world.cluster.nodes.get(event.node)?.spec
  if (spec === undefined) return
  const { heartbeatMs, watchResumes, watchResumeMs } = world.settings
  turn.ask(
    { _tag: "kube/HeartbeatDue", node: event.node },
    nextBeatAfter(turn.now, heartbeatMs, leasePhaseOf(world.settings, turn.chance, spec))
  )
  if (spec.podSyncPhaseMs !== undefined)
    turn.ask({ _tag: "kube/PodSyncDue", node: event.node, contactAt: turn.now }, nextBeatAfter(turn.now, heartbeatMs, spec.podSyncPhaseMs))
  if (watchResumes === "path") turn.ask({ _tag: "kube/WatchResumeDue", node: event.node, contactAt: -1 }, turn.now + watchResumeMs)
}

export const beat = (world: KubeWorld, timer: TimerOf<"kube/HeartbeatDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.reachable && node.cutOff !== undefined) turn.emit({ _tag: "kube/LeaseRenewed", node: timer.node })
}

/** First contact: conditions of its pods put right at once, everything that watches lists anew a little later. */
export const makeContact = (world: KubeWorld, event: KubeEventOf<"kube/LeaseRenewed">, turn: KubeTurn): void => {
  if (world.cluster.nodes.get(event.node)?.spec.podSyncPhaseMs === undefined) putRight(world, event.node, turn)
  if (world.settings.watchResumes === "heartbeat")
    turn.ask({ _tag: "kube/WatchResumeDue", node: event.node, contactAt: turn.now }, turn.now + world.settings.watchResumeMs)
}

/** A kubelet that puts its pods' conditions right on a beat of its own. */
export const syncPods = (world: KubeWorld, timer: TimerOf<"kube/PodSyncDue">, turn: KubeTurn): void => {
  if (world.cluster.nodes.get(timer.node)?.reachable) putRight(world, timer.node, turn)
}

const putRight = (world: KubeWorld, node: string, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.nodes.get(node)?.pods ?? [])) {
    const pod = world.cluster.pods.get(id)
    if (pod?.answers && !pod.ready && !pod.succeeded) turn.emit({ _tag: "kube/PodReadinessTurned", pod: id, ready: true, by: "kubelet" })
  }
}

export const resumeWatch = (world: KubeWorld, timer: TimerOf<"kube/WatchResumeDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.reachable && !node.watching && (timer.contactAt === -1 || node.contactAt === timer.contactAt))
    turn.emit({ _tag: "kube/WatchResumed", node: timer.node })
}

/** It knows what it missed: stops what was deleted, starts what was bound or was starting. */
export const catchUp = (world: KubeWorld, event: KubeEventOf<"kube/WatchResumed">, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.nodes.get(event.node)?.pods ?? [])) {
    const pod = world.cluster.pods.get(id)
    if (pod === undefined) continue
    if (pod.terminating) turn.ask({ _tag: "kube/PodStopDue", pod: id }, turn.now + stopOf(world, pod))
    else if (!pod.started) begin(world, id, turn)
    else if (!pod.answers) {
      const firstAt = pod.startedAt + (templateOfPod(world.cluster, pod)?.readinessProbe?.initialDelayMs ?? 0)
      turn.ask({ _tag: "kube/ReadinessProbeDue", pod: id }, firstAt > turn.now ? firstAt : turn.now)
    }
  }
}
