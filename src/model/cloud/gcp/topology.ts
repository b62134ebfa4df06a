/**
 * What the owner has at GCP, in GCP's words. Plain data, part of the plan; every id is the owner's. Networks are global, subnetworks
 * regional; a zone's name begins with its region's.
 * Not modelled yet: IPv6, several interfaces an instance, network tiers, Private Service Connect, hybrid subnets.
 */
import { Schema } from "effect"
import { LoadBalancer } from "./topology-balancer.ts"
import { FirewallPolicy, FirewallRule, Folder } from "./topology-firewall.ts"
import { CloudNat, ConnectionToSite, Peering, PolicyBasedRoute, Site, StaticRoute } from "./topology-routing.ts"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** `host`: of a service project, the Shared VPC host project whose networks its instances may stand in. */
export const Project = Schema.Struct({ id: Id, folder: Schema.optionalKey(Id), host: Schema.optionalKey(Id) })

/**
 * `auto`: a subnetwork in each region of the topology, at the fixed places; further ones may be written beside them.
 * `stoppedNextHop`: what a route to a stopped instance does: drop, or give way to the next priority for the same range.
 */
export const Network = Schema.Struct({
  id: Id,
  project: Schema.optionalKey(Id),
  mode: Schema.Literals(["auto", "custom"]),
  dynamicRouting: Schema.Literals(["regional", "global"]),
  firewallOrder: Schema.Literals(["AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL"]),
  stoppedNextHop: Schema.optionalKey(Schema.Literals(["drops", "gives-way"])),
  /** Its project may send mail to port 25 outside. */
  sendsMail: Schema.optionalKey(Schema.Boolean)
})

/** Alias addresses, of pods and others, come from secondary ranges. */
export const SecondaryRange = Schema.Struct({ name: Id, cidr: Cidr })

export const Subnetwork = Schema.Struct({
  id: Id,
  network: Id,
  region: Id,
  cidr: Cidr,
  secondaryRanges: Schema.optionalKey(Schema.Array(SecondaryRange)),
  privateGoogleAccess: Schema.Boolean,
  /** `proxy-only`: for the proxies of the region's load balancers, and nobody else. */
  purpose: Schema.optionalKey(Schema.Literals(["private", "proxy-only"]))
})

/** One interface. `externalAddress`: one to one onto `address`. Alias ranges lie in the subnetwork; all their addresses are its own. */
export const Instance = Schema.Struct({
  id: Id,
  project: Schema.optionalKey(Id),
  zone: Id,
  subnetwork: Id,
  address: Schema.String,
  externalAddress: Schema.optionalKey(Schema.String),
  aliasRanges: Schema.optionalKey(Schema.Array(Cidr)),
  tags: Schema.Array(Id),
  serviceAccount: Schema.optionalKey(Id),
  canIpForward: Schema.Boolean,
  running: Schema.Boolean,
  listening: Schema.Array(Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), port: Schema.Int }))
})

/** Absent: no bound that matters. */
export const Quotas = Schema.Struct({ cpus: Schema.optionalKey(Schema.Int) })

export const GcpTopology = Schema.TaggedStruct("GcpTopology", {
  id: Id,
  regions: Schema.Array(Id),
  zones: Schema.Array(Id),
  networks: Schema.Array(Network),
  subnetworks: Schema.Array(Subnetwork),
  routes: Schema.Array(StaticRoute),
  firewallRules: Schema.Array(FirewallRule),
  instances: Schema.Array(Instance),
  projects: Schema.optionalKey(Schema.Array(Project)),
  folders: Schema.optionalKey(Schema.Array(Folder)),
  firewallPolicies: Schema.optionalKey(Schema.Array(FirewallPolicy)),
  policyBasedRoutes: Schema.optionalKey(Schema.Array(PolicyBasedRoute)),
  peerings: Schema.optionalKey(Schema.Array(Peering)),
  cloudNats: Schema.optionalKey(Schema.Array(CloudNat)),
  sites: Schema.optionalKey(Schema.Array(Site)),
  siteConnections: Schema.optionalKey(Schema.Array(ConnectionToSite)),
  loadBalancers: Schema.optionalKey(Schema.Array(LoadBalancer)),
  quotas: Schema.optionalKey(Quotas)
})
export type GcpTopology = typeof GcpTopology.Type
