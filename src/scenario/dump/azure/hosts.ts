/**
 * What stands in a network at Azure, from a subscription's answers: machines, firewalls, balancers, NAT gateways, private endpoints.
 * Nodes of clusters are not among them: they come with their cluster. Left out, and told: further interfaces, firewall policies, rules
 * by name, balancers' floating addresses. Filled in, and told: what nothing says of listeners.
 * Source: Azure REST API, Microsoft.Network and Microsoft.Compute.
 */
import type { AzureTopology } from "../../../model/cloud/azure/topology.ts"
import { type AzureGround, behind, groupIn, idOf, isV4, nameIn, publicAddressOf, sameId, subnetBehind, subnetNamed } from "./ground.ts"
import type { AzureEntry } from "./kinds.ts"

/** What a machine listens on; no answer says it. */
export type Listening = (machine: string) => AzureTopology["instances"][number]["listening"]

type Nic = AzureEntry<"nics">

/** Whether a machine is a node of an AKS cluster, which has a resource group of its own. */
export const isNode = ({ dump }: AzureGround, id: string): boolean =>
  dump.all("clusters").some(({ nodeResourceGroup }) => nodeResourceGroup !== undefined && sameId(nodeResourceGroup, groupIn(id)))

export const primaryOf = ({ ipConfigurations }: Nic) => ipConfigurations?.find(({ primary }) => primary === true) ?? ipConfigurations?.[0]

export const instancesIn = (ground: AzureGround, listening: Listening): AzureTopology["instances"] => {
  const seen = new Set<string>()
  return ground.dump.all("nics").flatMap((nic): AzureTopology["instances"] => {
    const machine = nic.virtualMachine?.id
    const { path } = ground.dump.placeOf(nic)
    if (machine === undefined || isNode(ground, machine)) return []
    const name = nameIn(machine)
    const own = primaryOf(nic)
    if (nic.primary === false || seen.has(machine) || own?.privateIPAddress === undefined || own.subnet === undefined) {
      ground.findings.leftOut(path, "further interfaces of machines", nic.name)
      return []
    }
    seen.add(machine)
    const by = { entry: nic, what: `machine ${name}` }
    const subnet = subnetNamed(ground, own.subnet.id, by)
    const vm = ground.dump.all("vms").find(({ id }) => sameId(id, machine))
    const group = nic.networkSecurityGroup === undefined ? undefined : behind(ground, "nsgs", nic.networkSecurityGroup.id, by)
    const given = own.publicIPAddress === undefined ? undefined : behind(ground, "publicIps", own.publicIPAddress.id, by)
    const [zone] = vm?.zones ?? []
    return subnet === undefined
      ? []
      : [
          {
            id: name,
            subnet,
            address: own.privateIPAddress,
            groups: groupsOf(ground, own),
            forwards: nic.enableIPForwarding ?? false,
            running: vm?.powerState === undefined || vm.powerState.endsWith("running"),
            listening: listening(name),
            ...(zone === undefined ? {} : { zone }),
            ...(group === undefined ? {} : { securityGroup: idOf(ground, "nsgs", group) }),
            ...(given?.ipAddress === undefined
              ? {}
              : {
                  publicAddress: { address: given.ipAddress, sku: given.sku?.name === "Basic" ? ("Basic" as const) : ("Standard" as const) }
                })
          }
        ]
  })
}

/** Application security groups, and backend pools by their names here, of balancers that are read. */
const groupsOf = ({ dump }: AzureGround, own: NonNullable<Nic["ipConfigurations"]>[number]): ReadonlyArray<string> => {
  const pools = dump
    .all("loadBalancers")
    .flatMap(({ sku, backendAddressPools }) => (sku?.name === "Basic" ? [] : (backendAddressPools ?? [])))
  return [
    ...(own.applicationSecurityGroups ?? []).map(({ id }) => nameIn(id)),
    ...(own.loadBalancerBackendAddressPools ?? []).flatMap(({ id }) => (pools.some((pool) => sameId(pool.id, id)) ? [poolId(id)] : []))
  ]
}

