/**
 * Session affinity by client address: all clients of a Service stand in a fixed number of seats, and a seat keeps the endpoint it
 * first got for as long as that endpoint is listed. Seats that lose theirs are dealt over the others and stay there when it returns.
 * One address is one client in one seat of its node's kube-proxy; the internet is all seats at once, so its shares show what stuck.
 * Not modelled: running out after `timeoutSeconds`, because each call renews it and our clients never fall silent; a seat's memory of
 * its own for each node, or for each traffic policy. Sources: kubernetes pkg/proxy/iptables (match `recent`, whose list an endpoint owns and that
 * goes with its chain), API reference Service v1, sessionAffinity.
 */
import { chanceOf, drawBelow } from "../value/chance.ts"
import type { Listener, Target } from "./fabric.ts"
import type { Address } from "./flow.ts"

/** Chosen: a whole number of seats each for one to eight endpoints, so that shares stay plain fractions. */
export const seatCount = 840

/** A stand-in for a client somewhere on the internet. Source: RFC 2544, benchmarking range, in use nowhere. */
export const internetClient: Address = "198.18.0.1"
/** The same in IPv6, of the documentation range. Source: RFC 3849. */
export const internetClient6: Address = "2001:db8:ffff::1"

/** Who holds each seat once `targets` are listed: whoever is still there stays, the rest is dealt in turn. Nobody listed: no memory. */
export const seatsOf = (before: ReadonlyArray<Address>, targets: ReadonlyArray<Target>): ReadonlyArray<Address> => {
  if (targets.length === 0) return []
  const listed = new Set(targets.map(({ address }) => address))
  let dealt = 0
  return Array.from({ length: seatCount }, (_, seat) => {
    const holder = before[seat]
    return holder !== undefined && listed.has(holder) ? holder : (targets[dealt++ % targets.length]?.address ?? "")
  })
}

/** The eligible targets with the weight that this client's stickiness gives them. `eligible` must not be empty. */
export const stuckTo = (listener: Listener, eligible: ReadonlyArray<Target>, host: string, client: Address): ReadonlyArray<Target> => {
  const { seats, origin } = listener
  if (seats === undefined) return eligible
  const places = new Map(eligible.map(({ address }, place) => [address, place]))
  // An endpoint that the traffic policy keeps from this sender counts as gone.
  const placeAt = (seat: number): number => places.get(seats[seat] ?? "") ?? seat % eligible.length
  const weights = eligible.map(() => 0)
  const sitting = client === internetClient ? seats.keys() : [seatOf(origin.resource, host, client)]
  for (const seat of sitting) {
    const place = placeAt(seat)
    weights[place] = (weights[place] ?? 0) + 1
  }
  return eligible.map((target, place) => ({ ...target, weight: weights[place] ?? 0 })).filter(({ weight }) => weight > 0)
}

/** The same for every seed: it is a matter of who the client is, not of when it calls. */
const seatOf = (service: string, host: string, client: Address): number =>
  drawBelow(chanceOf(0), seatCount, "session-affinity", `${service} ${host} ${client}`)
