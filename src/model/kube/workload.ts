/**
 * Controllers of workloads: each brings its pods to the number and the names it stands for. A ReplicaSet does not count terminating
 * pods and replaces at once; a StatefulSet keeps an ordinal's name and waits until its object is gone; a DaemonSet has one pod a
 * node; a bare pod is made once. While settling, the owner's pins name the pods.
 * Not modelled: rolling updates, scaling, ordered termination. Source: kubernetes pkg/controller/{replicaset,statefulset,daemon}.
 */
import { drawSuffix } from "../value/chance.ts"
import { sortedKeys } from "../value/text.ts"
import type { View } from "../value/view.ts"
import type { PodPin } from "./spec.ts"
import type { PodState, WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** The pin of a pod: what its owner knows of it from the start. */
export const pinOf = (world: KubeWorld, pod: View<PodState>): View<PodPin> | undefined =>
  world.cluster.workloads.get(pod.workload)?.spec.pins.find((pin) => pod.id.endsWith(`/${pin.name}`))

export const reconcileWorkload = (world: KubeWorld, event: { readonly workload: string }, turn: KubeTurn): void => {
  const workload = world.cluster.workloads.get(event.workload)
  if (workload?.applied) reconcile(world, workload, turn)
}

/** A pod is leaving, or turned ready: its workload looks again. */
export const reconcileOfPod = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  const workload = world.cluster.pods.get(event.pod)?.workload
  if (workload !== undefined) reconcileWorkload(world, { workload }, turn)
}

/** A pod's object is gone, and with it whose it was; or a node joined: every workload looks again. */
export const reconcileAll = (world: KubeWorld, _event: unknown, turn: KubeTurn): void => {
  for (const id of sortedKeys(world.cluster.workloads.keys())) {
    const workload = world.cluster.workloads.get(id)
    if (workload?.applied) reconcile(world, workload, turn)
  }
}

const reconcile = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  switch (workload.spec.kind) {
    case "Deployment":
      return replicate(world, workload, turn)
    case "StatefulSet":
      return order(world, workload, turn)
    case "DaemonSet":
      return spread(world, workload, turn)
    case "Pod":
      if (workload.created === 0) create(workload, workload.spec.name, turn)
  }
}

const create = (workload: View<WorkloadState>, name: string, turn: KubeTurn, node?: string): void => {
  const pod = `${workload.spec.namespace}/${name}`
  turn.emit({ _tag: "kube/PodCreated", pod, workload: workload.id, ...(node === undefined ? {} : { node }) })
}

/** Length of a generated name's last part. Source: kubernetes apimachinery names.SimpleNameGenerator. */
const suffixLength = 5
/** A pod-template hash as Deployments write it. */
const hashLength = 10

const replicate = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec } = workload
  const standing = [...workload.pods].filter((id) => !world.cluster.pods.get(id)?.terminating).length
  const hash = spec.templateHash ?? drawSuffix(turn.chance, hashLength, "template-hash", workload.id)
  for (let missing = spec.replicas - standing; missing > 0; missing--) {
    const pin = turn.settling ? spec.pins.find(({ name }) => !world.cluster.pods.has(`${spec.namespace}/${name}`)) : undefined
    create(workload, pin?.name ?? freeName(world, workload, `${spec.name}-${hash}`, turn), turn)
  }
}

/** A drawn name that no pod bears: the API refuses a second one, and the controller draws again. */
const freeName = (world: KubeWorld, workload: View<WorkloadState>, stem: string, turn: KubeTurn): string => {
  for (let attempt = 0; ; attempt++) {
    const purpose = attempt === 0 ? "pod-name" : `pod-name-again-${attempt}`
    const name = `${stem}-${drawSuffix(turn.chance, suffixLength, purpose, workload.id, workload.created)}`
    if (!world.cluster.pods.has(`${workload.spec.namespace}/${name}`)) return name
  }
}

/** In order: an ordinal is made when all before it are Ready. */
const order = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec } = workload
  for (let ordinal = 0; ordinal < spec.replicas; ordinal++) {
    const name = `${spec.name}-${ordinal}`
    const pod = world.cluster.pods.get(`${spec.namespace}/${name}`)
    if (pod === undefined) create(workload, name, turn)
    if (pod === undefined || !pod.ready || pod.terminating) return
  }
}

const spread = (world: KubeWorld, workload: View<WorkloadState>, turn: KubeTurn): void => {
  const { spec } = workload
  const served = new Set([...workload.pods].map((id) => world.cluster.pods.get(id)?.only))
  for (const node of sortedKeys(world.cluster.nodes.keys())) {
    if (!world.cluster.nodes.get(node)?.joined || served.has(node)) continue
    const pin = turn.settling ? spec.pins.find((candidate) => candidate.node === node) : undefined
    create(workload, pin?.name ?? freeName(world, workload, spec.name, turn), turn, node)
  }
}