/** AKS has one balancer a cluster, always called alike: pools bear their group's name beside it. */
export const poolId = (id: string): string => `${groupIn(id)}/${nameIn(id)}`

export const natGatewaysIn = (ground: AzureGround): NonNullable<AzureTopology["natGateways"]> =>
  ground.dump.all("natGateways").map((given) => {
    const { path } = ground.dump.placeOf(given)
    const id = idOf(ground, "natGateways", given)
    const addresses = (given.publicIpAddresses ?? []).flatMap(
      (each) => publicAddressOf(ground, each.id, { entry: given, what: `NAT gateway ${id}` }) ?? []
    )
    if ((given.publicIpPrefixes ?? []).length > 0) ground.findings.leftOut(path, "address prefixes of NAT gateways", id)
    const [zone] = given.zones ?? []
    return {
      id,
      sku: given.sku?.name === "StandardV2" ? "StandardV2" : "Standard",
      publicAddresses: addresses,
      ...(zone === undefined ? {} : { zone })
    }
  })

type Balancer = NonNullable<AzureTopology["loadBalancers"]>[number]

/** A cluster's own balancer serves its Services, which say their rules themselves; its way out is read. */
export const loadBalancersIn = (ground: AzureGround): ReadonlyArray<Balancer> =>
  ground.dump.all("loadBalancers").flatMap((given): ReadonlyArray<Balancer> => {
    const { path } = ground.dump.placeOf(given)
    const id = idOf(ground, "loadBalancers", given)
    const isClusters = isNode(ground, given.id)
    if (given.sku?.name === "Basic") {
      ground.findings.leftOut(path, "Basic load balancers", id)
      return []
    }
    if (isClusters && (given.loadBalancingRules ?? []).length > 0)
      ground.findings.leftOut(path, "rules of clusters' balancers, which their Services say", id)
    const network = networkOf(ground, given)
    if (network === undefined) {
      ground.findings.leftOut(path, "load balancers without a member or an address in a network", id)
      return []
    }
    const outboundRules = (given.outboundRules ?? []).map((rule) => ({
      id: rule.name,
      pool: poolId(rule.backendAddressPool.id),
      frontEnds: rule.frontendIPConfigurations.map((each) => nameIn(each.id)),
      ...((rule.allocatedOutboundPorts ?? 0) > 0 ? { portsPerInstance: rule.allocatedOutboundPorts ?? 0 } : {})
    }))
    const outbound = new Set(outboundRules.flatMap(({ frontEnds }) => frontEnds))
    return [
      {
        id,
        network,
        frontEnds: frontEndsOf(ground, given).filter((frontEnd) => !isClusters || outbound.has(frontEnd.id)),
        pools: (given.backendAddressPools ?? []).map((pool) => ({ id: poolId(pool.id), members: [] })),
        rules: isClusters ? [] : rulesOf(ground, given),
        outboundRules
      }
    ]
  })

type GivenBalancer = AzureEntry<"loadBalancers">

/** Of a front end inside, of a member, or of the cluster whose balancer it is. */
const networkOf = (ground: AzureGround, given: GivenBalancer): string | undefined => {
  const inside = (given.frontendIPConfigurations ?? []).flatMap(({ subnet }) => subnet?.id ?? [])
  const members = [...ground.dump.all("nics"), ...ground.dump.all("vmssNics")].flatMap((nic) =>
    (nic.ipConfigurations ?? []).flatMap(({ subnet, loadBalancerBackendAddressPools }) =>
      (loadBalancerBackendAddressPools ?? []).some(({ id }) => id.toLowerCase().startsWith(`${given.id.toLowerCase()}/`))
        ? (subnet?.id ?? [])
        : []
    )
  )
  const clusters = ground.dump
    .all("clusters")
    .filter(({ nodeResourceGroup }) => nodeResourceGroup !== undefined && sameId(nodeResourceGroup, groupIn(given.id)))
  const pools = clusters.flatMap((cluster) => homeSubnetIds(ground, cluster))
  return [...inside, ...members, ...pools].flatMap((id) => subnetBehind(ground, id)?.network ?? [])[0]
}

