/**
 * Hosts on the internet that the cluster depends on: a partner's API, a registry. One that admits only known addresses drops the rest
 * without a word, as allow-lists do.
 */
import { Schema } from "effect"
import type { Filter, Part } from "../net/fabric.ts"

export const OutsideHost = Schema.Struct({
  id: Schema.NonEmptyString,
  /** Its public address. */
  address: Schema.String,
  ports: Schema.Array(Schema.Int),
  /** Source prefixes it admits; everybody otherwise. */
  admits: Schema.optionalKey(Schema.Array(Schema.String))
})
export type OutsideHost = typeof OutsideHost.Type

export const outsideComponent = (id: string): string => `outside/${id}`

/** A host on a wire to the internet. */
export const outsideParts = ({ id, address, ports, admits }: OutsideHost, internet: string): ReadonlyArray<Part> => {
  const origin = { resource: id, part: "outside" }
  const list: Filter = {
    id: `${id} allow-list`,
    origin,
    stateful: true,
    rules: (admits ?? []).map((prefix) => ({
      match: { source: [prefix] },
      verdict: "accept",
      origin: { resource: id, part: `admits ${prefix}` }
    })),
    otherwise: "deny",
    refusal: { reason: "DeniedByFilter", origin: { resource: id, part: "allow-list" }, fails: "timeout" }
  }
  return [
    {
      _tag: "Component",
      id: outsideComponent(id),
      kind: "host",
      origin,
      condition: "up",
      epoch: 0,
      addresses: [address],
      listening: ports.map((port) => ({ protocol: "tcp", port })),
      forwards: false,
      strictSource: false
    },
    {
      _tag: "Port",
      id: `${outsideComponent(id)}/port`,
      component: outsideComponent(id),
      peer: internet,
      addresses: [address],
      sets: [],
      inward: admits === undefined ? [] : [list],
      outward: []
    }
  ]
}
