/**
 * Targets: by instance, every node that has joined, ready or not (`lbNodeSet`); by address, the pods that a Service's endpoints list.
 * Pods follow the endpoints as kube-proxy does. The controller that registers them must reach the API server: while no node that
 * runs it does, it neither registers nor deregisters anything, and health checks alone decide.
 * Source: aws-load-balancer-controller, target group binding; kubernetes/cloud-provider controllers/service.
 */
import { deregister } from "../balance/draining.ts"
import type { LoadBalancerSpec } from "../balance/spec.ts"
import { listedOf } from "../kube/endpoints.ts"
import { isForOnePod } from "../kube/fargate-profile.ts"
import { traceFlow } from "../net/trace.ts"
import { compareText, sortedKeys } from "../value/text.ts"
import { ownerOf, type TargetGroup, targetName } from "./balancer-owner.ts"
import { frontEndComponent, serviceKey } from "./ids.ts"
import type { EventOf, TimerOf } from "./message.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const registerAll = (world: World, balancer: string, turn: WorldTurn): void => {
  const { loadBalancer, groups } = ownerOf(world, balancer)
  if (followsEndpoints(loadBalancer)) return
  for (const node of sortedKeys(world.cluster.nodes.keys())) if (isTarget(world, node)) addNode(world, balancer, groups, node, turn)
}

/** Whether targets come and go with the endpoints: pods, or the nodes that run them. */
const followsEndpoints = ({ targetType, nodeSubset }: LoadBalancerSpec): boolean => targetType === "ip" || nodeSubset?.withPods === true

/** By instance no Fargate machine is a target. Source: Amazon EKS user guide, AWS Fargate considerations. */
const isTarget = (world: World, name: string): boolean => {
  const node = world.cluster.nodes.get(name)
  return node?.joined === true && !isForOnePod(node)
}

const addNode = (world: World, balancer: string, groups: ReadonlyArray<TargetGroup>, node: string, turn: WorldTurn): void => {
  const { loadBalancer } = ownerOf(world, balancer)
  for (const group of groups) {
    const known = world.balancers.made.get(balancer)?.targets.has(targetName(node, group)) === true
    if (known || !hasRoom(world, balancer, loadBalancer, group)) continue
    const several = group.id === "" ? {} : { member: node, group: group.id, node }
    turn.emit({ _tag: "balance/TargetRegistered", balancer, target: targetName(node, group), ...several })
  }
}

const hasRoom = (world: World, balancer: string, { nodeSubset }: LoadBalancerSpec, group: TargetGroup): boolean => {
  if (nodeSubset === undefined) return true
  let taken = 0
  for (const target of world.balancers.made.get(balancer)?.targets.values() ?? [])
    if (target.group === group.id && target.draining === undefined) taken++
  return taken < nodeSubset.max
}

/** A node that joins later becomes a target of every balancer by instance that takes one more. */
export const registerNode = (world: World, event: EventOf<"kube/NodeJoined">, turn: WorldTurn): void => {
  if (!isTarget(world, event.node)) return
  for (const balancer of sortedKeys(world.balancers.made.keys())) {
    const { loadBalancer, groups } = ownerOf(world, balancer)
    if (!followsEndpoints(loadBalancer)) addNode(world, balancer, groups, event.node, turn)
  }
}

/** A node whose object is gone is deregistered where it drains; classic balancers keep it, as they always have here. */
export const deregisterNode = (world: World, event: EventOf<"kube/NodeDeleted">, turn: WorldTurn): void => {
  for (const balancer of sortedKeys(world.balancers.made.keys())) {
    const { loadBalancer, groups } = ownerOf(world, balancer)
    const { nodeSubset, deregistrationDelayMs } = loadBalancer
    if (followsEndpoints(loadBalancer) || (deregistrationDelayMs === undefined && nodeSubset === undefined)) continue
    for (const group of groups) {
      const target = targetName(event.node, group)
      if (world.balancers.made.get(balancer)?.targets.has(target)) deregister(world, balancer, target, turn)
    }
    // Another takes the place that came free.
    if (nodeSubset !== undefined) registerAll(world, balancer, turn)
  }
}

