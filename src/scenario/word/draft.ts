/**
 * `drill("name")`: a scenario written as a page. Every word gives a new draft and leaves the one before as it was, so that a variant
 * is a draft with a little more said. What the words say together is checked when the draft becomes a plan.
 */
import { Schema } from "effect"
import { Action } from "../../model/fault/action.ts"
import type { Millis } from "../../model/value/instant.ts"
import type { SettingValue } from "../../model/value/setting.ts"
import { OutsideHost } from "../../model/world/outside.ts"
import { ProbeSpec } from "../../model/world/probe.ts"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName, readOptions, readTime } from "../read.ts"
import { Threshold } from "./balancer.ts"
import type { Shape } from "./claim.ts"
import type { Cluster } from "./cluster.ts"
import type { Network } from "./network.ts"

export interface Placed<Value> {
  readonly value: Value
  readonly place: Place | undefined
}

/** What a draft has been told so far. */
export interface Told {
  readonly name: string
  readonly place: Place | undefined
  readonly about: string
  readonly lesson: string
  readonly network: Network | undefined
  readonly cluster: Cluster | undefined
  readonly probes: ReadonlyArray<Placed<ProbeSpec>>
  readonly outside: ReadonlyArray<Placed<OutsideHost>>
  readonly timeline: ReadonlyArray<Placed<{ readonly atMs: Millis; readonly action: Action }>>
  readonly until: Placed<Millis> | undefined
  readonly expectations: ReadonlyArray<Placed<{ readonly id: string; readonly shape: Shape }>>
  readonly settings: ReadonlyArray<Placed<{ readonly name: string; readonly value: SettingValue }>>
  /** Changes of balancers by the Service's or the balancer's name. */
  readonly balancers: ReadonlyArray<Placed<{ readonly id: string; readonly change: BalancerChange }>>
  readonly variants: ReadonlyArray<Placed<{ readonly name: string; readonly change: (base: Draft) => Draft }>>
}

const ProbeOptions = Schema.Struct({
  path: Schema.optionalKey(Schema.NonEmptyString),
  host: Schema.optionalKey(Schema.NonEmptyString),
  protocol: Schema.optionalKey(Schema.Literals(["tcp", "udp"])),
  /** By connections that are opened at the start and kept, instead of a new one each time. */
  kept: Schema.optionalKey(Schema.Boolean)
})
const BalancerOptions = Schema.Struct({ crossZone: Schema.optionalKey(Schema.Boolean), unhealthyThreshold: Schema.optionalKey(Threshold) })
export type BalancerChange = typeof BalancerOptions.Type

export interface Draft {
  /** What is played, one or two sentences. */
  readonly about: (text: string) => Draft
  /** What it teaches, one sentence; shown when the drill breaks, as it may be meant to. */
  readonly lesson: (text: string) => Draft
  readonly topology: (network: Network) => Draft
  readonly cluster: (cluster: Cluster) => Draft
  /** A question asked throughout the run: `.probe("host", from.internet(), to.balancer("web", 80), { path: "/host" })`. */
  readonly probe: (id: string, from: ProbeSpec["from"], to: ProbeSpec["to"], options?: typeof ProbeOptions.Type) => Draft
  /** A host on the internet that the cluster calls: `.outside("partner", { address: "198.51.100.10", ports: [443], admits: ["192.0.2.1/32"] })`. */
  readonly outside: (id: string, options: Omit<OutsideHost, "id">) => Draft
  /** An entry of the timeline, at a duration since the start: `.at("2m", cutZone("us-west-2c"))`. */
  readonly at: (time: string, action: Action) => Draft
  /** When the run ends. */
  readonly until: (time: string) => Draft
  /** A claim with a deadline: `.expect("host recovers", delivered("host").within("2m").after("2m"))`. */
  readonly expect: (id: string, shape: Shape) => Draft
  /** Settings of the model: `.set({ graceMs: "50s" })`. */
  readonly set: (settings: Readonly<Record<string, SettingValue>>) => Draft
  /** Changes the balancer of a Service or an Ingress. */
  readonly balancer: (id: string, options: typeof BalancerOptions.Type) => Draft
  /** A named change, played with `--variant`: `.variant("grace 50", (base) => base.set({ graceMs: "50s" }))`. */
  readonly variant: (name: string, change: (base: Draft) => Draft) => Draft
}

const told = new WeakMap<object, Told>()

/** What a value was told, when it is a draft. */
export const toldOf = (value: unknown): Told | undefined => (typeof value === "object" && value !== null ? told.get(value) : undefined)

