/**
 * The kubelet of every node: gives a new pod its address and volume, starts it, asks its readiness, and stops it when it learns of
 * its deletion. While its node is cut off it learns of nothing and reports nothing; what runs keeps running. The heartbeat after a
 * cut puts right what the API has wrong; when it watches again it takes up what it missed.
 * Not modelled: liveness restarts, image pulls, starts that go on unseen during a cut (they begin anew on contact).
 */
import { pickPodAddress } from "../capacity/addresses.ts"
import { nextBeatAfter } from "../value/instant.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { KubeEventOf } from "./message.ts"
import type { NodeState, PodState } from "./state.ts"
import { pinOf } from "./workload.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

const located = (
  world: KubeWorld,
  id: string
): { readonly pod: View<PodState>; readonly node: View<NodeState>; readonly nodeName: string } | undefined => {
  const pod = world.cluster.pods.get(id)
  const node = pod?.node === undefined ? undefined : world.cluster.nodes.get(pod.node)
  return pod?.node === undefined || node === undefined ? undefined : { pod, node, nodeName: pod.node }
}

const templateOf = (world: KubeWorld, pod: View<PodState>) => world.cluster.workloads.get(pod.workload)?.spec.template

/** Bound to this node: make it run. */
export const admit = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => begin(world, event.pod, turn)

const begin = (world: KubeWorld, id: string, turn: KubeTurn): void => {
  const known = located(world, id)
  if (known === undefined || !known.node.watching || known.pod.started || known.pod.terminating) return
  const { pod, node, nodeName } = known
  const template = templateOf(world, pod)
  if (template === undefined) return
  if (pod.address === undefined) {
    const pinned = turn.settling ? pinOf(world, pod)?.address : undefined
    const picked = template.hostNetwork ? { address: node.spec.address } : pickPodAddress(world.addresses, nodeName, pinned)
    if ("refusal" in picked) {
      turn.emit({ _tag: "kube/PodSandboxFailed", pod: id, node: nodeName, message: picked.refusal })
      turn.ask({ _tag: "kube/SandboxRetryDue", pod: id, failedAt: turn.now }, turn.now + world.settings.sandboxRetryMs)
      return
    }
    turn.emit({ _tag: "kube/PodAddressAssigned", pod: id, node: nodeName, address: picked.address })
  }
  if (template.volume !== undefined && !pod.volumeAttached) {
    turn.ask({ _tag: "kube/VolumeAttachDue", pod: id, volume: template.volume }, turn.now + world.settings.volumeAttachMs)
  } else turn.ask({ _tag: "kube/ContainerStartDue", pod: id }, turn.now + world.settings.containerStartMs)
}

export const retrySandbox = (world: KubeWorld, timer: TimerOf<"kube/SandboxRetryDue">, turn: KubeTurn): void => {
  if (world.cluster.pods.get(timer.pod)?.sandboxFailedAt === timer.failedAt) begin(world, timer.pod, turn)
}

export const attachVolume = (world: KubeWorld, timer: TimerOf<"kube/VolumeAttachDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known === undefined || !known.node.watching || known.pod.volumeAttached || known.pod.terminating) return
  turn.emit({ _tag: "kube/VolumeAttached", pod: timer.pod, volume: timer.volume, node: known.nodeName })
  turn.ask({ _tag: "kube/ContainerStartDue", pod: timer.pod }, turn.now + world.settings.containerStartMs)
}

export const startContainer = (world: KubeWorld, timer: TimerOf<"kube/ContainerStartDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known === undefined || !known.node.watching || known.pod.started || known.pod.terminating) return
  const cause = turn.emit({ _tag: "kube/ContainerStarted", pod: timer.pod })
  const probe = templateOf(world, known.pod)?.readinessProbe
  if (probe === undefined) turn.emit({ _tag: "kube/PodReadinessTurned", pod: timer.pod, ready: true, by: "kubelet" }, cause)
  else turn.ask({ _tag: "kube/ReadinessProbeDue", pod: timer.pod }, turn.now + probe.initialDelayMs, cause)
}

export const askReadiness = (world: KubeWorld, timer: TimerOf<"kube/ReadinessProbeDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known === undefined || !known.node.watching || !known.pod.started || known.pod.answers) return
  turn.emit({ _tag: "kube/PodReadinessTurned", pod: timer.pod, ready: true, by: "kubelet" })
}

/** A deletion that the kubelet hears of: the pod stops within its grace. */
export const stopPod = (world: KubeWorld, event: KubeEventOf<"kube/PodEvicted">, turn: KubeTurn): void => {
  if (world.cluster.nodes.get(event.node)?.watching)
    turn.ask({ _tag: "kube/PodStopDue", pod: event.pod }, turn.now + world.settings.podStopMs)
}

export const confirmStop = (world: KubeWorld, timer: TimerOf<"kube/PodStopDue">, turn: KubeTurn): void => {
  const known = located(world, timer.pod)
  if (known?.pod.terminating && known.node.watching) turn.emit({ _tag: "kube/PodRemoved", pod: timer.pod })
}

/** The path is back: the next heartbeat will arrive; the one of this instant is still lost. */
export const awaitHeartbeat = (world: KubeWorld, event: KubeEventOf<"kube/NodePathRestored">, turn: KubeTurn): void =>
  turn.ask({ _tag: "kube/HeartbeatDue", node: event.node }, nextBeatAfter(turn.now, world.settings.heartbeatMs, 0))

export const beat = (world: KubeWorld, timer: TimerOf<"kube/HeartbeatDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.reachable && node.cutOff !== undefined) turn.emit({ _tag: "kube/LeaseRenewed", node: timer.node })
}

/** First contact: conditions of its pods put right at once, everything that watches lists anew a little later. */
export const makeContact = (world: KubeWorld, event: KubeEventOf<"kube/LeaseRenewed">, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.nodes.get(event.node)?.pods ?? [])) {
    const pod = world.cluster.pods.get(id)
    if (pod?.answers && !pod.ready) turn.emit({ _tag: "kube/PodReadinessTurned", pod: id, ready: true, by: "kubelet" })
  }
  turn.ask({ _tag: "kube/WatchResumeDue", node: event.node, contactAt: turn.now }, turn.now + world.settings.watchResumeMs)
}

export const resumeWatch = (world: KubeWorld, timer: TimerOf<"kube/WatchResumeDue">, turn: KubeTurn): void => {
  const node = world.cluster.nodes.get(timer.node)
  if (node?.reachable && !node.watching && node.contactAt === timer.contactAt) turn.emit({ _tag: "kube/WatchResumed", node: timer.node })
}

/** It knows what it missed: stops what was deleted, starts what was bound or was starting. */
export const catchUp = (world: KubeWorld, event: KubeEventOf<"kube/WatchResumed">, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.nodes.get(event.node)?.pods ?? [])) {
    const pod = world.cluster.pods.get(id)
    if (pod === undefined) continue
    if (pod.terminating) turn.ask({ _tag: "kube/PodStopDue", pod: id }, turn.now + world.settings.podStopMs)
    else if (!pod.started) begin(world, id, turn)
    else if (!pod.answers) {
      const firstAt = pod.startedAt + (templateOf(world, pod)?.readinessProbe?.initialDelayMs ?? 0)
      turn.ask({ _tag: "kube/ReadinessProbeDue", pod: id }, firstAt > turn.now ? firstAt : turn.now)
    }
  }
}
