/**
 * GCP's numbers: what a subnetwork keeps for itself, where auto mode puts subnetworks, Cloud NAT's ports, and the ranges that are
 * Google's own; each with its source.
 */

/** The first two addresses of a primary range and the last two are Google's; a secondary range is all the owner's. Source: VPC docs, Subnets. */
export const reservedAtStart = 2
export const reservedAtEnd = 2

/** Where auto mode puts a region's subnetwork: the same in every network. Source: VPC docs, Subnets, auto mode IPv4 ranges. */
export const autoModeRanges: Readonly<Record<string, string>> = {
  "africa-south1": "10.218.0.0/20",
  "asia-east1": "10.140.0.0/20",
  "asia-east2": "10.170.0.0/20",
  "asia-northeast1": "10.146.0.0/20",
  "asia-northeast2": "10.174.0.0/20",
  "asia-northeast3": "10.178.0.0/20",
  "asia-south1": "10.160.0.0/20",
  "asia-south2": "10.190.0.0/20",
  "asia-southeast1": "10.148.0.0/20",
  "asia-southeast2": "10.184.0.0/20",
  "australia-southeast1": "10.152.0.0/20",
  "australia-southeast2": "10.192.0.0/20",
  "europe-central2": "10.186.0.0/20",
  "europe-north1": "10.166.0.0/20",
  "europe-southwest1": "10.204.0.0/20",
  "europe-west1": "10.132.0.0/20",
  "europe-west10": "10.214.0.0/20",
  "europe-west12": "10.210.0.0/20",
  "europe-west2": "10.154.0.0/20",
  "europe-west3": "10.156.0.0/20",
  "europe-west4": "10.164.0.0/20",
  "europe-west6": "10.172.0.0/20",
  "europe-west8": "10.198.0.0/20",
  "europe-west9": "10.200.0.0/20",
  "me-central1": "10.212.0.0/20",
  "me-central2": "10.216.0.0/20",
  "me-west1": "10.208.0.0/20",
  "northamerica-northeast1": "10.162.0.0/20",
  "northamerica-northeast2": "10.188.0.0/20",
  "southamerica-east1": "10.158.0.0/20",
  "southamerica-west1": "10.194.0.0/20",
  "us-central1": "10.128.0.0/20",
  "us-east1": "10.142.0.0/20",
  "us-east4": "10.150.0.0/20",
  "us-east5": "10.202.0.0/20",
  "us-south1": "10.206.0.0/20",
  "us-west1": "10.138.0.0/20",
  "us-west2": "10.168.0.0/20",
  "us-west3": "10.180.0.0/20",
  "us-west4": "10.182.0.0/20"
}

/** Ports of an address for each of TCP and UDP; the first 1,024 are not used. Source: Cloud NAT docs, IP addresses and ports. */
export const natPortsPerAddress = 64_512
export const natPortFirst = 1_024

/** VMs that so many addresses serve, each with its ports reserved. Source: the same. */
export const natVmsMax = (addresses: number, portsPerVm: number): number => Math.floor((addresses * natPortsPerAddress) / portsPerVm)

/** Added to the priority of a learned route in every other region. Chosen: the least of the documented span (201 to 9,999). Source: Cloud Router docs, learned routes. */
export const interRegionCost = 201

/** Lowest numbers go first; this is the last of rules and routes. Source: VPC docs, firewall rules. */
export const lastPriority = 65_535

/** Health checks, and proxies of global load balancers. Source: Cloud Load Balancing docs, firewall rules. */
export const probeRanges: ReadonlyArray<string> = ["35.191.0.0/16", "130.211.0.0/22"]
/** Health checks of external passthrough load balancers. Source: the same. */
export const passthroughProbeRanges: ReadonlyArray<string> = ["35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"]

/** Answered by the host of every VM, whatever rules say. Source: VPC docs, firewall rules, always allowed traffic. */
export const metadataServer = "169.254.169.254"

/** Mail is stopped on its way to external addresses. Source: VPC docs, firewall rules, always blocked traffic. */
export const mailPort = 25

/** Google's APIs: private.googleapis.com, restricted.googleapis.com. Source: VPC docs, Private Google Access options. */
export const googleApiVirtualRanges: ReadonlyArray<string> = ["199.36.153.8/30", "199.36.153.4/30"]
/** And their default domains. Chosen: the blocks of goog.json that API names answer from; the whole list changes. Source: www.gstatic.com/ipranges/goog.json. */
export const googleApiDefaultRanges: ReadonlyArray<string> = [
  "64.233.160.0/19",
  "74.125.0.0/16",
  "108.177.0.0/17",
  "142.250.0.0/15",
  "172.217.0.0/16",
  "172.253.0.0/16",
  "173.194.0.0/16",
  "209.85.128.0/17",
  "216.58.192.0/19"
]

/**
 * Where pods keep their own address; elsewhere they bear their node's. Source: GKE docs, IP masquerade agent, default non-masquerade
 * destinations, and link-local ones (masqLinkLocal false).
 */
export const nonMasqueradeRanges: ReadonlyArray<string> = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "240.0.0.0/4"
]