const textOf = (value: unknown, word: string, place: Place | undefined): string => readName(value, word, place).trim().replace(/\s+/g, " ")

const draftOf = (now: Told): Draft => {
  const more = (change: Partial<Told>): Draft => draftOf({ ...now, ...change })
  const draft: Draft = {
    about: (text) => more({ about: textOf(text, "about(", placeOfCall(draft.about)) }),
    lesson: (text) => more({ lesson: textOf(text, "lesson(", placeOfCall(draft.lesson)) }),
    topology: (network) => more({ network: wanted(network, "topology", "a network", placeOfCall(draft.topology), "topology") }),
    cluster: (cluster) => more({ cluster: wanted(cluster, "cluster", "a cluster", placeOfCall(draft.cluster), "nodeGroups") }),
    probe: (id, from, to, options = {}) => {
      const place = placeOfCall(draft.probe)
      const { path, host, protocol, kept } = readOptions(ProbeOptions, options, `probe ${id}`, place)
      const request = {
        ...(path === undefined ? {} : { path }),
        ...(host === undefined ? {} : { host }),
        ...(kept === true ? { kept: true as const } : {})
      }
      const said = { id: readName(id, "probe(", place), from, to, protocol: protocol ?? "tcp", ...request }
      return more({ probes: [...now.probes, { value: readOptions(ProbeSpec, said, `probe ${id}`, place), place }] })
    },
    outside: (id, options) => {
      const place = placeOfCall(draft.outside)
      const said = { id: readName(id, "outside(", place), ...wanted(options, "outside", "a record", place) }
      return more({ outside: [...now.outside, { value: readOptions(OutsideHost, said, `outside ${id}`, place), place }] })
    },
    at: (time, action) => {
      const place = placeOfCall(draft.at)
      const value = { atMs: readTime(time, "at(", place), action: readOptions(Action, action, "at(…, action)", place) }
      return more({ timeline: [...now.timeline, { value, place }] })
    },
    until: (time) => {
      const place = placeOfCall(draft.until)
      return more({ until: { value: readTime(time, "until(", place), place } })
    },
    expect: (id, shape) => {
      const place = placeOfCall(draft.expect)
      const value = { id: readName(id, "expect(", place), shape: finished(shape, id, place) }
      return more({ expectations: [...now.expectations, { value, place }] })
    },
    set: (settings) => {
      const place = placeOfCall(draft.set)
      const entries = Object.entries(wanted(settings, "set", "a record of settings", place))
      return more({ settings: [...now.settings, ...entries.map(([name, value]) => ({ value: { name, value }, place }))] })
    },
    balancer: (id, options) => {
      const place = placeOfCall(draft.balancer)
      const change = readOptions(BalancerOptions, options, `balancer ${id}`, place)
      return more({ balancers: [...now.balancers, { value: { id: readName(id, "balancer(", place), change }, place }] })
    },
    variant: (name, change) => {
      const place = placeOfCall(draft.variant)
      return more({ variants: [...now.variants, { value: { name: readName(name, "variant(", place), change }, place }] })
    }
  }
  told.set(draft, now)
  return draft
}

/** An object, with the member by which its kind is known. */
const wanted = <Value>(value: Value, word: string, expected: string, place: Place | undefined, member?: string): Value =>
  typeof value === "object" && value !== null && (member === undefined || member in value)
    ? value
    : misuse(errorOf("D008", `${word}(…): ${expected} was expected`, { place, underlined: word, notes: [`found ${typeof value}`] }))

const finished = (shape: Shape, id: string, place: Place | undefined): Shape =>
  typeof shape === "object" && shape !== null && (shape._tag === "Sustained" || shape._tag === "Recovered")
    ? shape
    : misuse(
        errorOf("D008", `expect("${id}", …): the claim has no deadline`, {
          place,
          underlined: "expect",
          notes: ["a claim is sustained through a window, or recovered within a span"],
          help: 'end it with .sustained() or .within("2m").after(…)'
        })
      )

/** A scenario of this name. */
export const drill = (name: string): Draft => {
  const place = placeOfCall(drill)
  return draftOf({
    name: readName(name, "drill(", place),
    place,
    about: "",
    lesson: "",
    network: undefined,
    cluster: undefined,
    probes: [],
    outside: [],
    timeline: [],
    until: undefined,
    expectations: [],
    settings: [],
    balancers: [],
    variants: []
  })
}
