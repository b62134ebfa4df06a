/**
 * Fargate's own scheduler: a pod of a profile gets a machine of its own in the zone where the profile has fewest, the smallest size that
 * holds it, and one address that both bear. The machine is a node with room for that pod alone; both go when the pod's object does: a
 * Job's finished pod keeps its machine until somebody deletes it.
 * Not modelled: what a pod's limits add to its requests, regard for zonal shifts and topology spread, patching, ephemeral storage.
 * Source: Amazon EKS user guide, AWS Fargate and Fargate pod configuration; events of the fargate-scheduler (aws/containers-roadmap).
 */
import { freeAddressOf } from "../capacity/addresses.ts"
import { launchRefusalOf } from "../capacity/launches.ts"
import type { InstanceTerms } from "../capacity/terms.ts"
import type { View } from "../value/view.ts"
import { computeType, unsupportedBy } from "./fargate-profile.ts"
import type { KubeEventOf } from "./message.ts"
import { joinOf } from "./registration.ts"
import type { FargateProfileSpec } from "./spec.ts"
import { type Machine, never, type PodState, templateOfPod } from "./state.ts"
import type { PodTemplate } from "./template.ts"
import type { KubeTurn, KubeWorld, TimerOf } from "./world.ts"

/** Hears of a new pod as any scheduler does. */
export const noteCreated = (world: KubeWorld, event: { readonly pod: string }, turn: KubeTurn): void => {
  if (world.cluster.pods.get(event.pod)?.profile === undefined) return
  const { controllerLatencyMs } = world.settings
  const timer = { _tag: "kube/MachineDue", pod: event.pod, failedAt: never } as const
  if (controllerLatencyMs > 0 && !turn.settling) turn.ask(timer, turn.now + controllerLatencyMs)
  else launchMachine(world, timer, turn)
}

/** Gives a pod its machine, or says why it has none; what the cloud refuses is asked for again. */
export const launchMachine = (world: KubeWorld, timer: TimerOf<"kube/MachineDue">, turn: KubeTurn): void => {
  const { cluster } = world
  const pod = cluster.pods.get(timer.pod)
  const profile = cluster.spec.fargateProfiles?.find(({ name }) => name === pod?.profile)
  const template = pod === undefined ? undefined : templateOfPod(cluster, pod)
  if (pod === undefined || profile === undefined || template === undefined) return
  if (pod.terminating || pod.node !== undefined || cluster.machines.has(pod.id) || pod.failedAt !== timer.failedAt) return
  const unsupported = unsupportedBy(template, cluster.spec.volumes)
  const size = sizeFor(world, template)
  if (unsupported !== undefined || size === undefined) {
    turn.emit({ _tag: "kube/SchedulingFailed", pod: pod.id, message: unsupported ?? tooLarge(world) })
    return
  }
  const refusal = launchOne(world, pod, profile, size, turn)
  if (refusal === undefined) return
  turn.emit({ _tag: "kube/SchedulingFailed", pod: pod.id, message: refusal })
  turn.ask({ ...timer, failedAt: turn.now }, turn.now + world.settings.fargateRetryMs)
}

const sizesOf = (world: Pick<KubeWorld, "addresses">): ReadonlyArray<View<InstanceTerms>> =>
  [...world.addresses.types.values()].filter(({ forOnePod }) => forOnePod === true)

/** The smallest size that holds a pod, by CPU first; `undefined`: none does. What it does not ask for takes no room. */
export const sizeFor = (world: Pick<KubeWorld, "addresses">, { requests }: View<PodTemplate>): View<InstanceTerms> | undefined =>
  Object.keys(requests?.extended ?? {}).length > 0
    ? undefined
    : sizesOf(world)
        .filter((size) => (requests?.milliCpu ?? 0) <= size.allocatableMilliCpu && (requests?.memoryMiB ?? 0) <= size.allocatableMiB)
        .sort((left, right) => left.allocatableMilliCpu - right.allocatableMilliCpu || left.allocatableMiB - right.allocatableMiB)[0]

const tooLarge = (world: KubeWorld): string => {
  const most = (of: "allocatableMilliCpu" | "allocatableMiB"): number => sizesOf(world).reduce((top, size) => Math.max(top, size[of]), 0)
  return `Pod not supported on Fargate: no size holds its requests (at most ${most("allocatableMilliCpu")}m CPU and ${most("allocatableMiB")} MiB, no extended resources)`
}

