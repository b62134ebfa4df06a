/** Routes that a routes-based cluster's controller keeps, one a node. Source: cloud-provider-gcp, gce_routes.go. */
import type { RoutedNode } from "../compile.ts"
import type { GcpChange } from "./change.ts"
import type { GcpTopology } from "./topology.ts"

const prefix = "gke-"
/** Source: VPC docs, routes: a custom static route's default. */
const priority = 1_000

type StaticRoute = GcpTopology["routes"][number]

export const podRoute = (network: string, { name, address }: Omit<RoutedNode, "subnet">, block: string): StaticRoute => ({
  id: `${prefix}${name}`,
  network,
  destination: block,
  priority,
  nextHop: { _tag: "Node", address }
})

export const podRouteAt = (topology: GcpTopology, node: RoutedNode, block: string): GcpChange | undefined => {
  const network = topology.subnetworks.find(({ id }) => id === node.subnet)?.network
  return network === undefined ? undefined : { _tag: "CreateStaticRoute", route: podRoute(network, node, block) }
}

export const podRouteGoneAt = (topology: GcpTopology, node: string): GcpChange | undefined => {
  const own = topology.routes.find(({ id, nextHop }) => id === `${prefix}${node}` && nextHop._tag === "Node")
  return own === undefined ? undefined : { _tag: "DeleteStaticRoute", id: own.id }
}

export const nodeOfRouteAt = (change: GcpChange): string | undefined =>
  change._tag === "CreateStaticRoute" && change.route.nextHop._tag === "Node" ? change.route.id.slice(prefix.length) : undefined
