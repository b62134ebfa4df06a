/** Routes that kubenet's controller keeps in the table of the nodes' subnet. Source: cloud-provider-azure, azure_routes.go (names of routes). */
import type { RoutedNode } from "../compile.ts"
import type { AzureChange } from "./change.ts"
import type { AzureTopology } from "./topology.ts"

/** A route of kubenet's bears its node's name before this. */
export const nodeMark = "____"

const nameOf = (node: string, block: string): string => `${node}${nodeMark}${block.replace(/\D/g, "")}`

/** `undefined` where the subnet has no table: pods of a new node are unreachable from others. */
export const podRouteAt = (topology: AzureTopology, { name, subnet, address }: RoutedNode, block: string): AzureChange | undefined => {
  const table = topology.subnets.find(({ id }) => id === subnet)?.routeTable
  const route = { id: nameOf(name, block), destination: block, nextHop: { _tag: "VirtualAppliance" as const, address } }
  return table === undefined ? undefined : { _tag: "SetUserRoute", table, route }
}

export const podRouteGoneAt = (topology: AzureTopology, node: string): AzureChange | undefined => {
  for (const { id: table, routes } of topology.routeTables) {
    const own = routes.find(({ id }) => id.startsWith(`${node}${nodeMark}`))
    if (own !== undefined) return { _tag: "DeleteUserRoute", table, route: own.id }
  }
  return undefined
}

export const nodeOfRouteAt = (change: AzureChange): string | undefined =>
  change._tag === "SetUserRoute" && change.route.id.includes(nodeMark) ? change.route.id.split(nodeMark)[0] : undefined
