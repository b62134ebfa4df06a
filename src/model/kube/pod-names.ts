/** Names of pods and ReplicaSets, as their controllers write them. While settling, the owner's pins name the pods. */
import { drawSuffix } from "../value/chance.ts"
import type { View } from "../value/view.ts"
import { profileFor } from "./fargate-profile.ts"
import type { WorkloadState } from "./state.ts"
import type { KubeTurn, KubeWorld } from "./world.ts"

/** Length of a generated name's last part. Source: kubernetes apimachinery names.SimpleNameGenerator. */
const suffixLength = 5
/** A pod-template hash as Deployments write it. */
const hashLength = 10

export const firstHashOf = (workload: View<WorkloadState>, turn: KubeTurn): string =>
  workload.spec.templateHash ?? drawSuffix(turn.chance, hashLength, "template-hash", workload.id)

/** A drawn name that no pod bears: the API refuses a second one, and the controller draws again. */
export const freeName = (world: KubeWorld, workload: View<WorkloadState>, stem: string, turn: KubeTurn): string => {
  for (let attempt = 0; ; attempt++) {
    const purpose = attempt === 0 ? "pod-name" : `pod-name-again-${attempt}`
    const name = `${stem}-${drawSuffix(turn.chance, suffixLength, purpose, workload.id, workload.created)}`
    if (!world.cluster.pods.has(`${workload.spec.namespace}/${name}`)) return name
  }
}

/** EKS looks at a pod once, when it is created: what a Fargate profile matches then is Fargate's. */
export const createPod = (
  world: KubeWorld,
  workload: View<WorkloadState>,
  name: string,
  turn: KubeTurn,
  more: { readonly node?: string; readonly hash?: string } = {}
): void => {
  const { spec, templates } = workload
  const { labels } = templates.get(more.hash ?? "") ?? spec.template
  const profile = more.node === undefined ? profileFor(world.cluster.spec.fargateProfiles, spec.namespace, labels)?.name : undefined
  const matched = profile === undefined ? {} : { profile }
  turn.emit({ _tag: "kube/PodCreated", pod: `${spec.namespace}/${name}`, workload: workload.id, ...more, ...matched })
}
