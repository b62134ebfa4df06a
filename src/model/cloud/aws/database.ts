/** A managed database in several zones: an interface in each, and a name that leads to the one that is primary now. */
import { Schema } from "effect"
import type { Part } from "../../net/fabric.ts"
import type { Attachment, Failover } from "../compile.ts"

const Id = Schema.NonEmptyString

/** The first interface is the primary's, the others are standbys. Source: RDS user guide, Multi-AZ DB instance deployments. */
export const Database = Schema.Struct({
  id: Id,
  dnsName: Id,
  port: Schema.Int,
  interfaces: Schema.Array(Schema.Struct({ subnet: Id, address: Schema.String })),
  securityGroups: Schema.Array(Id)
})
export type Database = typeof Database.Type

const placeOf = (id: string, subnet: string): string => `${id}/${subnet}`

export const databaseParts = (database: Database, attach: (attachment: Attachment) => ReadonlyArray<Part>): ReadonlyArray<Part> => {
  const { id, dnsName, port, interfaces, securityGroups } = database
  const primary = interfaces.slice(0, 1).map(({ address }) => address)
  return [
    ...interfaces.flatMap(({ subnet, address }) =>
      attach({
        id: placeOf(id, subnet),
        kind: "host",
        place: subnet,
        address,
        groups: securityGroups,
        origin: { resource: id, part: subnet },
        listening: [{ protocol: "tcp", port }]
      })
    ),
    { _tag: "NameEntry", id: dnsName, origin: { resource: id }, listed: primary, held: primary }
  ]
}

export const failoverOf = ({ id, dnsName, interfaces }: Database): Failover => ({
  id,
  name: dnsName,
  members: interfaces.map(({ subnet, address }) => ({ component: placeOf(id, subnet), address }))
})
