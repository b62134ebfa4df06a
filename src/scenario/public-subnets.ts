/** Which subnets of an AWS network are public: those whose route table leads to an internet gateway. */
import type { AwsTopology } from "../model/cloud/aws/topology.ts"

/** By id. A subnet without a table of its own has its VPC's main one. */
export const publicSubnetsOf = (topology: AwsTopology): ReadonlySet<string> => {
  const gateways = new Set(topology.internetGateways.map(({ id }) => id))
  const tables = new Set(topology.routeTables.flatMap(({ id, routes }) => (routes.some(({ target }) => gateways.has(target)) ? [id] : [])))
  return new Set(
    topology.subnets.flatMap(({ id, vpc, routeTable }) => {
      const main = topology.routeTables.find((table) => table.vpc === vpc && table.main)?.id
      return tables.has(routeTable ?? main ?? "") ? [id] : []
    })
  )
}
