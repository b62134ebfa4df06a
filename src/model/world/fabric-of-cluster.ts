/**
 * How the cluster shows in the fabric: a node is a host, a pod a component at home on it, a Service a listener in every
 * kube-proxy's table. Nodes with a watch share one live table; a node that is cut off keeps the table of that moment until it
 * watches again. Not modelled: iptables' own update time per node (see `endpointsDelayMs`).
 */
import type { Attachment } from "../cloud/compile.ts"
import { listedOf } from "../kube/endpoints.ts"
import { isForOnePod } from "../kube/fargate-profile.ts"
import type { KubeEvent } from "../kube/message.ts"
import type { NodeSpec, ServiceSpec } from "../kube/spec.ts"
import { requireNode, templateOfPod } from "../kube/state.ts"
import type { PodTemplate } from "../kube/template.ts"
import type { Listener, Target } from "../net/fabric.ts"
import {
  copyListenerTable,
  putListener,
  putPart,
  removeComponent,
  removeListenerTable,
  setCondition,
  setListeners,
  setName,
  startListening
} from "../net/fabric-change.ts"
import { seatsOf } from "../net/session-affinity.ts"
import type { View } from "../value/view.ts"
import { evolveControlPlane } from "./control-plane.ts"
import { policiesOf } from "./fabric-of-policies.ts"
import { evolveNodeCondition } from "./fabric-of-zones.ts"
import { addressListener, nodeComponent, podComponent, selfListener, serviceKey, serviceName } from "./ids.ts"
import { networkNow } from "./network-now.ts"
import { liveProxyTable, type World } from "./world.ts"

export const evolveFabricOfCluster = (world: World, event: KubeEvent): void => {
  switch (event._tag) {
    case "kube/NodeJoined":
      return attachNode(world, event.node)
    case "kube/PodAddressAssigned":
      return attachPod(world, event.pod, event.node, event.address)
    case "kube/ContainerStarted":
      return listen(world, event.pod)
    case "kube/PodRemoved":
      if (world.fabric.components.has(podComponent(event.pod))) removeComponent(world.fabric, podComponent(event.pod))
      return
    case "kube/NodeDeleted":
      return detachNode(world, event.node)
    case "kube/InstanceTerminated":
      if (world.cluster.nodes.has(event.instance)) stopNode(world, event.instance)
      return
    case "kube/ServiceApplied":
      return listService(world, event.service, [])
    case "kube/EndpointsTurned":
      world.proxies.version++
      return listService(world, event.service, listedOf(event))
    case "kube/NameCachesFollowed":
      return setName(world.fabric, serviceName(event.service), { held: event.addresses })
    case "kube/ControlPlaneLost":
    case "kube/ControlPlaneReturned":
      return evolveControlPlane(world)
    case "kube/NodeReimaged":
      return stopNode(world, event.node)
    case "kube/NodeRebooted":
      return reboot(world, event.node)
    case "kube/NodeCutOff":
      return keepTable(world, event.node)
    case "kube/WatchResumed":
      return followTable(world, event.node)
  }
}

const nodeSpec = (world: World, name: string) => requireNode(world.cluster, name).spec

/** The kubelet's own port. Source: kubernetes ports and protocols. */
const kubelet = { protocol: "tcp", port: 10_250 } as const

const attachNode = (world: World, name: string): void => {
  const spec = nodeSpec(world, name)
  const id = nodeComponent(name)
  const parts = networkNow(world).cloud.attach({
    id,
    kind: "host",
    place: spec.subnet,
    address: spec.address,
    groups: spec.groups,
    origin: { resource: name },
    listening: [kubelet],
    masquerades: hides(world, spec),
    listeners: liveProxyTable,
    ...behind(world),
    ...(spec.zone === undefined ? {} : { zone: spec.zone }),
    ...(spec.publicAddress === undefined ? {} : { publicAddress: spec.publicAddress })
  })
  for (const part of parts) putPart(world.fabric, part)
  if (world.zonesDown.has(requireNode(world.cluster, name).zone) || world.nodesDown.has(name)) setCondition(world.fabric, id, "silent")
}

/** Pods leave with their node's address, but for those with a subnet of their own. Source: AKS docs, pod subnets; EKS, external SNAT. */
const hides = (world: World, spec: View<NodeSpec>): boolean =>
  !isForOnePod({ spec }) && podPlace(world, spec) === spec.subnet && world.settings.values.podSourceTranslation === "outsideVpc"

