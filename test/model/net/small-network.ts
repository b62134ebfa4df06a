/**
 * A small network in neutral words for the tests of this room: network `net` with segment `a` (10.0.1.0/24, zone east) and segment `b`
 * (10.0.2.0/24, zone west), one table, a one-to-one gateway `igw` and the internet beyond. Every part may be replaced.
 */
import type {
  Component,
  Fabric,
  Filter,
  FilterRule,
  Listener,
  ListenerTable,
  Match,
  NameEntry,
  Part,
  Port,
  Question,
  Refusal,
  Route,
  RouteTarget,
  Segment,
  Table,
  Target
} from "../../../src/model/net/fabric.ts"
import { emptyFabric, putPart, takeMoved } from "../../../src/model/net/fabric-change.ts"
import type { Origin } from "../../../src/model/net/origin.ts"
import { traceFlow } from "../../../src/model/net/trace.ts"
import type { Branch, End } from "../../../src/model/net/verdict.ts"

export const origin = (resource: string, part?: string): Origin => (part === undefined ? { resource } : { resource, part })

export const refusal = (reason: Refusal["reason"], resource: string, fails: Refusal["fails"] = "timeout"): Refusal => ({
  reason,
  origin: origin(resource),
  fails
})

export const rule = (verdict: FilterRule["verdict"], match: Match = {}, part: string = verdict): FilterRule => ({
  verdict,
  match,
  origin: origin("rule", part)
})

/** Denies at its end and remembers what it accepted, unless told otherwise. */
export const filter = (id: string, rules: ReadonlyArray<FilterRule>, more: Partial<Filter> = {}): Filter => ({
  id,
  origin: origin(id),
  stateful: true,
  rules,
  otherwise: "deny",
  refusal: refusal("DeniedByFilter", id),
  ...more
})

export const route = (prefix: string, target: RouteTarget, more: Partial<Route> = {}): Route => ({
  prefix,
  class: target._tag === "Connected" ? "connected" : "static",
  preference: 10,
  target,
  origin: origin("table", prefix),
  ...more
})

export const table = (id: string, routes: ReadonlyArray<Route>): Table => ({
  _tag: "Table",
  id,
  origin: origin(id),
  routes,
  otherwise: refusal("NoRoute", id)
})

export const local = route("10.0.0.0/16", { _tag: "Connected" })
export const toInternet = route("0.0.0.0/0", { _tag: "Via", component: "igw" })

export const component = (id: string, more: Partial<Component> = {}): Component => ({
  _tag: "Component",
  id,
  kind: "host",
  origin: origin(id),
  condition: "up",
  epoch: 0,
  addresses: [],
  listening: [],
  forwards: false,
  strictSource: false,
  ...more
})

export const segment = (id: "a" | "b", more: Partial<Segment> = {}): Segment => ({
  _tag: "Segment",
  id,
  origin: origin(id),
  zone: id === "a" ? "east" : "west",
  network: "net",
  prefixes: [id === "a" ? "10.0.1.0/24" : "10.0.2.0/24"],
  table: "table",
  edgeInward: [],
  edgeOutward: [],
  ...more
})

/** A host that listens on tcp 80, with one port `<id>/port`. */
export const host = (
  id: string,
  on: "a" | "b",
  address: string,
  more: { readonly component?: Partial<Component>; readonly port?: Partial<Port> } = {}
): ReadonlyArray<Part> => {
  const zone = on === "a" ? "east" : "west"
  return [
    component(id, { addresses: [address], zone, listening: [{ protocol: "tcp", port: 80 }], ...more.component }),
    {
      _tag: "Port",
      id: `${id}/port`,
      component: id,
      segment: on,
      addresses: [address],
      sets: [],
      inward: [],
      outward: [],
      zone,
      ...more.port
    }
  ]
}

/** A pod at home on a host. */
export const pod = (
  id: string,
  home: string,
  on: "a" | "b",
  address: string,
  more: { readonly component?: Partial<Component>; readonly port?: Partial<Port> } = {}
): ReadonlyArray<Part> => host(id, on, address, { ...more, component: { kind: "pod", home, ...more.component } })

/** A gateway that hides its clients behind its own address; without a public one it hides them for nothing. */
export const nat = (
  id: string,
  on: "a" | "b",
  address: string,
  publicAddress: string | undefined,
  more: { readonly component?: Partial<Component>; readonly port?: Partial<Port> } = {}
): ReadonlyArray<Part> =>
  host(id, on, address, {
    component: {
      kind: "nat",
      forwards: true,
      listening: [],
      translation: {
        origin: origin(id),
        rule: { _tag: "Masquerade", address, allocation: "perDestination", portsMax: 55_000 },
        unknown: refusal("SessionUnknown", id)
      },
      ...more.component
    },
    port: { ...(publicAddress === undefined ? {} : { publicAddress, publicVia: "igw" }), ...more.port }
  })

export const target = (id: string, address: string, more: Partial<Target> = {}): Target => ({ id, address, port: 80, weight: 1, ...more })

/** kube-proxy's way: rewrites, keeps the source, refuses when empty. */
export const listener = (targets: ReadonlyArray<Target>, more: Partial<Listener> = {}): Listener => ({
  origin: origin("service"),
  targets,
  proxy: false,
  sameZoneOnly: false,
  source: "kept",
  empty: refusal("NoTarget", "service", "refused"),
  ...more
})

export const listenerTable = (id: string, listeners: Readonly<Record<string, Listener>>): ListenerTable => ({
  _tag: "ListenerTable",
  id,
  listeners: new Map(Object.entries(listeners))
})

export const name = (id: string, held: ReadonlyArray<string>): NameEntry => ({
  _tag: "NameEntry",
  id,
  origin: origin(id),
  listed: held,
  held
})

/** The network with these parts in it, later ones in the place of earlier ones; nothing is noted as moved. */
export const network = (...parts: ReadonlyArray<Part | ReadonlyArray<Part>>): Fabric => {
  const fabric = emptyFabric()
  const ground: ReadonlyArray<Part> = [
    component("internet", { kind: "internet", addresses: "any", listening: "any", forwards: true }),
    component("net", { kind: "network", forwards: true }),
    component("igw", {
      kind: "gateway",
      forwards: true,
      translation: { origin: origin("igw"), rule: { _tag: "Pairs" }, unknown: refusal("NoPublicAddress", "igw") }
    }),
    segment("a"),
    segment("b"),
    table("table", [local, toInternet])
  ]
  for (const part of [...ground, ...parts.flat()]) putPart(fabric, part as Part)
  fabric.internet = "internet"
  takeMoved(fabric)
  return fabric
}

export const tcp = (from: string, address: string, port = 80): Question => ({
  from,
  to: { _tag: "Address", address },
  protocol: "tcp",
  port
})

export const byName = (from: string, id: string, port = 80): Question => ({ from, to: { _tag: "Name", name: id }, protocol: "tcp", port })

/** The one branch of a flow that does not branch. */
export const only = (fabric: Fabric, question: Question): Branch => {
  const { branches } = traceFlow(fabric, question)
  const [branch] = branches
  if (branch === undefined || branches.length !== 1) throw new Error(`${branches.length} branches instead of one`)
  return branch
}

/** What ended a branch: the reply's end when the way there was free. */
export const endOf = (branch: Branch): End =>
  branch.forward.end.fate === "delivered" ? (branch.reply?.end ?? branch.forward.end) : branch.forward.end

export const hopsOf = (branch: Branch): ReadonlyArray<string> => branch.forward.hops.map(({ component: id }) => id)
