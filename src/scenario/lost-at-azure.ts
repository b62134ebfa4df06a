/** Ids of a topology at Azure that are named, and that nothing bears. */
import type { AzureTopology } from "../model/cloud/azure/topology.ts"
import type { Diagnostic } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place } from "./plan.ts"

type Named = ReadonlyArray<{ readonly id: string }> | undefined
const ids = (things: Named): ReadonlyArray<string> => (things ?? []).map(({ id }) => id)

export const lostAtAzure = (topology: AzureTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const lost = (what: string, kind: string, id: string | undefined, known: ReadonlyArray<string>) =>
    id === undefined || known.includes(id) ? [] : [unknownName(what, kind, id, known, place)]
  const [networks, subnets, groups] = [ids(topology.networks), ids(topology.subnets), ids(topology.securityGroups)]
  const within = (kind: string, things: ReadonlyArray<{ readonly id: string; readonly subnet: string }> | undefined) =>
    (things ?? []).flatMap(({ id, subnet }) => lost(`${kind} ${id}`, "subnet", subnet, subnets))
  return [
    ...topology.subnets.flatMap((subnet) => [
      ...lost(`subnet ${subnet.id}`, "virtual network", subnet.network, networks),
      ...lost(`subnet ${subnet.id}`, "route table", subnet.routeTable, ids(topology.routeTables)),
      ...lost(`subnet ${subnet.id}`, "network security group", subnet.securityGroup, groups),
      ...lost(`subnet ${subnet.id}`, "NAT gateway", subnet.natGateway, ids(topology.natGateways))
    ]),
    ...topology.routeTables.flatMap(({ id, routes }) =>
      routes.flatMap(({ destination }) =>
        destination.includes("/") ? [] : lost(`route table ${id}`, "service tag", destination, ids(topology.serviceTags))
      )
    ),
    ...topology.securityGroups.flatMap(({ id, rules }) =>
      rules.flatMap(({ sources, destinations }) =>
        [...sources, ...destinations].flatMap((end) =>
          /^[\d*]/.test(end) ? [] : lost(`network security group ${id}`, "service tag or group", end, endsOf(topology))
        )
      )
    ),
    ...within("instance", topology.instances),
    ...within("appliance", topology.appliances),
    ...within("private endpoint", topology.privateEndpoints),
    ...within("application gateway", topology.applicationGateways),
    ...(topology.peerings ?? []).flatMap(({ id, network, remote }) =>
      [network, remote].flatMap((each) => lost(`peering ${id}`, "virtual network", each, networks))
    ),
    ...(topology.gateways ?? []).flatMap(({ id, network, site }) => [
      ...lost(`gateway ${id}`, "virtual network", network, networks),
      ...lost(`gateway ${id}`, "site", site, ids(topology.sites))
    ]),
    ...topology.instances.flatMap(({ id, securityGroup, groups: own, zone }) => [
      ...lost(`instance ${id}`, "network security group", securityGroup, groups),
      ...lost(`instance ${id}`, "zone", zone, topology.zones),
      ...own.flatMap((group) => lost(`instance ${id}`, "application security group or backend pool", group, setsOf(topology)))
    ]),
    ...(topology.natGateways ?? []).flatMap(({ id, zone }) => lost(`NAT gateway ${id}`, "zone", zone, topology.zones)),
    ...(topology.appliances ?? []).flatMap(({ id, zone }) => lost(`appliance ${id}`, "zone", zone, topology.zones)),
    ...(topology.loadBalancers ?? []).flatMap((balancer) => lostOfBalancer(topology, balancer, lost))
  ]
}

type Lost = (what: string, kind: string, id: string | undefined, known: ReadonlyArray<string>) => ReadonlyArray<Diagnostic>
type Balancer = NonNullable<AzureTopology["loadBalancers"]>[number]

const setsOf = ({ applicationSecurityGroups, loadBalancers }: AzureTopology): ReadonlyArray<string> => [
  ...(applicationSecurityGroups ?? []),
  ...(loadBalancers ?? []).flatMap(({ pools }) => ids(pools))
]

const lostOfBalancer = (topology: AzureTopology, { id, network, frontEnds, pools, rules, outboundRules }: Balancer, lost: Lost) => {
  const what = `load balancer ${id}`
  return [
    ...lost(what, "virtual network", network, ids(topology.networks)),
    ...frontEnds.flatMap(({ subnet }) => lost(what, "subnet", subnet, ids(topology.subnets))),
    ...pools.flatMap(({ members }) => members.flatMap((member) => lost(what, "instance", member, ids(topology.instances)))),
    ...rules.flatMap((rule) => [
      ...lost(`rule ${rule.id} of ${id}`, "front end", rule.frontEnd, ids(frontEnds)),
      ...lost(`rule ${rule.id} of ${id}`, "backend pool", rule.pool, ids(pools))
    ]),
    ...outboundRules.flatMap((rule) => [
      ...rule.frontEnds.flatMap((frontEnd) => lost(`outbound rule ${rule.id} of ${id}`, "front end", frontEnd, ids(frontEnds))),
      ...lost(`outbound rule ${rule.id} of ${id}`, "backend pool", rule.pool, ids(pools))
    ])
  ]
}

const endsOf = ({ serviceTags, applicationSecurityGroups }: AzureTopology): ReadonlyArray<string> => [
  "VirtualNetwork",
  "Internet",
  "AzureLoadBalancer",
  ...ids(serviceTags),
  ...(applicationSecurityGroups ?? [])
]