/** Pods of a range of their own are known to the network by routes to their nodes, unless it knows them otherwise, or not at all. */
const behind = (world: World): Pick<Attachment, "forwards" | "ownToward" | "overlays"> => {
  const { podRange } = world.ground.plan.cluster
  return podRange === undefined
    ? {}
    : {
        ...(podRange.known === undefined ? { forwards: true } : {}),
        ownToward: [podRange.cidr, ...Object.values(podRange.groups ?? {})],
        ...overlaid(world)
      }
}

const overlaid = ({ ground }: World): Pick<Attachment, "overlays"> => {
  const { podRange } = ground.plan.cluster
  return podRange?.known === "overlay" ? { overlays: [podRange.cidr] } : {}
}

/** Where a node's pods have their addresses: in its own subnet, or one of their own. */
const podPlace = (world: World, { nodeGroup, subnet }: View<NodeSpec>): string =>
  world.ground.plan.cluster.podHoldings?.[nodeGroup]?.subnet ?? subnet

/** A machine that is gone for good: it answers nothing from here on, and keeps no table. */
const stopNode = (world: World, name: string): void => {
  world.nodesDown.add(name)
  setCondition(world.fabric, nodeComponent(name), "silent")
}

const detachNode = (world: World, name: string): void => {
  followTable(world, name)
  world.nodesDown.delete(name)
  if (world.fabric.components.has(nodeComponent(name))) removeComponent(world.fabric, nodeComponent(name))
}

/** A Fargate pod is a peer in others' network policies, and none guards it. Source: Amazon EKS user guide, Kubernetes network policies. */
const attachPod = (world: World, pod: string, node: string, address: string): void => {
  if (templateOf(world, pod)?.hostNetwork === true) return
  const spec = nodeSpec(world, node)
  const isShared = isForOnePod({ spec })
  if (isShared) yieldAddress(world, node)
  const parts = networkNow(world).cloud.attach({
    id: podComponent(pod),
    kind: "pod",
    place: podPlace(world, spec),
    address,
    groups: spec.groups,
    home: nodeComponent(node),
    origin: { resource: pod },
    listening: isShared ? [kubelet] : [],
    ...overlaid(world),
    ...(isShared ? { sets: policiesOf(world, pod).sets ?? [] } : policiesOf(world, pod))
  })
  for (const part of parts) putPart(world.fabric, part)
}

/** A Fargate machine has one interface: its pod's. What comes for either arrives there. */
const yieldAddress = (world: World, node: string): void => {
  for (const id of world.fabric.portsOf.get(nodeComponent(node)) ?? []) {
    const port = world.fabric.ports.get(id)
    if (port !== undefined) putPart(world.fabric, { ...port, addresses: [] })
  }
}

const listen = (world: World, pod: string): void => {
  const template = templateOf(world, pod)
  if (template === undefined || template.hostNetwork) return
  const node = world.cluster.nodes.get(world.cluster.pods.get(pod)?.node ?? "")
  startListening(world.fabric, podComponent(pod), [
    ...template.serves.map(({ protocol, port }) => ({ protocol, port })),
    ...(node !== undefined && isForOnePod(node) ? [kubelet] : [])
  ])
}

/** The machine is another, and nothing listens on it until its containers start. */
const reboot = (world: World, node: string): void => {
  evolveNodeCondition(world, node, true)
  const host = world.fabric.components.get(nodeComponent(node))
  if (host !== undefined) startListening(world.fabric, host.id, host.listening)
  for (const pod of world.cluster.nodes.get(node)?.pods ?? [])
    if (world.fabric.components.has(podComponent(pod))) startListening(world.fabric, podComponent(pod), [])
}

/** The template a pod was made from. */
export const templateOf = (world: Pick<World, "cluster">, pod: string): View<PodTemplate> | undefined => {
  const known = world.cluster.pods.get(pod)
  return known === undefined ? undefined : templateOfPod(world.cluster, known)
}

