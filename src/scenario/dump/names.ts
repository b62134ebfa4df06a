/** Resources of a dump by what people call them: the id, the Name tag, or a security group's own name. */

import { type Diagnostic, errorOf } from "../diagnostic.ts"
import { unknownName } from "../names.ts"
import { listed } from "../near.ts"
import type { Place } from "../plan.ts"
import { type DumpKind, dumpKinds } from "./files.ts"
import type { Ground } from "./ground.ts"
import { instancesIn } from "./machines.ts"
import { tagsOf } from "./networks.ts"

/** Words by which a kind is asked for. */
export const namedKinds = {
  vpc: "vpcs",
  subnet: "subnets",
  routeTable: "routeTables",
  internetGateway: "internetGateways",
  natGateway: "natGateways",
  securityGroup: "securityGroups",
  networkAcl: "networkAcls",
  instance: "reservations",
  peering: "peerings",
  transitGateway: "transitGateways",
  vpnGateway: "vpnGateways",
  endpoint: "endpoints"
} as const satisfies Readonly<Record<string, DumpKind>>

export type NamedKind = keyof typeof namedKinds
export const namedKindWords = Object.keys(namedKinds) as ReadonlyArray<NamedKind>

interface Named {
  readonly id: string
  readonly names: ReadonlyArray<string>
}

const namedIn = (ground: Ground, kind: NamedKind): ReadonlyArray<Named> => {
  const of = namedKinds[kind]
  if (of === "reservations") return instancesIn(ground).map(({ InstanceId: id, Tags }) => ({ id, names: nameOf(Tags) }))
  const idOf = dumpKinds[of].idOf as (entry: object) => string
  return ground.dump.all(of).map((entry) => {
    const tags = "Tags" in entry ? entry.Tags : undefined
    const own = "GroupName" in entry && entry.GroupName !== undefined ? [entry.GroupName] : []
    return { id: idOf(entry), names: [...nameOf(tags), ...own] }
  })
}

const nameOf = (tags: Parameters<typeof tagsOf>[0]): ReadonlyArray<string> => {
  const name = tagsOf(tags)["Name"]
  return name === undefined || name === "" ? [] : [name]
}

/** The id behind a name, or what is wrong with it: nothing bears it, or several do. */
export const idBehind = (ground: Ground, kind: NamedKind, name: string, place: Place | undefined): string | Diagnostic => {
  const known = namedIn(ground, kind)
  if (known.some(({ id }) => id === name)) return name
  const found = known.filter(({ names }) => names.includes(name)).map(({ id }) => id)
  const [first] = found
  if (first === undefined)
    return unknownName(
      `fromAws(…).${kind}`,
      kind,
      name,
      known.map(({ id, names }) => names[0] ?? id),
      place
    )
  if (found.length === 1) return first
  return errorOf("D014", `fromAws(…).${kind}: ${found.length} are called "${name}"`, {
    place,
    underlined: name,
    notes: [listed(found)],
    help: `name it by its id: ${kind}("${first}")`
  })
}
