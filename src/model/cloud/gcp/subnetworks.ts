/** What GCP's subnetworks have to give, in neutral terms: primary ranges, where instances take theirs. They belong to no zone. */
import type { SubnetTerms } from "../../capacity/terms.ts"
import { formatAddress } from "../../net/ip.ts"
import { reservedAtEnd, reservedAtStart } from "./limits.ts"
import type { GcpTopology } from "./topology.ts"
import { boundsOf, type Subnetwork, subnetworksOf } from "./topology-lookup.ts"

/** Proxy-only subnetworks have nothing to give to anybody else. */
export const subnetTermsOf = (topology: GcpTopology): ReadonlyMap<string, SubnetTerms> =>
  new Map(
    subnetworksOf(topology).flatMap((subnetwork) =>
      subnetwork.purpose === "proxy-only" ? [] : [[subnetwork.id, termsOf(topology, subnetwork)] as const]
    )
  )

const termsOf = (topology: GcpTopology, { id, network, cidr }: Subnetwork): SubnetTerms => {
  const { first, last } = boundsOf(cidr, `subnetwork "${id}"`)
  return {
    id,
    cidr,
    network,
    reserved: [
      ...Array.from({ length: reservedAtStart }, (_, index) => formatAddress(first + index)),
      ...Array.from({ length: reservedAtEnd }, (_, index) => formatAddress(last - index)),
      ...topology.instances.flatMap(({ subnetwork, address }) => (subnetwork === id ? [address] : [])),
      ...(topology.loadBalancers ?? []).flatMap((balancer) =>
        "subnetwork" in balancer && balancer.subnetwork === id ? [balancer.address] : []
      )
    ]
  }
}