/** Subnets of a cluster's nodes: those of its pools, or of the network that AKS made beside them. */
export const homeSubnetIds = (
  { dump }: AzureGround,
  { agentPoolProfiles, nodeResourceGroup }: AzureEntry<"clusters">
): ReadonlyArray<string> => {
  const own = (agentPoolProfiles ?? []).flatMap((pool) => pool.vnetSubnetId ?? pool.vnetSubnetID ?? [])
  if (own.length > 0) return [...new Set(own)]
  return dump
    .all("vnets")
    .flatMap(({ id, subnets }) => (nodeResourceGroup !== undefined && sameId(groupIn(id), nodeResourceGroup) ? (subnets ?? []) : []))
    .map(({ id }) => id)
    .slice(0, 1)
}

const frontEndsOf = (ground: AzureGround, given: GivenBalancer): Balancer["frontEnds"] =>
  (given.frontendIPConfigurations ?? []).flatMap((frontEnd) => {
    const by = { entry: given, what: `front end ${frontEnd.name} of ${given.name}` }
    const subnet = frontEnd.subnet === undefined ? undefined : subnetNamed(ground, frontEnd.subnet.id, by)
    const address = frontEnd.privateIPAddress ?? publicAddressOf(ground, frontEnd.publicIPAddress?.id, by)
    return address === undefined || !isV4(address) ? [] : [{ id: frontEnd.name, address, ...(subnet === undefined ? {} : { subnet }) }]
  })

const rulesOf = (ground: AzureGround, given: GivenBalancer): Balancer["rules"] =>
  (given.loadBalancingRules ?? []).flatMap((rule): Balancer["rules"] => {
    const { path } = ground.dump.placeOf(given)
    const protocol = rule.protocol.toLowerCase()
    const probe = given.probes?.find(({ id }) => rule.probe !== undefined && sameId(id, rule.probe.id))
    if ((protocol !== "tcp" && protocol !== "udp") || rule.backendAddressPool === undefined) {
      ground.findings.leftOut(path, "rules for all ports, and without a pool", rule.name)
      return []
    }
    if (rule.enableFloatingIP === true)
      ground.findings.filledIn(path, "the front end's address on a loopback of each member of floating rules", rule.name)
    return [
      {
        id: rule.name,
        frontEnd: nameIn(rule.frontendIPConfiguration.id),
        pool: poolId(rule.backendAddressPool.id),
        protocol,
        port: rule.frontendPort,
        backendPort: rule.backendPort,
        ...(probe === undefined ? {} : { probePort: probe.port }),
        ...(rule.enableFloatingIP === true ? { floating: true } : {})
      }
    ]
  })

type Appliance = NonNullable<AzureTopology["appliances"]>[number]

export const firewallsIn = (ground: AzureGround): ReadonlyArray<Appliance> =>
  ground.dump.all("firewalls").flatMap((given): ReadonlyArray<Appliance> => {
    const { path } = ground.dump.placeOf(given)
    const [own] = given.ipConfigurations ?? []
    const id = idOf(ground, "firewalls", given)
    if (own?.privateIPAddress === undefined || own.subnet === undefined) {
      ground.findings.leftOut(path, "firewalls without an address in a subnet", id)
      return []
    }
    const by = { entry: given, what: `firewall ${id}` }
    const subnet = subnetNamed(ground, own.subnet.id, by)
    const publicAddress = publicAddressOf(ground, own.publicIPAddress?.id, by)
    if (given.firewallPolicy !== undefined) ground.findings.leftOut(path, "firewall policies: their firewall lets nothing through here", id)
    if ((given.applicationRuleCollections ?? []).length > 0) ground.findings.leftOut(path, "firewall rules by name", id)
    return subnet === undefined
      ? []
      : [
          {
            id,
            subnet,
            address: own.privateIPAddress,
            running: true,
            rules: firewallRulesOf(given),
            destinationRules: destinationRulesOf(given),
            sourceTranslation: "outside",
            ...(publicAddress === undefined ? {} : { publicAddress })
          }
        ]
  })

