/** VPC endpoints and prefix lists of a dump. Left out: Gateway Load Balancer, resource and service network endpoints. */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import { compareText } from "../../model/value/text.ts"
import { commandFor, type DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"
import type { Dump } from "./read-dump.ts"

type Given = DumpEntry<"endpoints">

/** Prefix lists, those that were asked for. */
export interface PrefixLists {
  /** CIDRs of a list; a mistake when no answer has them. */
  readonly of: (from: object, what: string, list: string) => ReadonlyArray<string>
  readonly asked: () => NonNullable<AwsTopology["prefixLists"]>
}

export const prefixListsOf = ({ dump, findings }: Ground): PrefixLists => {
  // AWS tells its own lists both ways.
  const known = new Map<string, ReadonlyArray<string>>(dump.all("prefixLists").map(({ PrefixListId, Cidrs }) => [PrefixListId, Cidrs]))
  for (const list of dump.ownersOf("prefixListEntries")) if (!known.has(list)) known.set(list, entriesOf(dump, list))
  const asked = new Map<string, ReadonlyArray<string>>()
  return {
    of: (from, what, list) => {
      const before = asked.get(list)
      if (before !== undefined) return before
      const cidrs = known.get(list)
      const place = dump.placeOf(from)
      if (cidrs === undefined)
        findings.mistake(`${place.path}: ${what} names the prefix list ${list}, and no answer has its ranges`, {
          place,
          underlined: list,
          notes: [`AWS's own lists: ${commandFor("prefixLists", dump.folder)}`],
          help: `write ${commandFor("prefixListEntries", dump.folder, list)}`
        })
      const own = (cidrs ?? []).filter((cidr) => !cidr.includes(":"))
      asked.set(list, own)
      return own
    },
    asked: () => [...asked].sort(([one], [other]) => compareText(one, other)).map(([id, cidrs]) => ({ id, cidrs }))
  }
}

const entriesOf = (dump: Dump, list: string): ReadonlyArray<string> =>
  dump.all("prefixListEntries").flatMap(({ of, Cidr }) => (of === list ? [Cidr] : []))

export interface Endpoints {
  readonly gatewayEndpoints: NonNullable<AwsTopology["gatewayEndpoints"]>
  readonly interfaceEndpoints: NonNullable<AwsTopology["interfaceEndpoints"]>
}

export const endpointsOf = (ground: Ground, lists: PrefixLists): Endpoints => {
  const { dump, findings, out } = ground
  const there = dump.all("endpoints").filter((endpoint) => {
    const { VpcEndpointId: id, VpcEndpointType: type, State = "available" } = endpoint
    const isModelled = type === "Gateway" || type === "Interface"
    const isUp = State.toLowerCase() === "available"
    if (isModelled && isUp) return ground.names(endpoint, id, "vpcs", endpoint.VpcId)
    out.set(id, isModelled ? State : `a ${type} endpoint`)
    findings.leftOut(dump.placeOf(endpoint).path, isModelled ? `endpoints that are ${State}` : `endpoints of type ${type}`, id)
    return false
  })
  return {
    gatewayEndpoints: there.flatMap((endpoint) => (endpoint.VpcEndpointType === "Gateway" ? gatewayEndpoint(endpoint, ground, lists) : [])),
    interfaceEndpoints: there.flatMap((endpoint) => (endpoint.VpcEndpointType === "Interface" ? interfaceEndpoint(endpoint, ground) : []))
  }
}

/** The service's list is the one that routes to the endpoint name, or the one of its name. */
const gatewayEndpoint = (endpoint: Given, { dump, findings, out }: Ground, lists: PrefixLists): Endpoints["gatewayEndpoints"] => {
  const { VpcEndpointId: id, VpcId: vpc, ServiceName } = endpoint
  const routed = dump
    .all("routeTables")
    .flatMap(({ Routes }) =>
      Routes.flatMap(({ GatewayId, DestinationPrefixListId: list }) => (GatewayId === id && list !== undefined ? [list] : []))
    )
  const list = routed[0] ?? dump.all("prefixLists").find(({ PrefixListName }) => PrefixListName === ServiceName)?.PrefixListId
  if (list === undefined) {
    out.set(id, "no route leads to it")
    findings.leftOut(dump.placeOf(endpoint).path, "gateway endpoints that no route leads to", id)
    return []
  }
  lists.of(endpoint, id, list)
  return [{ id, vpc, prefixList: list }]
}

const interfaceEndpoint = (endpoint: Given, { dump, names }: Ground): Endpoints["interfaceEndpoints"] => {
  const {
    VpcEndpointId: id,
    VpcId: vpc,
    ServiceName: service,
    NetworkInterfaceIds = [],
    Groups = [],
    PrivateDnsEnabled,
    DnsEntries = []
  } = endpoint
  const own = NetworkInterfaceIds.toSorted(compareText).filter((each) => names(endpoint, id, "networkInterfaces", each))
  const interfaces = dump
    .all("networkInterfaces")
    .flatMap(({ NetworkInterfaceId, SubnetId: subnet, PrivateIpAddress: address }) =>
      own.includes(NetworkInterfaceId) && address !== undefined ? [{ subnet, address }] : []
    )
  for (const { GroupId } of Groups) names(endpoint, id, "securityGroups", GroupId)
  // Beside the service's own name stand those of the endpoint, in vpce.amazonaws.com.
  const dnsName = DnsEntries.flatMap(({ DnsName }) => DnsName ?? []).find((name) => !name.includes(".vpce.") && !name.startsWith("*"))
  return [
    {
      id,
      vpc,
      service,
      interfaces,
      securityGroups: Groups.map(({ GroupId }) => GroupId),
      ...(PrivateDnsEnabled === true && dnsName !== undefined ? { dnsName } : {})
    }
  ]
}
