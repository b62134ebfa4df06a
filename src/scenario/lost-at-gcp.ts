/** Ids of a topology at GCP that are named, and that nothing bears. */
import type { GcpTopology } from "../model/cloud/gcp/topology.ts"
import type { LoadBalancer } from "../model/cloud/gcp/topology-balancer.ts"
import type { Diagnostic } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place } from "./plan.ts"

type Named = ReadonlyArray<{ readonly id: string }> | undefined
const ids = (things: Named): ReadonlyArray<string> => (things ?? []).map(({ id }) => id)

/** What is asked: who names it, of what kind, which id, and those that there are. */
type Ask = (what: string, kind: string, id: string | undefined, known: ReadonlyArray<string>) => ReadonlyArray<Diagnostic>

interface Known {
  readonly networks: ReadonlyArray<string>
  readonly subnetworks: ReadonlyArray<string>
}

export const lostAtGcp = (topology: GcpTopology, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const ask: Ask = (what, kind, id, known) => (id === undefined || known.includes(id) ? [] : [unknownName(what, kind, id, known, place)])
  const known: Known = {
    networks: ids(topology.networks),
    subnetworks: [
      ...ids(topology.subnetworks),
      ...topology.networks.flatMap(({ id, mode }) => (mode === "auto" ? topology.regions.map((region) => `${id}/${region}`) : []))
    ]
  }
  return [
    ...networkParts(topology, ask, known),
    ...routed(topology, ask, known),
    ...(topology.loadBalancers ?? []).flatMap((balancer) => balanced(topology, balancer, ask, known)),
    ...governed(topology, ask, known)
  ]
}

const networkParts = (topology: GcpTopology, ask: Ask, { networks, subnetworks }: Known): ReadonlyArray<Diagnostic> => [
  ...topology.networks.flatMap(({ id, project }) => ask(`network ${id}`, "project", project, ids(topology.projects))),
  ...topology.subnetworks.flatMap(({ id, network, region }) => [
    ...ask(`subnetwork ${id}`, "network", network, networks),
    ...ask(`subnetwork ${id}`, "region", region, topology.regions)
  ]),
  ...topology.firewallRules.flatMap(({ id, network }) => ask(`firewall rule ${id}`, "network", network, networks)),
  ...topology.instances.flatMap(({ id, subnetwork, zone }) => [
    ...ask(`instance ${id}`, "subnetwork", subnetwork, subnetworks),
    ...ask(`instance ${id}`, "zone", zone, topology.zones)
  ]),
  ...(topology.cloudNats ?? []).flatMap(({ id, network, region, subnetworks: served }) => [
    ...ask(`Cloud NAT ${id}`, "network", network, networks),
    ...ask(`Cloud NAT ${id}`, "region", region, topology.regions),
    ...(typeof served === "string" ? [] : served.flatMap((each) => ask(`Cloud NAT ${id}`, "subnetwork", each.subnetwork, subnetworks)))
  ])
]

const routed = (topology: GcpTopology, ask: Ask, { networks }: Known): ReadonlyArray<Diagnostic> => [
  ...topology.routes.flatMap(({ id, network, nextHop }) => [
    ...ask(`route ${id}`, "network", network, networks),
    ...(nextHop._tag === "LoadBalancer" ? ask(`route ${id}`, "load balancer", nextHop.loadBalancer, ids(topology.loadBalancers)) : []),
    ...(nextHop._tag === "Connection" ? ask(`route ${id}`, "connection", nextHop.connection, ids(topology.siteConnections)) : [])
  ]),
  ...(topology.policyBasedRoutes ?? []).flatMap(({ id, network, nextHop }) => [
    ...ask(`policy-based route ${id}`, "network", network, networks),
    ...(nextHop._tag === "LoadBalancer"
      ? ask(`policy-based route ${id}`, "load balancer", nextHop.loadBalancer, ids(topology.loadBalancers))
      : [])
  ]),
  ...(topology.peerings ?? []).flatMap(({ id, network, peer }) =>
    [network, peer].flatMap((each) => ask(`peering ${id}`, "network", each, networks))
  ),
  ...(topology.siteConnections ?? []).flatMap(({ id, network, region, site }) => [
    ...ask(`connection ${id}`, "network", network, networks),
    ...ask(`connection ${id}`, "region", region, topology.regions),
    ...ask(`connection ${id}`, "site", site, ids(topology.sites))
  ])
]

const balanced = (topology: GcpTopology, balancer: LoadBalancer, ask: Ask, { networks, subnetworks }: Known): ReadonlyArray<Diagnostic> => {
  const what = `load balancer ${balancer.id}`
  return [
    ...ask(what, "network", balancer.network, networks),
    ...("region" in balancer ? ask(what, "region", balancer.region, topology.regions) : []),
    ...("subnetwork" in balancer ? ask(what, "subnetwork", balancer.subnetwork, subnetworks) : []),
    ...balancer.backends.flatMap(({ instances }) =>
      instances.flatMap((instance) => ask(what, "instance", instance, ids(topology.instances)))
    )
  ]
}

const governed = (
  { folders, projects, firewallPolicies, regions }: GcpTopology,
  ask: Ask,
  { networks }: Known
): ReadonlyArray<Diagnostic> => [
  ...(projects ?? []).flatMap(({ id, folder }) => ask(`project ${id}`, "folder", folder, ids(folders))),
  ...(folders ?? []).flatMap(({ id, parent }) => ask(`folder ${id}`, "folder", parent, ids(folders))),
  ...(firewallPolicies ?? []).flatMap(({ id, attachedTo }) => {
    const what = `firewall policy ${id}`
    switch (attachedTo._tag) {
      case "Organization":
        return []
      case "Folder":
        return ask(what, "folder", attachedTo.folder, ids(folders))
      case "Global":
        return attachedTo.networks.flatMap((network) => ask(what, "network", network, networks))
      case "Region":
        return [
          ...attachedTo.networks.flatMap((network) => ask(what, "network", network, networks)),
          ...ask(what, "region", attachedTo.region, regions)
        ]
    }
  })
]
