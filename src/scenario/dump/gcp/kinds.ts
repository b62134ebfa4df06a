/**
 * The parts of Google Cloud's answers that are read, and the commands that write them. Fields that are not named here are not looked at.
 * Source: Compute Engine API v1 (networks, subnetworks, routes, firewalls, routers, addresses, instances), Kubernetes Engine API v1.
 */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
/** A resource of the same answer set by its URL, of which the last part is its name. */
const Url = Schema.NonEmptyString
const text = Schema.optionalKey(Schema.String)
const flag = Schema.optionalKey(Schema.Boolean)
const int = Schema.optionalKey(Schema.Int)
const texts = Schema.optionalKey(Schema.Array(Schema.String))
const listOf = <S extends Schema.Top>(shape: S) => Schema.optionalKey(Schema.Array(shape))

const Network = Schema.Struct({
  name: Id,
  selfLink: text,
  autoCreateSubnetworks: flag,
  routingConfig: Schema.optionalKey(Schema.Struct({ routingMode: text })),
  networkFirewallPolicyEnforcementOrder: text,
  peerings: listOf(Schema.Struct({ name: Id, network: Url, state: text, exportCustomRoutes: flag, importCustomRoutes: flag }))
})

const Subnetwork = Schema.Struct({
  name: Id,
  network: Url,
  region: Url,
  /** Absent of one that has IPv6 alone. */
  ipCidrRange: text,
  privateIpGoogleAccess: flag,
  purpose: text,
  secondaryIpRanges: listOf(Schema.Struct({ rangeName: Id, ipCidrRange: Schema.String }))
})

const Route = Schema.Struct({
  name: Id,
  network: Url,
  destRange: Schema.String,
  priority: int,
  tags: texts,
  nextHopGateway: text,
  nextHopInstance: text,
  nextHopIp: text,
  nextHopIlb: text,
  nextHopVpnTunnel: text,
  nextHopNetwork: text,
  nextHopPeering: text
})

const Layer4 = Schema.Struct({ IPProtocol: Schema.String, ports: texts })

const Firewall = Schema.Struct({
  name: Id,
  network: Url,
  direction: text,
  priority: int,
  disabled: flag,
  allowed: listOf(Layer4),
  denied: listOf(Layer4),
  sourceRanges: texts,
  destinationRanges: texts,
  sourceTags: texts,
  sourceServiceAccounts: texts,
  targetTags: texts,
  targetServiceAccounts: texts
})

const Nat = Schema.Struct({
  name: Id,
  natIpAllocateOption: text,
  natIps: texts,
  sourceSubnetworkIpRangesToNat: text,
  subnetworks: listOf(Schema.Struct({ name: Url, sourceIpRangesToNat: texts, secondaryIpRangeNames: texts })),
  minPortsPerVm: int,
  maxPortsPerVm: int,
  enableDynamicPortAllocation: flag,
  enableEndpointIndependentMapping: flag
})

const Router = Schema.Struct({ name: Id, network: Url, region: Url, nats: listOf(Nat) })

const Address = Schema.Struct({ name: Id, address: text, region: text })

const Instance = Schema.Struct({
  name: Id,
  zone: Url,
  machineType: text,
  status: text,
  canIpForward: flag,
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  tags: Schema.optionalKey(Schema.Struct({ items: texts })),
  serviceAccounts: listOf(Schema.Struct({ email: Schema.String })),
  networkInterfaces: listOf(
    Schema.Struct({
      subnetwork: text,
      networkIP: text,
      accessConfigs: listOf(Schema.Struct({ natIP: text })),
      aliasIpRanges: listOf(Schema.Struct({ ipCidrRange: Schema.String, subnetworkRangeName: text }))
    })
  )
})

const NodePool = Schema.Struct({
  name: Id,
  initialNodeCount: int,
  config: Schema.optionalKey(
    Schema.Struct({ machineType: text, tags: texts, labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)) })
  ),
  autoscaling: Schema.optionalKey(Schema.Struct({ enabled: flag, minNodeCount: int, maxNodeCount: int })),
  management: Schema.optionalKey(Schema.Struct({ autoRepair: flag })),
  maxPodsConstraint: Schema.optionalKey(Schema.Struct({ maxPodsPerNode: Schema.Union([Schema.String, Schema.Int]) })),
  locations: texts
})

const Cluster = Schema.Struct({
  name: Id,
  location: text,
  currentMasterVersion: text,
  network: Schema.String,
  subnetwork: Schema.String,
  clusterIpv4Cidr: text,
  servicesIpv4Cidr: text,
  locations: texts,
  endpoint: text,
  ipAllocationPolicy: Schema.optionalKey(Schema.Struct({ useIpAliases: flag, clusterIpv4CidrBlock: text, servicesIpv4CidrBlock: text })),
  privateClusterConfig: Schema.optionalKey(Schema.Struct({ enablePrivateNodes: flag, masterIpv4CidrBlock: text, privateEndpoint: text })),
  defaultMaxPodsConstraint: Schema.optionalKey(Schema.Struct({ maxPodsPerNode: Schema.Union([Schema.String, Schema.Int]) })),
  networkConfig: Schema.optionalKey(Schema.Struct({ datapathProvider: text })),
  nodePools: listOf(NodePool)
})

/** By name: one project has no two of a kind, but for what is regional. */
const byName = ({ name }: { readonly name: string }): string => name
const inRegion = ({ name, region }: { readonly name: string; readonly region?: string }): string => `${name} ${region ?? ""}`

const inZoneOf = ({ name, zone }: { readonly name: string; readonly zone: string }): string => `${name} ${zone}`

const compute = (what: string): string => `gcloud compute ${what} list --format json`

export const gcpKinds = {
  networks: { command: compute("networks"), stems: ["networks", "networks-list"], shape: Network, idOf: byName, needed: true },
  subnetworks: { command: compute("networks subnets"), stems: ["subnetworks", "subnets"], shape: Subnetwork, idOf: inRegion, needed: true },
  routes: { command: compute("routes"), stems: ["routes"], shape: Route, idOf: byName, needed: true },
  firewalls: { command: compute("firewall-rules"), stems: ["firewalls", "firewall-rules"], shape: Firewall, idOf: byName, needed: true },
  routers: { command: compute("routers"), stems: ["routers"], shape: Router, idOf: inRegion },
  addresses: { command: compute("addresses"), stems: ["addresses"], shape: Address, idOf: inRegion },
  instances: { command: compute("instances"), stems: ["instances"], shape: Instance, idOf: inZoneOf },
  clusters: { command: "gcloud container clusters list --format json", stems: ["clusters"], shape: Cluster, idOf: byName }
} as const

export type GcpKinds = typeof gcpKinds

/** Answers that are known, and of which nothing is read. */
export const gcpUnread = [
  "forwarding-rules",
  "backend-services",
  "health-checks",
  "instance-groups",
  "network-endpoint-groups",
  "vpn-tunnels",
  "vpn-gateways",
  "firewall-policies",
  "network-firewall-policies",
  "url-maps",
  "target-http-proxies",
  "target-https-proxies",
  "node-pools"
] as const
