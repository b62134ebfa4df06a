/** Folds what happens to pods. */

import type { Instant } from "../value/instant.ts"
import { reckonPod } from "./evolve-tolerations.ts"
import { noteImages } from "./images.ts"
import type { KubeEvent, KubeEventOf } from "./message.ts"
import { addRequests } from "./requests.ts"
import { type Cluster, never, type PodState, requireNode, requirePod, requireWorkload, templateOfPod } from "./state.ts"

type PodEvent = Exclude<Extract<KubeEvent, { readonly pod: string }>, KubeEventOf<"kube/EvictionCancelled" | "kube/EvictionRefused">>

/**
 * Creations that a controller may make at once before its budget of `createStepMs` counts: half as many again as a second's.
 * The next creation is due at `createdUpTo`, and the burst's last leaves that one step ahead: hence one less in the sum.
 */
const creationBurst = 30

export const evolvePod = (cluster: Cluster, event: PodEvent, at: Instant): void => {
  if (event._tag === "kube/PodCreated") return createPod(cluster, event, at)
  const pod = requirePod(cluster, event.pod)
  const wasAvailable = pod.available
  tally(cluster, pod, -1)
  turn(cluster, pod, event, at)
  if (turnsEndpoint.has(event._tag))
    for (const id of requireWorkload(cluster, pod.workload).services) cluster.services.get(id)?.touched.add(pod.id)
  if (event._tag === "kube/PodRemoved") return
  tally(cluster, pod, 1)
  noteProgress(cluster, pod, wasAvailable, at)
}

const turnsEndpoint: ReadonlySet<string> = new Set<PodEvent["_tag"]>([
  "kube/PodReadinessTurned",
  "kube/PodSucceeded",
  "kube/PodEvicted",
  "kube/PodDeleted",
  "kube/PodRemoved",
  "kube/PodAddressAssigned"
])

/** Counts a pod in its workload's sums, or takes it out. */
const tally = (cluster: Cluster, pod: PodState, sign: 1 | -1): void => {
  if (pod.terminating || pod.succeeded) return
  const { active, available } = requireWorkload(cluster, pod.workload)
  active.set(pod.hash, (active.get(pod.hash) ?? 0) + sign)
  if (pod.available) available.set(pod.hash, (available.get(pod.hash) ?? 0) + sign)
}

/** One more pod that counts is progress; enough of them, and what the workload was made with is there. */
const noteProgress = (cluster: Cluster, pod: PodState, was: boolean, at: Instant): void => {
  const workload = cluster.workloads.get(pod.workload)
  if (workload === undefined || was || !pod.available || workload.rollout === "complete" || workload.rollout === "overdue") return
  workload.progressAt = at
  if (workload.rollout === "first" && (workload.available.get(workload.hash) ?? 0) >= workload.replicas) workload.rollout = "complete"
}

const turn = (cluster: Cluster, pod: PodState, event: Exclude<PodEvent, KubeEventOf<"kube/PodCreated">>, at: Instant): void => {
  switch (event._tag) {
    case "kube/PodScheduled":
      return bind(cluster, pod, event.node, at)
    case "kube/SchedulingFailed":
      if (pod.message !== event.message) pod.messageSince = at
      pod.message = event.message
      pod.attempts++
      pod.failedAt = at
      return
    case "kube/PodNominated":
      pod.nominated = event.node
      return
    case "kube/VolumeProvisioned": {
      const { volume: name, kind, attaches, zone } = event
      cluster.volumes.set(name, { name, kind, attaches, ...(zone === undefined ? {} : { zone }) })
      return
    }
    case "kube/PodEvicted":
      return terminate(cluster, pod, at)
    case "kube/PodDeleted":
      if (event.by === "eviction") noteDisrupted(cluster, pod, at)
      return terminate(cluster, pod, at)
    case "kube/PodRemoved":
      return removePod(cluster, pod)
    default:
      return run(cluster, pod, event, at)
  }
}

type RunEvent = KubeEventOf<
  | "kube/PodAddressAssigned"
  | "kube/PodSandboxFailed"
  | "kube/VolumeAttached"
  | "kube/ContainerStarted"
  | "kube/ContainerRestarting"
  | "kube/PodSucceeded"
  | "kube/PodBecameAvailable"
  | "kube/PodReadinessTurned"
>

