/**
 * The parts of Azure's answers that are read, and the commands that write them. ARM's nested `properties` are beside the rest by then.
 * Fields that are not named here are not looked at.
 * Source: Azure REST API, Microsoft.Network and Microsoft.Compute, Microsoft.ContainerService managedClusters; Azure CLI's output of them.
 */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const maybe = <S extends Schema.Top>(shape: S) => Schema.optionalKey(shape)
const text = maybe(Schema.String)
const flag = maybe(Schema.Boolean)
const int = maybe(Schema.Int)
const texts = maybe(Schema.Array(Schema.String))
const listOf = <S extends Schema.Top>(shape: S) => maybe(Schema.Array(shape))
const ref = Schema.Struct({ id: Id })
const named = { name: Id, id: Id }

const Subnet = Schema.Struct({
  ...named,
  addressPrefix: text,
  addressPrefixes: texts,
  routeTable: maybe(ref),
  networkSecurityGroup: maybe(ref),
  natGateway: maybe(ref),
  serviceEndpoints: listOf(Schema.Struct({ service: Id })),
  defaultOutboundAccess: flag
})

const Vnet = Schema.Struct({
  ...named,
  location: text,
  addressSpace: Schema.Struct({ addressPrefixes: Schema.Array(Schema.String) }),
  subnets: listOf(Subnet),
  virtualNetworkPeerings: listOf(
    Schema.Struct({
      name: Id,
      peeringState: text,
      remoteVirtualNetwork: ref,
      allowVirtualNetworkAccess: flag,
      allowForwardedTraffic: flag,
      allowGatewayTransit: flag,
      useRemoteGateways: flag
    })
  )
})

const RouteTable = Schema.Struct({
  ...named,
  disableBgpRoutePropagation: flag,
  routes: listOf(Schema.Struct({ name: Id, addressPrefix: Id, nextHopType: Id, nextHopIpAddress: text }))
})

const Nsg = Schema.Struct({
  ...named,
  securityRules: listOf(
    Schema.Struct({
      name: Id,
      priority: Schema.Int,
      direction: Schema.Literals(["Inbound", "Outbound"]),
      access: Schema.Literals(["Allow", "Deny"]),
      protocol: Id,
      sourceAddressPrefix: text,
      sourceAddressPrefixes: texts,
      sourceApplicationSecurityGroups: listOf(ref),
      sourcePortRange: text,
      sourcePortRanges: texts,
      destinationAddressPrefix: text,
      destinationAddressPrefixes: texts,
      destinationApplicationSecurityGroups: listOf(ref),
      destinationPortRange: text,
      destinationPortRanges: texts
    })
  )
})

const NatGateway = Schema.Struct({
  ...named,
  sku: maybe(Schema.Struct({ name: text })),
  zones: texts,
  publicIpAddresses: listOf(ref),
  publicIpPrefixes: listOf(ref)
})

const PublicIp = Schema.Struct({ ...named, ipAddress: text, sku: maybe(Schema.Struct({ name: text })) })

const FrontEnd = Schema.Struct({ ...named, privateIPAddress: text, subnet: maybe(ref), publicIPAddress: maybe(ref) })

const LoadBalancer = Schema.Struct({
  ...named,
  sku: maybe(Schema.Struct({ name: text })),
  frontendIPConfigurations: listOf(FrontEnd),
  backendAddressPools: listOf(Schema.Struct(named)),
  loadBalancingRules: listOf(
    Schema.Struct({
      name: Id,
      frontendIPConfiguration: ref,
      backendAddressPool: maybe(ref),
      protocol: Id,
      frontendPort: Schema.Int,
      backendPort: Schema.Int,
      enableFloatingIP: flag,
      probe: maybe(ref)
    })
  ),
  probes: listOf(Schema.Struct({ ...named, port: Schema.Int })),
  outboundRules: listOf(
    Schema.Struct({
      name: Id,
      backendAddressPool: ref,
      frontendIPConfigurations: Schema.Array(ref),
      allocatedOutboundPorts: int
    })
  )
})

const IpConfiguration = Schema.Struct({
  privateIPAddress: text,
  primary: flag,
  subnet: maybe(ref),
  publicIPAddress: maybe(ref),
  applicationSecurityGroups: listOf(ref),
  loadBalancerBackendAddressPools: listOf(ref)
})

const Nic = Schema.Struct({
  ...named,
  primary: flag,
  enableIPForwarding: flag,
  networkSecurityGroup: maybe(ref),
  virtualMachine: maybe(ref),
  ipConfigurations: listOf(IpConfiguration)
})

const Vm = Schema.Struct({ ...named, zones: texts, powerState: text })

const collection = <S extends Schema.Top>(rule: S) =>
  listOf(Schema.Struct({ name: Id, priority: int, action: maybe(Schema.Struct({ type: text })), rules: listOf(rule) }))

const Firewall = Schema.Struct({
  ...named,
  zones: texts,
  firewallPolicy: maybe(ref),
  ipConfigurations: listOf(Schema.Struct({ privateIPAddress: text, subnet: maybe(ref), publicIPAddress: maybe(ref) })),
  networkRuleCollections: collection(
    Schema.Struct({
      name: Id,
      protocols: texts,
      sourceAddresses: texts,
      destinationAddresses: texts,
      destinationPorts: texts,
      destinationFqdns: texts
    })
  ),
  applicationRuleCollections: collection(Schema.Struct({ name: Id, targetFqdns: texts })),
  natRuleCollections: collection(
    Schema.Struct({ name: Id, protocols: texts, destinationPorts: texts, translatedAddress: text, translatedPort: text })
  )
})

