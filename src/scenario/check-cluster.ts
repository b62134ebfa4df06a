/**
 * Whether a cluster stands up in its network: names exist and are one of a kind, nodes and pinned pods are where their rules would
 * put them, Services find somebody who listens, and what is asked for fits.
 */

import { interfaceLimitsOf, maxPodsOf } from "../model/cloud/aws/limits.ts"
import { keptAddresses, writtenGroups, writtenSubnets, writtenTypes } from "../model/cloud/cloud-of.ts"
import { profileOfWorkload } from "../model/kube/fargate-profile.ts"
import type { NodeSpec, ServiceSpec, WorkloadSpec } from "../model/kube/spec.ts"
import { isIn, parseAddress, parsePrefix } from "../model/net/ip.ts"

import { checkIngress, serviceBalancerMistakes } from "./check-balancer.ts"

import { checkCalls } from "./check-calls.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { doubled, unknownName } from "./names.ts"
import { listed } from "./near.ts"
import type { Place, Places, Plan } from "./plan.ts"

const idOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`

/** Every mistake in a plan's cluster, each at the place of the word it is about. */
export const checkCluster = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => [
  ...doubledNames(plan, places),
  ...checkNodes(plan, places),
  ...checkZones(plan, places),
  ...plan.cluster.workloads.flatMap((workload) => checkWorkload(plan, workload, places)),
  ...plan.cluster.services.flatMap((service) => checkService(plan, service, places)),
  ...(plan.cluster.ingresses ?? []).flatMap((ingress) => checkIngress(plan, ingress, places[`ingress/${idOf(ingress)}`])),
  ...plan.cluster.volumes.flatMap(({ name, zone }) =>
    zone === undefined || plan.topology.zones.includes(zone)
      ? []
      : [unknownName(`volume ${name}`, "zone", zone, plan.topology.zones, places[`volume/${name}`])]
  ),
  ...checkRoom(plan, places)
]

const noService = { namespace: "", name: "" }

const doubledNames = ({ cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const nodePlace = (): Place | undefined => places.cluster
  return [
    ...doubled(
      "node",
      cluster.nodes.map(({ name }) => name),
      nodePlace
    ),
    ...doubled(
      "address",
      cluster.nodes.map(({ address }) => address),
      nodePlace
    ),
    ...doubled("workload", cluster.workloads.map(idOf), (id) => places[`workload/${id}`]),
    ...doubled(
      "public address",
      cluster.nodes.flatMap(({ publicAddress }) => publicAddress ?? []),
      nodePlace
    ),
    ...doubled("Service", cluster.services.map(idOf), (id) => places[`service/${id}`]),
    ...doubled(
      "cluster address",
      cluster.services.flatMap(({ clusterIp, headless }) => (headless === true ? [] : [clusterIp])),
      (clusterIp) => places[`service/${idOf(cluster.services.findLast((service) => service.clusterIp === clusterIp) ?? noService)}`]
    ),
    ...doubled(
      "node port",
      cluster.services.flatMap(({ ports }) => ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [String(nodePort)]))),
      () => places.cluster
    ),
    ...doubled(
      "volume",
      cluster.volumes.map(({ name }) => name),
      (id) => places[`volume/${id}`]
    )
  ]
}

/** Prefixes may be switched on while it runs, so a group may be sized for them. */
const podsMaxOf = ({ cluster, settings, timeline }: Plan, type: string): number | undefined => {
  const limits = interfaceLimitsOf(type)
  const delegates = settings.prefixDelegation === true || timeline.some(({ action }) => action._tag === "SetAddressing")
  return limits && maxPodsOf(limits, { prefixDelegation: delegates, customNetworking: cluster.podSubnets !== undefined })
}

const checkNodes = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const { cluster, topology } = plan
  const subnets = new Map(writtenSubnets(topology).map((subnet) => [subnet.id, subnet]))
  const isFlat = topology._tag === "FlatTopology"
  const groups = writtenGroups(topology)
  const sizes = writtenTypes(topology)
  const shapes = isFlat ? topology.shapes : []
  if (cluster.nodes.length === 0 && cluster.fargateProfiles === undefined)
    return [errorOf("D009", `cluster ${cluster.id} has no nodes`, { place: places.cluster, help: "add .with(nodeGroup(…))" })]
  /** A group's nodes in one subnet are one mistake. */
  const isFirst = (node: NodeSpec): boolean =>
    cluster.nodes.find(({ nodeGroup, subnet }) => nodeGroup === node.nodeGroup && subnet === node.subnet) === node
  return cluster.nodes.flatMap((node): ReadonlyArray<Diagnostic> => {
    const place = places[`nodeGroup/${node.nodeGroup}`] ?? places.cluster
    const lost = node.groups.filter((group) => !groups.includes(group))
    const known = subnets.get(node.subnet)
    if (known === undefined)
      return isFirst(node) ? [unknownName(`node ${node.name}`, "subnet", node.subnet, [...subnets.keys()], place)] : []
    if (isFlat && !shapes.some(({ name }) => name === node.instanceType))
      return [
        unknownName(
          `machines ${node.nodeGroup}`,
          "shape",
          node.instanceType,
          shapes.map(({ name }) => name),
          place
        )
      ]
    if (sizes !== undefined && !sizes.has(node.instanceType))
      return [unknownName(`node ${node.name}`, "machine type", node.instanceType, [...sizes.keys()], place)]
    const limit =
      sizes?.get(node.instanceType)?.slotsPerInterface ??
      podsMaxOf(plan, node.instanceType) ??
      shapes.find(({ name }) => name === node.instanceType)?.pods ??
      0
    return [
      ...lost.map((group) => unknownName(`node ${node.name}`, "security group", group, groups, place)),
      ...addressMistakes(`node ${node.name}`, node.address, { ...known, kept: keptAddresses(topology) }, place),
      ...(node.publicAddress === undefined || parseAddress(node.publicAddress) !== undefined
        ? []
        : [errorOf("D017", `node ${node.name}: "${node.publicAddress}" is no IPv4 address`, { place, underlined: node.publicAddress })]),
      ...(node.maxPods > limit || node.maxPods < 1
        ? [
            errorOf("D009", `nodeGroup ${node.nodeGroup}: ${node.maxPods} pods on ${node.instanceType}, its addresses allow ${limit}`, {
              place,
              underlined: "maxPods",
              notes: sizes === undefined ? ["one address of every interface is its own; two pods are on the host network"] : [],
              help: "take a bigger instance type, or fewer pods"
            })
          ]
        : [])
    ]
  })
}

/** Zones that nodes stand in, or may come to, in subnets that span zones. */
const checkZones = ({ topology, cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  if (topology._tag !== "AzureTopology" && topology._tag !== "GcpTopology") return []
  const wanted = new Map<string, ReadonlyArray<string>>()
  for (const { nodeGroup, zone } of cluster.nodes) if (zone !== undefined) wanted.set(nodeGroup, [...(wanted.get(nodeGroup) ?? []), zone])
  for (const { name, zones = [] } of cluster.nodeGroups ?? []) wanted.set(name, [...(wanted.get(name) ?? []), ...zones])
  return [...wanted].flatMap(([group, zones]) =>
    [...new Set(zones)]
      .filter((zone) => !topology.zones.includes(zone))
      .map((zone) => unknownName(`node group ${group}`, "zone", zone, topology.zones, places[`nodeGroup/${group}`] ?? places.cluster))
  )
}

type Kept = ReturnType<typeof keptAddresses>

const isKept = (address: string, cidr: string, kept: Kept): boolean => {
  const [number, prefix] = [parseAddress(address), parsePrefix(cidr)]
  return number !== undefined && prefix !== undefined && (number < prefix.first + kept.first || number > prefix.last - kept.last)
}

const addressMistakes = (
  what: string,
  address: string,
  subnet: { readonly id: string; readonly cidr: string; readonly kept: Kept },
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  const wrong = (note: string, help: string) =>
    errorOf("D017", `${what} cannot have the address "${address}"`, { place, underlined: address, notes: [note], help })
  if (address === "") return [wrong("no address is known of it", 'write address: "192.168.0.94", or name the node by it: ip-192-168-0-94')]
  if (parseAddress(address) === undefined) return [wrong("it is no IPv4 address", 'write address: "192.168.0.94"')]
  if (!isIn(address, subnet.cidr)) return [wrong(`subnet ${subnet.id} is ${subnet.cidr}`, "correct the address or the subnet")]
  return isKept(address, subnet.cidr, subnet.kept)
    ? [wrong(`the cloud keeps the first ${subnet.kept.first} and the last ${subnet.kept.last} of ${subnet.cidr}`, "take another address")]
    : []
}

const checkWorkload = (plan: Plan, workload: WorkloadSpec, places: Places): ReadonlyArray<Diagnostic> => {
  const { cluster } = plan
  const place = places[`workload/${idOf(workload)}`]
  const what = `${workload.kind} ${workload.name}`
  const { volume } = workload.template
  const volumes = cluster.volumes.map(({ name }) => name)
  return [
    ...checkCalls(plan, workload, what, place),
    ...probeMistakes(workload, what, place),
    ...(volume === undefined || volumes.includes(volume) ? [] : [unknownName(what, "volume", volume, volumes, place)]),
    ...(workload.replicas < 0 ? [errorOf("D008", `${what}: ${workload.replicas} replicas`, { place, underlined: "replicas" })] : []),
    ...checkPins(plan, workload, what, place)
  ]
}

/** A probe of a port that nobody serves never succeeds: the pod would never be Ready, or be restarted for ever. */
const probeMistakes = ({ template }: WorkloadSpec, what: string, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const served = template.serves.map(({ port }) => String(port))
  return (["readinessProbe", "livenessProbe"] as const).flatMap((name) => {
    const port = template[name]?.port
    return port === undefined || served.includes(String(port)) ? [] : [unknownName(`${what}: ${name}`, "port", String(port), served, place)]
  })
}

/** Names that a workload gives its pods; `undefined` when they are drawn. */
const podNames = ({ kind, name, replicas }: WorkloadSpec): ReadonlyArray<string> | undefined =>
  kind === "Pod"
    ? [name]
    : kind === "StatefulSet"
      ? Array.from({ length: Math.max(0, replicas) }, (_, ordinal) => `${name}-${ordinal}`)
      : undefined

const checkPins = (plan: Plan, workload: WorkloadSpec, what: string, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const { cluster, topology } = plan
  const wrong = (pin: string, note: string, help?: string) =>
    errorOf("D017", `${what}: pod "${pin}" cannot be as it is pinned`, { place, underlined: pin, notes: [note], help })
  const nodes = new Map(cluster.nodes.map((node) => [node.name, node]))
  const taken = [
    ...cluster.workloads.flatMap(({ pins }) => pins.flatMap(({ address }) => address ?? [])),
    ...cluster.nodes.map(({ address }) => address),
    ...(topology._tag === "AwsTopology"
      ? [...topology.instances.map(({ address }) => address), ...topology.natGateways.map(({ privateAddress }) => privateAddress)]
      : [])
  ]
  const names = podNames(workload)
  const zone = cluster.volumes.find(({ name }) => name === workload.template.volume)?.zone
  const most = workload.kind === "DaemonSet" ? cluster.nodes.length : Math.max(0, workload.replicas)
  const many =
    workload.pins.length > most ? [wrong(workload.pins[most]?.name ?? "", `${most} pods exist, ${workload.pins.length} are pinned`)] : []
  return [
    ...many,
    ...workload.pins.flatMap((pin): ReadonlyArray<Diagnostic> => {
      const node = pin.node === undefined ? undefined : nodes.get(pin.node)
      if (pin.node !== undefined && node === undefined) return [unknownName(what, "node", pin.node, [...nodes.keys()], place)]
      const written = writtenSubnets(topology).find(({ id }) => id === node?.subnet)
      const subnet = written === undefined ? undefined : { ...written, ...(node?.zone === undefined ? {} : { zone: node.zone }) }
      const range =
        cluster.podRange === undefined
          ? subnet && { ...subnet, kept: keptAddresses(topology) }
          : { id: "of pods", cidr: cluster.podRange.cidr, kept: { first: 0, last: 0 } }
      return [
        ...(names !== undefined && !names.includes(pin.name)
          ? [wrong(pin.name, `a ${workload.kind} names its pods ${listed(names)}`)]
          : []),
        ...(zone !== undefined && subnet !== undefined && subnet.zone !== zone
          ? [wrong(pin.name, `its volume is in ${zone}, the node in ${subnet.zone}`)]
          : []),
        ...(pin.address === undefined || range === undefined ? [] : addressMistakes(`${what}: pod ${pin.name}`, pin.address, range, place)),
        ...(pin.address !== undefined && taken.filter((address) => address === pin.address).length > 1
          ? [wrong(pin.name, `${pin.address} is somebody else's`)]
          : []),
        ...(pin.address !== undefined && pin.node === undefined
          ? [wrong(pin.name, "an address belongs to a node", "pin its node as well")]
          : [])
      ]
    })
  ]
}

