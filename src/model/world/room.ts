/** "How many more fit, and what runs out first?", of a subnet, a node group or a Fargate profile, in a world as it is. */
import { type Bound, boundsOf, type NodeKind } from "../capacity/room.ts"
import { freeBlocksIn, freeIn } from "../capacity/subnet-book.ts"
import { sizeFor } from "../kube/fargate.ts"
import { isForOnePod, profileOfWorkload } from "../kube/fargate-profile.ts"
import { compareText, sortedKeys } from "../value/text.ts"
import type { World } from "./world.ts"

/** Pods on the host network that count against a node's pods and take no address: aws-node and kube-proxy. */
const hostPods = 2

export interface GroupRoom {
  readonly _tag: "GroupRoom"
  /** A Fargate profile: a node a pod, of the largest size that its workloads need. */
  readonly isProfile?: true
  readonly group: string
  readonly instanceType: string
  readonly nodes: number
  /** Absent: the cloud has not been told one. */
  readonly max?: number
  /** Pods with an address of their own that a full node carries. */
  readonly podsPerNode: number
  /** The tightest first; never empty. */
  readonly bounds: ReadonlyArray<Bound>
  readonly nodesMore: number
  readonly podsMore: number
}

export interface SubnetRoom {
  readonly _tag: "SubnetRoom"
  readonly subnet: string
  readonly addresses: number
  readonly free: number
  readonly freeBlocks: number
  /** The groups that launch here, as far as this subnet alone bounds them. */
  readonly groups: ReadonlyArray<{ readonly group: string; readonly bound: Bound }>
}

interface Group extends NodeKind {
  readonly name: string
  readonly max?: number
  readonly isProfile?: true
}

/** Groups that may grow, and those that only stand there, by the nodes that bear their name. */
const groupsOf = (world: World): ReadonlyArray<Group> => {
  const { groups, nodes } = world.cluster
  const growing = sortedKeys(groups.keys()).flatMap((name): ReadonlyArray<Group> => {
    const spec = groups.get(name)?.spec
    return spec === undefined
      ? []
      : [
          {
            name,
            group: name,
            instanceType: spec.instanceType,
            subnets: spec.subnets,
            pods: Math.max(0, spec.maxPods - hostPods),
            maxPods: spec.maxPods,
            max: spec.max
          }
        ]
  })
  const standing = new Map<string, Group>()
  for (const node of sortedKeys(nodes.keys())) {
    const spec = nodes.get(node)?.spec
    if (spec === undefined || groups.has(spec.nodeGroup) || isForOnePod({ spec })) continue
    const before = standing.get(spec.nodeGroup)
    const subnets = [...new Set([...(before?.subnets ?? []), spec.subnet])].sort(compareText)
    standing.set(spec.nodeGroup, {
      group: spec.nodeGroup,
      name: spec.nodeGroup,
      instanceType: spec.instanceType,
      subnets,
      pods: Math.max(0, spec.maxPods - hostPods),
      maxPods: spec.maxPods
    })
  }
  return [...growing, ...standing.values(), ...profilesOf(world)]
}

/** Fargate profiles; one that no workload matches as for the smallest pod. */
const profilesOf = (world: World): ReadonlyArray<Group> => {
  const { fargateProfiles: profiles = [] } = world.cluster.spec
  const smallest = sizeFor(world, { labels: {}, hostNetwork: false, serves: [] })
  return profiles.flatMap(({ name, subnets }): ReadonlyArray<Group> => {
    const sizes = [...world.cluster.workloads.values()].flatMap(({ spec }) =>
      profileOfWorkload(profiles, spec)?.name === name ? (sizeFor(world, spec.template) ?? []) : []
    )
    const [size = smallest] = sizes.sort(
      (left, right) => right.allocatableMilliCpu - left.allocatableMilliCpu || right.allocatableMiB - left.allocatableMiB
    )
    return size === undefined ? [] : [{ name, instanceType: size.type, subnets, pods: 1, maxPods: 1, isProfile: true }]
  })
}

/** The answer, or the names that there are. */
export const roomOf = (world: World, name: string): GroupRoom | SubnetRoom | { readonly known: ReadonlyArray<string> } => {
  const groups = groupsOf(world)
  const group = groups.find((each) => each.name === name)
  if (group !== undefined) return groupRoom(world, group)
  const subnet = world.addresses.subnets.get(name)
  if (subnet !== undefined)
    return {
      _tag: "SubnetRoom",
      subnet: name,
      addresses: subnet.last - subnet.first + 1,
      free: freeIn(subnet),
      freeBlocks: freeBlocksIn(subnet),
      groups: groups.flatMap((each) => {
        const [bound] = each.subnets.includes(name) ? boundsOf(world.addresses, { ...each, subnets: [name] }) : []
        return bound === undefined ? [] : [{ group: each.name, bound }]
      })
    }
  return { known: [...groups.map((each) => each.name), ...sortedKeys(world.addresses.subnets.keys())] }
}

const groupRoom = (world: World, group: Group): GroupRoom => {
  const nodes = [...world.cluster.nodes.values()].filter(({ spec }) => spec.nodeGroup === group.name).length
  const own: ReadonlyArray<Bound> =
    group.max === undefined
      ? []
      : [{ limit: "the group's own maximum", left: Math.max(0, group.max - nodes), each: 1, nodes: Math.max(0, group.max - nodes) }]
  const bounds = [...boundsOf(world.addresses, group), ...own].sort((left, right) => left.nodes - right.nodes)
  const nodesMore = bounds[0]?.nodes ?? 0
  return {
    _tag: "GroupRoom",
    ...(group.isProfile === undefined ? {} : { isProfile: group.isProfile }),
    group: group.name,
    instanceType: group.instanceType,
    nodes,
    ...(group.max === undefined ? {} : { max: group.max }),
    podsPerNode: group.pods,
    bounds,
    nodesMore,
    podsMore: nodesMore * group.pods
  }
}