const listService = (world: World, service: string, ready: ReadonlyArray<string>): void => {
  const spec = world.cluster.services.get(service)?.spec
  if (spec === undefined) return
  if (spec.headless === true) return nameService(world, service, ready)
  for (const port of spec.ports) {
    const targets = ready.flatMap((pod) => targetOf(world, pod, port.targetPort))
    const inside = spec.internalLocal === true ? "host" : spec.preferClose === true ? "zone" : undefined
    list(world, addressListener(spec.clusterIp, port.protocol, port.port), spec, listenerOf(spec, targets, "kept", inside))
    const outside = spec.externalLocal === true ? listenerOf(spec, targets, "kept", "host") : listenerOf(spec, targets, "replaced")
    const { floating, address = "" } = spec.loadBalancer ?? {}
    if (floating === true) list(world, addressListener(address, port.protocol, port.port), spec, outside)
    if (port.nodePort !== undefined) list(world, selfListener(port.protocol, port.nodePort), spec, outside)
  }
}

/** Puts a listener into the live table; where clients stick, it knows what each of them had. */
const list = (world: World, key: string, spec: View<ServiceSpec>, listener: Listener): void => {
  const before = spec.sessionAffinity === undefined ? undefined : world.fabric.listenerTables.get(liveProxyTable)?.listeners.get(key)
  const stuck = spec.sessionAffinity === undefined ? listener : { ...listener, seats: seatsOf(before?.seats ?? [], listener.targets) }
  putListener(world.fabric, liveProxyTable, key, stuck)
}

/** A headless Service's name answers with its pods' addresses. Clients who keep answers (`name-caches.ts`) follow later, or now if they hold none. */
const nameService = (world: World, service: string, ready: ReadonlyArray<string>): void => {
  const id = serviceName(service)
  const listed = ready.flatMap((pod) => world.cluster.pods.get(pod)?.address ?? []).sort()
  const known = world.fabric.names.get(id)
  const keepsHeld = world.settings.dnsClientCacheMs > 0 && known !== undefined && known.held.length > 0
  if (known !== undefined) setName(world.fabric, id, keepsHeld ? { listed } : { listed, held: listed })
  else putPart(world.fabric, { _tag: "NameEntry", id, origin: { resource: `Service ${service}`, part: "name" }, listed, held: listed })
}

const targetOf = (world: World, pod: string, port: number): ReadonlyArray<Target> => {
  const known = world.cluster.pods.get(pod)
  if (known?.address === undefined) return []
  const zone = known.node === undefined ? undefined : world.cluster.nodes.get(known.node)?.zone
  return [
    {
      id: pod,
      address: known.address,
      port,
      weight: 1,
      ...(zone === undefined ? {} : { zone }),
      ...(known.node === undefined ? {} : { host: nodeComponent(known.node) })
    }
  ]
}

/** kube-proxy answers a Service without endpoints with a reject. Source: kubernetes pkg/proxy/iptables, KUBE-SERVICES REJECT. */
const listenerOf = (
  spec: View<ServiceSpec>,
  targets: ReadonlyArray<Target>,
  source: "kept" | "replaced",
  locality?: Listener["locality"]
): Listener => {
  const origin = { resource: `Service ${serviceKey(spec)}`, part: `${targets.length} ready endpoints` }
  return {
    origin,
    targets,
    proxy: false,
    sameZoneOnly: false,
    source,
    ...(locality === undefined ? {} : { locality }),
    empty: { reason: "NoTarget", code: "icmp-port-unreachable", origin, fails: "refused" }
  }
}

const keepTable = (world: World, node: string): void => {
  const table = `${liveProxyTable}@${world.proxies.version}`
  const component = nodeComponent(node)
  if (world.fabric.components.get(component)?.listeners !== liveProxyTable) return
  const keepers = world.proxies.keptBy.get(table) ?? 0
  if (keepers === 0) copyListenerTable(world.fabric, liveProxyTable, table)
  world.proxies.keptBy.set(table, keepers + 1)
  setListeners(world.fabric, component, table)
}

const followTable = (world: World, node: string): void => {
  const component = nodeComponent(node)
  const table = world.fabric.components.get(component)?.listeners
  if (table === undefined || table === liveProxyTable) return
  setListeners(world.fabric, component, liveProxyTable)
  const keepers = (world.proxies.keptBy.get(table) ?? 1) - 1
  if (keepers > 0) world.proxies.keptBy.set(table, keepers)
  else {
    world.proxies.keptBy.delete(table)
    removeListenerTable(world.fabric, table)
  }
}