const firewallProtocols: Readonly<Record<string, Appliance["rules"][number]["protocol"]>> = {
  tcp: "tcp",
  udp: "udp",
  icmp: "icmp",
  any: "any"
}

/** By the priority of their collections, a rule a protocol. */
const firewallRulesOf = ({ networkRuleCollections }: AzureEntry<"firewalls">): Appliance["rules"] =>
  [...(networkRuleCollections ?? [])]
    .sort((one, other) => (one.priority ?? 0) - (other.priority ?? 0))
    .flatMap(({ name: collection, action, rules }) =>
      (rules ?? []).flatMap(({ name, protocols, sourceAddresses, destinationAddresses, destinationPorts }) =>
        (protocols ?? []).flatMap((each) => {
          const protocol = firewallProtocols[each.toLowerCase()]
          const destinations = destinationAddresses ?? []
          return protocol === undefined || destinations.length === 0
            ? []
            : [
                {
                  id: `${collection}/${name}/${each}`,
                  action: action?.type === "Deny" ? ("Deny" as const) : ("Allow" as const),
                  protocol,
                  sources: sourceAddresses ?? [],
                  destinations,
                  ...(destinationPorts === undefined || destinationPorts.includes("*") ? {} : { ports: destinationPorts })
                }
              ]
        })
      )
    )

const destinationRulesOf = ({ natRuleCollections }: AzureEntry<"firewalls">): Appliance["destinationRules"] =>
  (natRuleCollections ?? []).flatMap(({ name: collection, rules }) =>
    (rules ?? []).flatMap(({ name, protocols, destinationPorts, translatedAddress, translatedPort }) =>
      translatedAddress === undefined
        ? []
        : (protocols ?? []).flatMap((each) => {
            const protocol = each.toLowerCase()
            const port = Number(destinationPorts?.[0])
            return (protocol === "tcp" || protocol === "udp") && Number.isInteger(port)
              ? [{ id: `${collection}/${name}`, protocol, port, to: translatedAddress, toPort: Number(translatedPort ?? port) }]
              : []
          })
    )
  )

export const privateEndpointsIn = (ground: AzureGround): NonNullable<AzureTopology["privateEndpoints"]> =>
  ground.dump.all("privateEndpoints").flatMap((given) => {
    const { path } = ground.dump.placeOf(given)
    const id = idOf(ground, "privateEndpoints", given)
    const nic = ground.dump.all("nics").find((each) => given.networkInterfaces?.some((own) => sameId(own.id, each.id)) === true)
    const address = given.customDnsConfigs?.[0]?.ipAddresses?.[0] ?? (nic === undefined ? undefined : primaryOf(nic)?.privateIPAddress)
    if (address === undefined) {
      ground.findings.leftOut(path, "private endpoints of which no answer has the address", id)
      return []
    }
    const subnet = subnetNamed(ground, given.subnet.id, { entry: given, what: `private endpoint ${id}` })
    const service = given.privateLinkServiceConnections?.[0]?.groupIds?.[0] ?? given.customDnsConfigs?.[0]?.fqdn ?? id
    return subnet === undefined ? [] : [{ id, subnet, address, service }]
  })

/** Members of floating rules have their front end's address on a loopback, as such rules want. */
export const withLoopbacks = (topology: AzureTopology): AzureTopology => {
  const floating = (topology.loadBalancers ?? []).flatMap(({ frontEnds, rules }) =>
    rules.flatMap((rule) => {
      const address = frontEnds.find(({ id }) => id === rule.frontEnd)?.address
      return rule.floating === true && address !== undefined ? [{ pool: rule.pool, address }] : []
    })
  )
  return {
    ...topology,
    instances: topology.instances.map((instance) => {
      const loopbacks = [...new Set(floating.flatMap(({ pool, address }) => (instance.groups.includes(pool) ? [address] : [])))]
      return loopbacks.length === 0 ? instance : { ...instance, loopbacks }
    })
  }
}
