/**
 * Azure's numbers: what a subnet keeps for itself, priorities of rules, ports for outbound connections, and the addresses that are
 * Azure's own; each with its source.
 */

/** The first four addresses of a subnet and the last one are Azure's. Source: Virtual Network FAQ. */
export const reservedAtStart = 4
export const reservedAtEnd = 1

/** Where probes come from, and names, time and health are asked for. Source: What is IP address 168.63.129.16? */
export const hostAddress = "168.63.129.16"
/** Source: Azure Instance Metadata Service. */
export const metadataAddress = "169.254.169.254"
export const platformAddresses: ReadonlyArray<string> = [hostAddress, metadataAddress]

/** Private space that a subnet drops unless something there leads on. Source: Virtual network traffic routing, default routes. */
export const droppedRanges: ReadonlyArray<string> = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

/** Priorities that an owner may give, and those of the default rules. Source: Network security groups. */
export const priorityFirst = 100
export const priorityLast = 4_096

/** Routes of a table that name a service tag. Source: Virtual network traffic routing, service tags for user-defined routes. */
export const tagRoutesMax = 25

/** Ports of one public address for outbound rules of a load balancer. Source: Outbound connections of Standard Load Balancer. */
export const balancerPortsPerAddress = 64_000
export const balancerPortFirst = 1_024

/** Ports of each instance by the size of its pool, where nobody says how many. Source: Outbound connections, default port allocation. */
export const defaultPortTiers: ReadonlyArray<{ readonly instancesUpTo: number; readonly ports: number }> = [
  { instancesUpTo: 50, ports: 1_024 },
  { instancesUpTo: 100, ports: 512 },
  { instancesUpTo: 200, ports: 256 },
  { instancesUpTo: 400, ports: 128 },
  { instancesUpTo: 800, ports: 64 },
  { instancesUpTo: 1_000, ports: 32 }
]

/** Ports of one address of a NAT gateway, drawn on demand by whoever stands in its subnets. Source: Azure NAT Gateway, SNAT. */
export const natPortsPerAddress = 64_512
export const natPortFirst = 1_024
export const natAddressesMax = 16

/**
 * The address that default outbound access goes by is Microsoft's and may change; ours stands in for it, from TEST-NET-1 (RFC 5737).
 * How many ports it has is not documented; as many as an address of a load balancer.
 */
export const defaultOutboundAddress = "192.0.2.254"

/** Routes of a table. Source: Azure subscription limits, networking limits; AKS docs, kubenet limitations. */
export const routesPerTable = 400