/** In the zone with fewest of the profile's machines, the first of equals; where that is refused, in the next. The cloud's words when none can. */
const launchOne = (
  world: KubeWorld,
  pod: View<PodState>,
  profile: View<FargateProfileSpec>,
  { type: instanceType }: View<InstanceTerms>,
  turn: KubeTurn
): string | undefined => {
  const counts = countsOf(world, profile.name)
  const candidates = profile.subnets
    .map((subnet) => ({ subnet, zone: world.addresses.subnets.get(subnet)?.zone ?? "" }))
    .sort((left, right) => (counts.get(left.zone) ?? 0) - (counts.get(right.zone) ?? 0))
  let first: string | undefined
  for (const { subnet, zone } of candidates) {
    const refusal = launchRefusalOf(world.addresses, world.zonesDown, { zone, subnet, instanceType })
    const address = refusal === undefined ? freeAddressOf(world.addresses, subnet) : undefined
    if (address !== undefined) {
      const instance = `fargate-ip-${address.replaceAll(".", "-")}`
      turn.emit({
        _tag: "kube/InstanceLaunched",
        pod: pod.id,
        group: profile.name,
        instance,
        instanceType,
        maxPods: 1,
        zone,
        subnet,
        address
      })
      const wait = turn.settling ? 0 : world.settings.fargateLaunchMs
      turn.ask({ _tag: "kube/MachineReadyDue", pod: pod.id, instance }, turn.now + wait)
      return undefined
    }
    first ??= refusal?.message
    // A dark zone is left out without trying it; what another zone refuses is told.
    if (refusal !== undefined && !world.zonesDown.has(zone)) turn.emit({ _tag: "kube/LaunchFailed", group: profile.name, zone, ...refusal })
  }
  return first ?? "Fargate capacity is unavailable at this time."
}

const countsOf = (world: KubeWorld, profile: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const machine of world.cluster.machines.values())
    if (machine.profile === profile) counts.set(machine.zone, (counts.get(machine.zone) ?? 0) + 1)
  return counts
}

/** The machine is there: it joins, and runs its pod. One whose zone went dark meanwhile never comes, and another is asked for. */
export const joinMachine = (world: KubeWorld, timer: TimerOf<"kube/MachineReadyDue">, turn: KubeTurn): void => {
  const { cluster } = world
  const machine = cluster.machines.get(timer.pod)
  const pod = cluster.pods.get(timer.pod)
  if (machine?.instance !== timer.instance || pod === undefined || pod.node !== undefined) return
  if (world.zonesDown.has(machine.zone)) {
    end(machine, "its zone is dark", turn)
    turn.ask({ _tag: "kube/MachineDue", pod: pod.id, failedAt: pod.failedAt }, turn.now)
    return
  }
  turn.emit(createdBy(world, machine))
  turn.emit(
    turn.settling ? { _tag: "kube/NodeJoined", node: machine.instance, zone: machine.zone } : joinOf(world, machine.instance, machine.zone)
  )
  turn.emit({ _tag: "kube/PodScheduled", pod: pod.id, node: machine.instance, pinned: false, scores: [] })
}

const createdBy = (world: KubeWorld, machine: View<Machine>): KubeEventOf<"kube/NodeCreated"> => {
  const { instance, instanceType, profile, zone, subnet, address } = machine
  const terms = world.addresses.types.get(instanceType)
  return {
    _tag: "kube/NodeCreated",
    node: instance,
    zone,
    milliCpu: terms?.allocatableMilliCpu ?? 0,
    memoryMiB: terms?.allocatableMiB ?? 0,
    spec: {
      name: instance,
      nodeGroup: profile,
      subnet,
      instanceType,
      address,
      groups: world.cluster.spec.fargateProfiles?.find(({ name }) => name === profile)?.groups ?? [],
      maxPods: 1,
      labels: { [computeType.key]: computeType.value },
      taints: [{ ...computeType, effect: "NoSchedule" }]
    }
  }
}

/** The pod's object is gone, and with it its machine, its node and its address. */
export const endMachine = (world: KubeWorld, event: KubeEventOf<"kube/PodRemoved">, turn: KubeTurn): void => {
  const machine = world.cluster.machines.get(event.pod)
  if (machine === undefined) return
  const node = world.cluster.nodes.get(machine.instance)
  if (node?.draining) turn.emit({ _tag: "kube/NodeDrained", node: machine.instance })
  end(machine, "its pod is gone", turn)
  if (node !== undefined) turn.emit({ _tag: "kube/NodeDeleted", node: machine.instance, by: "fargate-scheduler" })
}

const end = ({ profile, instance }: View<Machine>, reason: string, turn: KubeTurn): void =>
  void turn.emit({ _tag: "kube/InstanceTerminated", group: profile, instance, reason })