/** What its kubelet makes of it. */
const run = (cluster: Cluster, pod: PodState, event: RunEvent, at: Instant): void => {
  switch (event._tag) {
    case "kube/PodAddressAssigned":
      pod.address = event.address
      return
    case "kube/VolumeAttached":
      pod.volumeAttached = true
      return
    case "kube/PodSandboxFailed":
      pod.sandboxFailedAt = at
      return
    case "kube/ContainerStarted":
      pod.started = true
      pod.startedAt = at
      noteImages(cluster, pod)
      return
    case "kube/ContainerRestarting":
      pod.started = false
      pod.restarts = event.restarts
      pod.backOffs = event.backOffMs === 0 ? 0 : pod.backOffs + 1
      return
    case "kube/PodBecameAvailable":
      pod.available = true
      return
    case "kube/PodSucceeded":
      pod.succeeded = true
      pod.ready = false
      pod.available = false
      pod.answers = false
      return
    case "kube/PodReadinessTurned":
      pod.ready = event.ready
      pod.available = event.ready && (requireWorkload(cluster, pod.workload).spec.minReadyMs ?? 0) === 0
      pod.servesTurnedAt = at
      if (event.by === "kubelet") pod.answers = event.ready
      if (event.ready) {
        pod.readySince = at
        requireWorkload(cluster, pod.workload).progressAt = at
      }
  }
}

const bind = (cluster: Cluster, pod: PodState, nodeName: string, at: Instant): void => {
  const node = requireNode(cluster, nodeName)
  pod.node = nodeName
  pod.boundAt = at
  delete pod.message
  delete pod.nominated
  cluster.waiting.delete(pod.id)
  node.pods.add(pod.id)
  reckonPod(cluster, pod, node, at)
  addRequests(node.requested, templateOfPod(cluster, pod), 1)
  count(cluster, pod, "placed", 1)
  count(cluster, pod, "standing", 1)
}

const createPod = (cluster: Cluster, event: KubeEventOf<"kube/PodCreated">, at: Instant): void => {
  const workload = requireWorkload(cluster, event.workload)
  const pod: PodState = {
    id: event.pod,
    workload: event.workload,
    hash: event.hash ?? "",
    order: cluster.podsCreated++,
    createdAt: at,
    boundAt: never,
    volumeAttached: false,
    sandboxFailedAt: never,
    started: false,
    startedAt: never,
    restarts: 0,
    backOffs: 0,
    succeeded: false,
    answers: false,
    ready: false,
    available: false,
    readySince: never,
    terminating: false,
    servesTurnedAt: never,
    messageSince: never,
    attempts: 0,
    failedAt: never,
    ...(event.node === undefined ? {} : { only: event.node }),
    ...(event.profile === undefined ? {} : { profile: event.profile })
  }
  cluster.pods.set(event.pod, pod)
  tally(cluster, pod, 1)
  if (event.profile === undefined) cluster.waiting.add(event.pod)
  workload.created++
  workload.pods.add(event.pod)
  if (cluster.createStepMs > 0)
    workload.createdUpTo = Math.max(workload.createdUpTo, at - (creationBurst - 1) * cluster.createStepMs) + cluster.createStepMs
}

/** Where bound pods stand: `placed` without those that are terminating, `standing` with them. */
const count = (cluster: Cluster, pod: PodState, kind: "placed" | "standing", change: 1 | -1): void => {
  if (pod.node === undefined || !cluster.nodes.has(pod.node)) return
  const byHash = requireWorkload(cluster, pod.workload)[kind]
  let counts = byHash.get(pod.hash)
  if (counts === undefined) {
    counts = new Map()
    byHash.set(pod.hash, counts)
  }
  const now = (counts.get(pod.node) ?? 0) + change
  if (now > 0) counts.set(pod.node, now)
  else counts.delete(pod.node)
}

const terminate = (cluster: Cluster, pod: PodState, at: Instant): void => {
  if (!pod.terminating) count(cluster, pod, "placed", -1)
  pod.terminating = true
  pod.servesTurnedAt = at
}

const noteDisrupted = (cluster: Cluster, pod: PodState, at: Instant): void => {
  for (const budget of cluster.budgets.values()) budget.disrupted.set(pod.id, at)
}

const removePod = (cluster: Cluster, pod: PodState): void => {
  if (!pod.terminating) count(cluster, pod, "placed", -1)
  count(cluster, pod, "standing", -1)
  cluster.pods.delete(pod.id)
  cluster.waiting.delete(pod.id)
  const workload = requireWorkload(cluster, pod.workload)
  workload.pods.delete(pod.id)
  for (const budget of cluster.budgets.values()) budget.disrupted.delete(pod.id)
  const node = pod.node === undefined ? undefined : cluster.nodes.get(pod.node)
  if (node?.pods.delete(pod.id)) addRequests(node.requested, templateOfPod(cluster, pod), -1)
  if (!cluster.orphans.delete(pod.id) || pod.node === undefined) return
  for (const other of cluster.orphans) if (cluster.pods.get(other)?.node === pod.node) return
  cluster.gone.delete(pod.node)
}
