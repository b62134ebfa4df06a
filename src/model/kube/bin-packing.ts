/**
 * How autoscalers simulate: waiting pods packed, first fit, into nodes as a group would give them. They know CPU, memory and pod counts.
 */
import type { View } from "../value/view.ts"
import { obstaclesOn, questionOf } from "./scheduler-filters.ts"
import { type GroupState, type NodeState, never, nodeOf, type PodState } from "./state.ts"
import type { PodTemplate } from "./template.ts"
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

/** Whether a pod may stand on a new node of the group, by the scheduler's own filters. `like`: a node of it, or the zone it would be in. */
export const mayStand = (
  world: KubeWorld,
  pod: View<PodState>,
  group: View<GroupState>,
  like: View<NodeState> | { readonly zone: string } | undefined
): boolean => {
  const question = pod.only === undefined ? questionOf(world, pod) : undefined
  const node = templateNode(world, group, like)
  return question !== undefined && node !== undefined && obstaclesOn(world, question, node).length === 0
}

const templateNode = (
  world: KubeWorld,
  { spec }: View<GroupState>,
  like: View<NodeState> | { readonly zone: string } | undefined
): NodeState | undefined => {
  const terms = world.addresses.types.get(spec.instanceType)
  if (terms === undefined) return undefined
  const zone = like?.zone ?? world.addresses.subnets.get(spec.subnets[0] ?? "")?.zone ?? spec.zones?.[0] ?? ""
  const { allocatableMilliCpu, allocatableMiB } = terms
  const name = `template of ${spec.name}`
  const node = nodeOf(
    {
      name,
      nodeGroup: spec.name,
      subnet: "",
      instanceType: spec.instanceType,
      address: "",
      groups: [],
      maxPods: spec.maxPods,
      labels: spec.labels,
      ...(spec.taints === undefined ? {} : { taints: spec.taints })
    },
    { zone, allocatableMilliCpu, allocatableMiB },
    never
  )
  for (const workload of world.cluster.workloads.values()) {
    if (workload.spec.kind !== "DaemonSet" || !workload.applied) continue
    node.pods.add(workload.id)
    node.requested.milliCpu += workload.spec.template.requests?.milliCpu ?? 0
    node.requested.memoryMiB += workload.spec.template.requests?.memoryMiB ?? 0
  }
  return node
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

/** Ids of those that find room on so many empty nodes, first fit. */
export const placedOn = (
  pods: ReadonlyArray<{ readonly id: string; readonly size: Room }>,
  node: Room,
  count: number
): ReadonlyArray<string> => {
  const bins: ReadonlyArray<Room> = Array.from({ length: count }, () => ({ ...node }))
  return pods.flatMap(({ id, size }) => {
    const bin = bins.find((room) => takes(room, size))
    if (bin !== undefined) take(bin, size)
    return bin === undefined ? [] : [id]
  })
}
