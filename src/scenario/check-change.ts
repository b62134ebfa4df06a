/** The names that a change of the network, or a gateway's impairment, goes by. What an earlier change of the timeline makes is known as well. */
import { regionalPlace } from "../model/cloud/aws/nat.ts"
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import type { AzureTopology } from "../model/cloud/azure/topology.ts"
import type { NetworkChange } from "../model/cloud/change.ts"
import type { Topology } from "../model/cloud/cloud-of.ts"
import type { GcpTopology } from "../model/cloud/gcp/topology.ts"

const idsOf = (...lists: ReadonlyArray<ReadonlyArray<{ readonly id: string }> | undefined>): ReadonlyArray<string> =>
  lists.flatMap((things) => (things ?? []).map(({ id }) => id))

/** Whatever can be impaired by itself: gateways, peerings, endpoints. */
export const gatewaysOf = (topology: Topology): ReadonlyArray<string> =>
  topology._tag === "AwsTopology"
    ? [...ownIdsOf(topology), ...placesOf(topology)]
    : topology._tag === "AzureTopology"
      ? idsOf(topology.natGateways, topology.appliances, topology.gateways, topology.peerings, topology.privateEndpoints)
      : []

/** What a regional gateway has in each zone. */
const placesOf = ({ regionalNatGateways }: AwsTopology): ReadonlyArray<string> =>
  (regionalNatGateways ?? []).flatMap((nat) => nat.addresses.map(({ zone }) => regionalPlace(nat, zone)))

const ownIdsOf = (topology: AwsTopology): ReadonlyArray<string> =>
  idsOf(
    topology.natGateways,
    topology.databases,
    topology.regionalNatGateways,
    topology.internetGateways,
    topology.egressOnlyGateways,
    topology.peerings,
    topology.transitGateways,
    topology.vpnGateways,
    topology.gatewayEndpoints,
    topology.interfaceEndpoints
  )

type Named = readonly [kind: string, known: ReadonlyArray<string>, id: string]

/** Ids that must be there before the change, each with those of its kind. A route's target may come later: it is a blackhole until then. */
export const namesOfChange = (topology: Topology, change: NetworkChange): ReadonlyArray<Named> => {
  if (topology._tag === "AzureTopology") return namesAtAzure(topology, change)
  if (topology._tag === "GcpTopology") return namesAtGcp(topology, change)
  if (topology._tag !== "AwsTopology") return []
  const subnet = (id: string): Named => ["subnet", idsOf(topology.subnets), id]
  const table = (id: string): Named => ["route table", idsOf(topology.routeTables), id]
  const acl = (id: string): Named => ["network ACL", idsOf(topology.networkAcls), id]
  switch (change._tag) {
    case "SetRoute":
    case "DeleteRoute":
      return [table(change.table)]
    case "CreateNatGateway":
      return [subnet(change.subnet)]
    case "AssociateRouteTable":
      return [subnet(change.subnet), table(change.table)]
    case "AssociateNetworkAcl":
      return [subnet(change.subnet), acl(change.acl)]
    case "SetAclEntry":
    case "DeleteAclEntry":
      return [acl(change.acl)]
    case "AuthorizeRule":
    case "RevokeRule":
      return [["security group", idsOf(topology.securityGroups), change.group]]
    case "DetachInternetGateway":
      return [["internet gateway", idsOf(topology.internetGateways), change.id]]
    case "DeletePeering":
      return [["peering", idsOf(topology.peerings), change.id]]
    case "BlockPublicAccess":
      return [["VPC", idsOf(topology.vpcs), change.vpc]]
    default:
      return []
  }
}

const namesAtGcp = (topology: GcpTopology, change: NetworkChange): ReadonlyArray<Named> => {
  switch (change._tag) {
    case "DeleteStaticRoute":
      return [["route", idsOf(topology.routes), change.id]]
    case "DeleteFirewallRule":
      return [["firewall rule", idsOf(topology.firewallRules), change.id]]
    case "UpdateNat":
      return [["Cloud NAT", idsOf(topology.cloudNats), change.id]]
    default:
      return []
  }
}

const namesAtAzure = (topology: AzureTopology, change: NetworkChange): ReadonlyArray<Named> => {
  switch (change._tag) {
    case "AttachRouteTable":
      return [
        ["subnet", idsOf(topology.subnets), change.subnet],
        ["route table", idsOf(topology.routeTables), change.table]
      ]
    case "DetachRouteTable":
      return [["subnet", idsOf(topology.subnets), change.subnet]]
    case "SetUserRoute":
    case "DeleteUserRoute":
      return [["route table", idsOf(topology.routeTables), change.table]]
    case "SetSecurityRule":
    case "DeleteSecurityRule":
      return [["network security group", idsOf(topology.securityGroups), change.group]]
    case "SetFirewallRules":
      return [["appliance", idsOf(topology.appliances), change.appliance]]
    case "SetOutboundPorts":
      return [["load balancer", idsOf(topology.loadBalancers), change.balancer]]
    case "SetOutboundType":
      return [
        ["cluster", idsOf(topology.clusters), change.cluster],
        ...(change.natGateway === undefined ? [] : [["NAT gateway", idsOf(topology.natGateways), change.natGateway] as const])
      ]
    case "AdvertiseRange":
    case "WithdrawRange":
      return [["virtual network gateway", idsOf(topology.gateways), change.gateway]]
    default:
      return []
  }
}
