/**
 * What AWS's subnets have to give, in neutral terms: which addresses are spoken for, which ranges are kept, whether pods' interfaces
 * are put there; and the account's quotas.
 */
import type { Quotas } from "../../capacity/launch-limits.ts"
import type { SubnetTerms } from "../../capacity/terms.ts"
import type { Address } from "../../net/flow.ts"
import { formatAddress, parsePrefix } from "../../net/ip.ts"
import { reservedAtEnd, reservedAtStart } from "./limits.ts"
import type { AwsTopology } from "./topology.ts"
import { podSubnetTag } from "./topology-capacity.ts"

type Subnet = AwsTopology["subnets"][number]

/** AWS keeps five addresses; whatever else has an interface there has its own. */
export const subnetTerms = (topology: AwsTopology, subnet: Subnet): SubnetTerms => {
  const prefix = parsePrefix(subnet.cidr)
  if (prefix === undefined) throw new Error(`subnet "${subnet.id}": "${subnet.cidr}" is no prefix`)
  const kept = [
    ...Array.from({ length: reservedAtStart }, (_, index) => formatAddress(prefix.first + index)),
    ...Array.from({ length: reservedAtEnd }, (_, index) => formatAddress(prefix.last - index))
  ]
  const tag = subnet.tags?.[podSubnetTag]
  return {
    id: subnet.id,
    zone: subnet.zone,
    cidr: subnet.cidr,
    network: subnet.vpc,
    reserved: [...kept, ...othersIn(topology, subnet.id)],
    ...(tag === undefined ? {} : { forPods: tag !== "0" }),
    ...(subnet.reservations === undefined
      ? {}
      : {
          kept: subnet.reservations.map(({ cidr, type }) => ({ cidr, use: type === "prefix" ? ("prefixes" as const) : ("named" as const) }))
        })
  }
}

/** Addresses of what stands in a subnet and is no node: NAT gateways, instances, endpoints, interfaces of AWS's services. */
export const othersIn = (topology: AwsTopology, subnet: string): ReadonlyArray<Address> => [
  ...topology.natGateways.flatMap((nat) => (nat.subnet === subnet ? [nat.privateAddress] : [])),
  ...topology.instances.flatMap((instance) => (instance.subnet === subnet ? [instance.address] : [])),
  ...(topology.interfaceEndpoints ?? []).flatMap(({ interfaces }) =>
    interfaces.flatMap((each) => (each.subnet === subnet ? [each.address] : []))
  ),
  ...(topology.databases ?? []).flatMap(({ interfaces }) => interfaces.flatMap((each) => (each.subnet === subnet ? [each.address] : []))),
  ...(topology.networkInterfaces ?? []).flatMap((each) => (each.subnet === subnet ? each.addresses : []))
]

export const quotasOf = ({ quotas }: AwsTopology): { readonly quotas?: Quotas } =>
  quotas === undefined
    ? {}
    : {
        quotas: {
          ...(quotas.vcpus === undefined ? {} : { cpus: quotas.vcpus }),
          ...(quotas.fargateVcpus === undefined ? {} : { onePodMilliCpu: quotas.fargateVcpus * 1_000 }),
          ...(quotas.networkInterfaces === undefined ? {} : { interfaces: quotas.networkInterfaces })
        }
      }