/** A Service's endpoints turned: the balancers that send to its pods follow. */
export const followEndpoints = (world: World, event: EventOf<"kube/EndpointsTurned">, turn: WorldTurn): void => {
  for (const balancer of followersOf(world, event.service)) {
    turn.askOnce(balancer, { _tag: "balance/RegistrationDue", balancer }, turn.now + Number(world.settings.values["lbRegistrationMs"]))
  }
}

/** A node is in touch with the API server again: a controller on it has what it missed. */
export const catchUp = (world: World, _event: EventOf<"kube/WatchResumed">, turn: WorldTurn): void => {
  for (const balancer of sortedKeys(world.balancers.made.keys())) {
    const { loadBalancer } = ownerOf(world, balancer)
    if (followsEndpoints(loadBalancer) && loadBalancer.controller !== undefined)
      turn.askOnce(balancer, { _tag: "balance/RegistrationDue", balancer }, turn.now)
  }
}

/** Balancers whose targets come and go with a Service's endpoints. */
const followersOf = (world: World, service: string): ReadonlyArray<string> =>
  sortedKeys(world.balancers.made.keys()).filter((balancer) => {
    const { loadBalancer, groups } = ownerOf(world, balancer)
    return followsEndpoints(loadBalancer) && groups.some((group) => serviceKey(group.service) === service)
  })

/** Members that the endpoints want by now, with their nodes: pods, or the nodes that run them. */
const wantedOf = (world: World, { nodeSubset }: LoadBalancerSpec, group: TargetGroup): ReadonlyMap<string, string> => {
  const endpoints = world.cluster.services.get(serviceKey(group.service))
  const wanted = new Map<string, string>()
  for (const pod of [...new Set(endpoints === undefined ? [] : listedOf(endpoints))].sort(compareText)) {
    const node = world.cluster.pods.get(pod)?.node
    if (node !== undefined) wanted.set(nodeSubset === undefined ? pod : node, node)
  }
  return nodeSubset === undefined
    ? wanted
    : new Map([...wanted].sort(([left], [right]) => compareText(left, right)).slice(0, nodeSubset.max))
}

/** Source: application-gateway-kubernetes-ingress, a failed deployment is tried again; the figure is chosen. */
const retryMs = 60_000

/** Whether what manages a balancer's front end is reached from there, where it has to be. */
const isManaged = (world: World, balancer: string): boolean => {
  const { loadBalancer } = ownerOf(world, balancer)
  const [zone = ""] = sortedKeys(world.balancers.made.get(balancer)?.frontEnds.keys() ?? [])
  if (loadBalancer.managedVia === undefined) return true
  const to = { _tag: "Address", address: loadBalancer.managedVia } as const
  const from = frontEndComponent(balancer, zone)
  return traceFlow(world.fabric, { from, to, protocol: "tcp", port: 443 }, { hops: false }).success.of > 0
}

/** Registers and deregisters what the endpoints want by now. */
export const register = (world: World, timer: TimerOf<"balance/RegistrationDue">, turn: WorldTurn): void => {
  const { balancer } = timer
  const { loadBalancer, groups } = ownerOf(world, balancer)
  if (!reachesApi(world, loadBalancer.controller)) return
  // A gateway that its management does not reach stays as it is; its controller tries again.
  if (!isManaged(world, balancer)) return turn.askOnce(balancer, timer, turn.now + retryMs)
  for (const group of groups) {
    const wanted = wantedOf(world, loadBalancer, group)
    const targets = world.balancers.made.get(balancer)?.targets
    for (const target of sortedKeys(targets?.keys() ?? [])) {
      const known = targets?.get(target)
      if (known?.group === group.id && !wanted.has(known.member)) deregister(world, balancer, target, turn)
    }
    for (const [member, node] of wanted) {
      const target = targetName(member, group)
      const known = targets?.get(target)
      if (known === undefined || known.draining !== undefined)
        turn.emit({ _tag: "balance/TargetRegistered", balancer, target, member, group: group.id, node })
    }
  }
}

/** Whether a ready pod of the controller runs where the API server is reached. One that is not in the cluster always does. */
const reachesApi = (world: World, controller: string | undefined): boolean => {
  if (controller === undefined) return true
  for (const id of world.cluster.workloads.get(controller)?.pods ?? []) {
    const pod = world.cluster.pods.get(id)
    const node = pod?.node === undefined ? undefined : world.cluster.nodes.get(pod.node)
    if (pod?.ready === true && !pod.terminating && node?.reachable === true) return true
  }
  return false
}
