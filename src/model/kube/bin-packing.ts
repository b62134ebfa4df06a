/**
 * How autoscalers simulate: waiting pods packed, first fit, into nodes as a group would give them. They know CPU, memory and pod counts.
 */
import type { View } from "../value/view.ts"
import { nodeAffinityAllows } from "./node-affinity.ts"
import { type GroupState, type PodState, templateOfPod } from "./state.ts"
import type { PodTemplate } from "./template.ts"
import { isTolerated } from "./tolerations.ts"
import type { KubeWorld } from "./world.ts"

export interface Room {
  pods: number
  milliCpu: number
  memoryMiB: number
}

export const sizeOf = (template: View<PodTemplate> | undefined): Room => ({
  pods: 1,
  milliCpu: template?.requests?.milliCpu ?? 0,
  memoryMiB: template?.requests?.memoryMiB ?? 0
})

const takes = (room: Room, size: Room): boolean =>
  room.pods >= size.pods && room.milliCpu >= size.milliCpu && room.memoryMiB >= size.memoryMiB

const take = (room: Room, size: Room): void => {
  room.pods -= size.pods
  room.milliCpu -= size.milliCpu
  room.memoryMiB -= size.memoryMiB
}

/** What a new node of the group would leave to pods, agents taken off; `undefined` when its instance type is not known. */
export const templateRoom = (world: KubeWorld, group: View<GroupState>): Room | undefined => {
  const terms = world.addresses.types.get(group.spec.instanceType)
  if (terms === undefined) return undefined
  const room = { pods: group.spec.maxPods, milliCpu: terms.allocatableMilliCpu, memoryMiB: terms.allocatableMiB }
  for (const workload of world.cluster.workloads.values())
    if (workload.spec.kind === "DaemonSet" && workload.applied) take(room, sizeOf(workload.spec.template))
  return room
}

export const mayStand = (world: KubeWorld, pod: View<PodState>, group: View<GroupState>): boolean => {
  const template = templateOfPod(world.cluster, pod)
  if (template === undefined || pod.only !== undefined) return false
  return (
    nodeAffinityAllows(template, group.spec.labels) &&
    (group.spec.taints ?? []).every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(template, false, taint))
  )
}

/** How many new nodes the pods need, first fit, and what would lie idle. */
export const estimate = (pods: ReadonlyArray<Room>, node: Room, upcoming: number): { readonly nodes: number; readonly idle: number } => {
  const bins: Array<Room> = Array.from({ length: upcoming }, () => ({ ...node }))
  for (const size of pods) {
    let bin = bins.find((room) => takes(room, size))
    if (bin === undefined) {
      bin = { ...node }
      if (!takes(bin, size)) continue
      bins.push(bin)
    }
    take(bin, size)
  }
  return { nodes: bins.length - upcoming, idle: bins.slice(upcoming).reduce((sum, { milliCpu }) => sum + milliCpu, 0) }
}
