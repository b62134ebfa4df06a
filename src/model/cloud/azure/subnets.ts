/** What Azure's subnets have to give, in neutral terms. They belong to no zone. */
import type { SubnetTerms } from "../../capacity/terms.ts"
import { formatAddress } from "../../net/ip.ts"
import { reservedAtEnd, reservedAtStart } from "./limits.ts"
import type { AzureTopology } from "./topology.ts"
import { boundsOf, type Subnet } from "./topology-lookup.ts"

export const subnetTermsOf = (topology: AzureTopology): ReadonlyMap<string, SubnetTerms> =>
  new Map(topology.subnets.map((subnet) => [subnet.id, termsOf(topology, subnet)] as const))

const termsOf = (topology: AzureTopology, { id, network, cidr }: Subnet): SubnetTerms => {
  const { first, last } = boundsOf(cidr, `subnet "${id}"`)
  const inIt = <T extends { readonly address: string; readonly subnet?: string }>(
    things: ReadonlyArray<T> | undefined
  ): ReadonlyArray<string> => (things ?? []).flatMap((thing) => (thing.subnet === id ? [thing.address] : []))
  return {
    id,
    cidr,
    network,
    reserved: [
      ...Array.from({ length: reservedAtStart }, (_, index) => formatAddress(first + index)),
      ...Array.from({ length: reservedAtEnd }, (_, index) => formatAddress(last - index)),
      ...inIt(topology.instances),
      ...inIt(topology.appliances),
      ...inIt(topology.privateEndpoints),
      ...inIt(topology.applicationGateways),
      ...(topology.loadBalancers ?? []).flatMap(({ frontEnds }) => inIt(frontEnds))
    ]
  }
}
