/** Whether hosts outside are outside: a public address of their own, ports that exist, prefixes that can be read. */
import { isPrivate, parseAddress, parsePrefix } from "../model/net/ip.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { doubled } from "./names.ts"
import type { Places, Plan } from "./plan.ts"

/** Who has a public address here: gateways, nodes, the API endpoint. */
const publicOwners = (topology: Plan["topology"], cluster: Plan["cluster"]): ReadonlyMap<string, string> => {
  const gateways = topology._tag === "AwsTopology" ? topology.natGateways : []
  return new Map([
    ...gateways.flatMap(({ id, publicAddress }) => (publicAddress === undefined ? [] : [[publicAddress, id] as const])),
    ...cluster.nodes.flatMap(({ name, publicAddress }) => (publicAddress === undefined ? [] : [[publicAddress, name] as const])),
    [cluster.api.address, "the API endpoint"] as const
  ])
}

export const checkOutside = ({ outside = [], topology, cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  if (outside.length === 0) return []
  const owners = publicOwners(topology, cluster)
  return [
    ...doubled(
      "host outside",
      outside.map(({ id }) => id),
      (id) => places[`outside/${id}`]
    ),
    ...outside.flatMap(({ id, address, ports, admits }): ReadonlyArray<Diagnostic> => {
      const wrong = (what: string, underlined: string, help: string): Diagnostic =>
        errorOf("D008", `outside "${id}": ${what}`, { place: places[`outside/${id}`], underlined, help })
      const isPublic = parseAddress(address) !== undefined && !isPrivate(address)
      return [
        ...(isPublic ? [] : [wrong(`"${address}" is no public IPv4 address`, address, 'write one like "198.51.100.10"')]),
        ...(owners.has(address) ? [wrong(`${address} is ${owners.get(address)}'s`, address, "take an address of its own")] : []),
        ...ports.flatMap((port) =>
          port >= 1 && port <= 65_535 ? [] : [wrong(`${port} is no port`, String(port), "ports are 1 to 65535")]
        ),
        ...(admits ?? []).flatMap((prefix) =>
          parsePrefix(prefix) === undefined ? [wrong(`"${prefix}" is no prefix`, prefix, 'write "192.0.2.1/32"')] : []
        )
      ]
    })
  ]
}