const Gateway = Schema.Struct({
  ...named,
  gatewayType: text,
  ipConfigurations: listOf(Schema.Struct({ subnet: maybe(ref) }))
})

const LearnedRoute = Schema.Struct({ network: Id, origin: text })

/** Of one interface, or of a subnet through it, as the file's name says. */
const EffectiveRoute = Schema.Struct({
  source: Id,
  state: Id,
  addressPrefix: Schema.Union([Schema.String, Schema.Array(Schema.String)]),
  nextHopType: Id,
  nextHopIpAddress: maybe(Schema.Union([Schema.String, Schema.Array(Schema.String)]))
})

const ServiceTag = Schema.Struct({ name: Id, addressPrefixes: Schema.Array(Schema.String) })

const PrivateEndpoint = Schema.Struct({
  ...named,
  subnet: ref,
  networkInterfaces: listOf(ref),
  customDnsConfigs: listOf(Schema.Struct({ fqdn: text, ipAddresses: texts })),
  privateLinkServiceConnections: listOf(Schema.Struct({ name: text, groupIds: texts }))
})

const Pool = Schema.Struct({
  name: Id,
  count: int,
  vmSize: Id,
  maxPods: int,
  vnetSubnetId: text,
  vnetSubnetID: text,
  podSubnetId: text,
  podSubnetID: text,
  podIpAllocationMode: text,
  podIPAllocationMode: text,
  availabilityZones: texts,
  enableAutoScaling: flag,
  minCount: int,
  maxCount: int,
  nodeLabels: maybe(Schema.Record(Schema.String, Schema.String)),
  nodeTaints: texts
})

const Cluster = Schema.Struct({
  ...named,
  kubernetesVersion: text,
  currentKubernetesVersion: text,
  nodeResourceGroup: text,
  apiServerAccessProfile: maybe(Schema.Struct({ enablePrivateCluster: flag, enableVnetIntegration: flag, subnetId: text })),
  networkProfile: Schema.Struct({
    networkPlugin: text,
    networkPluginMode: text,
    podCidr: text,
    serviceCidr: text,
    outboundType: text
  }),
  agentPoolProfiles: listOf(Pool)
})

const byId = ({ id }: { readonly id: string }): string => id.toLowerCase()
const byName = ({ name }: { readonly name: string }): string => name

const list = (what: string): string => `az ${what} list -o json`
const network = (what: string): string => list(`network ${what}`)

export const azureKinds = {
  vnets: { command: network("vnet"), stems: ["vnets", "vnet-list"], shape: Vnet, idOf: byId, needed: true },
  routeTables: { command: network("route-table"), stems: ["route-tables", "route-table"], shape: RouteTable, idOf: byId },
  nsgs: { command: network("nsg"), stems: ["nsgs", "nsg"], shape: Nsg, idOf: byId },
  natGateways: { command: network("nat gateway"), stems: ["nat-gateways", "nat-gateway"], shape: NatGateway, idOf: byId },
  publicIps: { command: network("public-ip"), stems: ["public-ips", "public-ip"], shape: PublicIp, idOf: byId },
  loadBalancers: { command: network("lb"), stems: ["lbs", "lb"], shape: LoadBalancer, idOf: byId },
  nics: { command: network("nic"), stems: ["nics", "nic"], shape: Nic, idOf: byId },
  vmssNics: {
    command: "az vmss nic list -g <node resource group> --vmss-name <pool> -o json",
    stems: ["vmss-nics", "vmss-nic"],
    shape: Nic,
    idOf: byId
  },
  vms: { command: "az vm list -d -o json", stems: ["vms", "vm"], shape: Vm, idOf: byId },
  firewalls: { command: network("firewall"), stems: ["firewalls", "firewall-list"], shape: Firewall, idOf: byId },
  gateways: {
    command: "az network vnet-gateway list -g <resource group> -o json",
    stems: ["vnet-gateways", "vnet-gateway"],
    shape: Gateway,
    idOf: byId
  },
  learnedRoutes: {
    command: "az network vnet-gateway list-learned-routes -g <resource group> -n <gateway> -o json",
    stems: ["list-learned-routes", "learned-routes"],
    shape: LearnedRoute,
    idOf: ({ network: prefix }: { readonly network: string }): string => prefix,
    perFile: true
  },
  effectiveRoutes: {
    command: "az network nic show-effective-route-table -g <resource group> -n <nic> -o json",
    stems: ["effective-routes", "show-effective-route-table"],
    shape: EffectiveRoute,
    idOf: ({ source, addressPrefix, nextHopType }: typeof EffectiveRoute.Type): string =>
      `${source} ${String(addressPrefix)} ${nextHopType}`,
    perFile: true
  },
  serviceTags: { command: "az network list-service-tags -l <region> -o json", stems: ["service-tags"], shape: ServiceTag, idOf: byName },
  privateEndpoints: {
    command: network("private-endpoint"),
    stems: ["private-endpoints", "private-endpoint"],
    shape: PrivateEndpoint,
    idOf: byId
  },
  clusters: { command: "az aks list -o json", stems: ["aks", "clusters"], shape: Cluster, idOf: byId }
} as const

export type AzureKinds = typeof azureKinds
export type AzureEntry<Kind extends keyof AzureKinds> = AzureKinds[Kind]["shape"]["Type"]

/** Answers that are known, and of which nothing is read. */
export const azureUnread = [
  "application-gateways",
  "application-gateway",
  "asgs",
  "asg",
  "firewall-policies",
  "local-gateways",
  "express-routes",
  "public-ip-prefixes",
  "vmss",
  "virtual-wans",
  "private-dns"
] as const
