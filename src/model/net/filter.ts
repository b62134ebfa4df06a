/**
 * Filters: which rule decides a packet. Ranges of ports that a caller leaves open are split where rules draw a line, so that a
 * stateless filter that admits part of a range gives exact shares.
 */

import { one, type Ratio, ratio } from "../value/ratio.ts"
import type { Filter, FilterRule, Match } from "./fabric.ts"
import type { PortRange, Protocol } from "./flow.ts"
import { isIn } from "./ip.ts"

/** What a filter sees of a packet. `sourceSets`: groups its sender belongs to, empty once identity is lost. */
export interface Packet {
  readonly protocol: Protocol
  readonly source: string
  readonly destination: string
  readonly sourcePorts: PortRange
  readonly destinationPorts: PortRange
  readonly sourceSets: ReadonlyArray<string>
  /** Groups that the sender belonged to before its identity was lost on the way. */
  readonly lostSets?: ReadonlyArray<string>
}

/** A part of what was asked: the packet narrowed to the ports that one rule decides, and the share of ports that is. */
export interface Decision {
  readonly packet: Packet
  readonly share: Ratio
  readonly verdict: "accept" | "deny"
  /** `undefined`: no rule matched; the filter's own end decided. */
  readonly rule: FilterRule | undefined
}

const size = (range: PortRange): number => range.to - range.from + 1

/** Cuts a range at the borders of others: pieces in order, each wholly inside or outside of every one of them. */
const cutAt = (range: PortRange, borders: ReadonlyArray<PortRange>): ReadonlyArray<PortRange> => {
  const starts = new Set([range.from])
  for (const border of borders) {
    if (border.from > range.from && border.from <= range.to) starts.add(border.from)
    if (border.to + 1 > range.from && border.to + 1 <= range.to) starts.add(border.to + 1)
  }
  const sorted = [...starts].sort((left, right) => left - right)
  return sorted.map((from, index) => ({ from, to: (sorted[index + 1] ?? range.to + 1) - 1 }))
}

const inside = (range: PortRange, ranges: ReadonlyArray<PortRange>): boolean =>
  ranges.some((other) => range.from >= other.from && range.to <= other.to)

const meets = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): boolean => left.some((value) => right.includes(value))

/** Whether protocol and ends match; ports are looked at apart. */
export const matchesEnds = (match: Match, packet: Packet, destinationSets: ReadonlyArray<string>): boolean => {
  if (match.protocol !== undefined && match.protocol !== "any" && match.protocol !== packet.protocol) return false
  if (match.source !== undefined && !match.source.some((prefix) => isIn(packet.source, prefix))) return false
  if (match.sourceSets !== undefined && !meets(match.sourceSets, packet.sourceSets)) return false
  if (match.destination !== undefined && !match.destination.some((prefix) => isIn(packet.destination, prefix))) return false
  return match.destinationSets === undefined || meets(match.destinationSets, destinationSets)
}

/** The first rule that matches and does not pass a packet on to a later stage. */
const decidingRule = (rules: ReadonlyArray<FilterRule>, isMatch: (rule: FilterRule) => boolean): FilterRule | undefined => {
  let passed = Number.NEGATIVE_INFINITY
  return rules.find((rule) => {
    if ((rule.stage !== undefined && rule.stage <= passed) || !isMatch(rule)) return false
    if (rule.verdict !== "pass" || rule.stage === undefined) return true
    passed = rule.stage
    return false
  })
}

const hasPorts = (protocol: Protocol): boolean => protocol === "tcp" || protocol === "udp"

const matchesPorts = (match: Match, source: PortRange, destination: PortRange): boolean =>
  (match.sourcePorts === undefined || inside(source, match.sourcePorts)) &&
  (match.destinationPorts === undefined || inside(destination, match.destinationPorts))

const touches = (range: PortRange, ranges: ReadonlyArray<PortRange> | undefined): boolean =>
  ranges === undefined || ranges.some((other) => range.from <= other.to && range.to >= other.from)

/** Rules of other ports decide no piece, and draw no line inside it: most rules of a filter, left out before the ends are read. */
const touchesPorts = ({ sourcePorts, destinationPorts }: Match, packet: Packet): boolean =>
  touches(packet.destinationPorts, destinationPorts) && touches(packet.sourcePorts, sourcePorts)

/** How a filter decides a packet, in pieces of its port ranges; their shares sum to 1. Sessions are the caller's matter. */
export const decideFilter = (filter: Filter, packet: Packet, destinationSets: ReadonlyArray<string>): ReadonlyArray<Decision> => {
  const withPorts = hasPorts(packet.protocol)
  const rules = filter.rules.filter(
    ({ match }) => (!withPorts || touchesPorts(match, packet)) && matchesEnds(match, packet, destinationSets)
  )
  if (!withPorts)
    return [
      decision(
        filter,
        decidingRule(rules, () => true),
        packet,
        one
      )
    ]
  const sources = cutAt(
    packet.sourcePorts,
    rules.flatMap((rule) => rule.match.sourcePorts ?? [])
  )
  const destinations = cutAt(
    packet.destinationPorts,
    rules.flatMap((rule) => rule.match.destinationPorts ?? [])
  )
  const all = size(packet.sourcePorts) * size(packet.destinationPorts)
  const pieces = sources.flatMap((sourcePorts) =>
    destinations.map((destinationPorts) => {
      const rule = decidingRule(rules, ({ match }) => matchesPorts(match, sourcePorts, destinationPorts))
      return decision(filter, rule, { ...packet, sourcePorts, destinationPorts }, ratio(size(sourcePorts) * size(destinationPorts), all))
    })
  )
  return pieces.every((piece) => piece.verdict === pieces[0]?.verdict && piece.rule === pieces[0]?.rule)
    ? [{ ...(pieces[0] as Decision), packet, share: one }]
    : pieces
}

/** Whether a rule would have admitted the packet had the groups that it lost on its way still been known. */
export const admitsByLostIdentity = (filter: Filter, packet: Packet, destinationSets: ReadonlyArray<string>): boolean =>
  (packet.lostSets?.length ?? 0) > 0 &&
  decideFilter(filter, { ...packet, sourceSets: packet.lostSets ?? [] }, destinationSets).some(({ verdict }) => verdict === "accept")

const decision = (filter: Filter, rule: FilterRule | undefined, packet: Packet, share: Ratio): Decision => {
  const verdict = rule === undefined ? filter.otherwise : rule.verdict === "deny" ? "deny" : "accept"
  return { packet, share, verdict, rule }
}