const checkService = ({ cluster, topology }: Plan, service: ServiceSpec, places: Places): ReadonlyArray<Diagnostic> => {
  const id = idOf(service)
  const place = places[`service/${id}`]
  const chosen = cluster.workloads.filter(
    ({ namespace, template }) =>
      namespace === service.namespace && Object.entries(service.selector).every(([key, value]) => template.labels[key] === value)
  )
  const deaf = service.ports.filter(
    ({ targetPort, protocol }) =>
      !chosen.some(({ template }) => template.serves.some((serves) => serves.port === targetPort && serves.protocol === protocol))
  )
  const selector = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`)
  const noEndpoints =
    chosen.length === 0 || Object.keys(service.selector).length === 0
      ? [
          errorOf("D016", `Service ${id} has no endpoints`, {
            place,
            underlined: "selector",
            notes: [`no workload in "${service.namespace}" bears the labels ${listed(selector)}`],
            help: "make the selector and the labels agree"
          })
        ]
      : deaf.map(({ port, targetPort, protocol }) =>
          errorOf("D016", `Service ${id}: nobody listens on ${protocol} ${targetPort}, where port ${port} leads`, {
            place,
            underlined: String(targetPort),
            notes: [`selected: ${listed(chosen.map(idOf))}`],
            help: "correct targetPort, or add the port to what the workload serves"
          })
        )
  return [
    ...noEndpoints,
    ...doubled(
      `port of Service ${id}`,
      service.ports.map(({ port, protocol }) => `${protocol} ${port}`),
      () => place
    ),
    ...serviceBalancerMistakes(service, topology, place),
    ...(service.headless === true || isIn(service.clusterIp, cluster.serviceCidr)
      ? []
      : [
          errorOf("D017", `Service ${id} cannot have the cluster address "${service.clusterIp}"`, {
            place,
            underlined: service.clusterIp,
            notes: [`Services of this cluster are in ${cluster.serviceCidr}`]
          })
        ])
  ]
}

/** More pods than all nodes may run can never be scheduled. */
const checkRoom = ({ cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const room = cluster.nodes.reduce((sum, { maxPods }) => sum + maxPods, 0)
  const own = cluster.workloads.filter((workload) => profileOfWorkload(cluster.fargateProfiles, workload) === undefined)
  const wanted = own.reduce((sum, { kind, replicas }) => sum + (kind === "DaemonSet" ? cluster.nodes.length : replicas), 0)
  return wanted <= room || cluster.nodes.length === 0
    ? []
    : [
        errorOf("D009", `${wanted} pods are asked for, ${cluster.nodes.length} nodes may run ${room}`, {
          place: places.cluster,
          help: "take a bigger instance type, more nodes, or fewer pods"
        })
      ]
}
