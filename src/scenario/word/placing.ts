/**
 * Where a workload's pods may stand, as its owner says it: selectors, tolerations, spread, company. Short names stand for the usual
 * labels: `zone`, `host`. A selector that is left out means the workload's own pods.
 */
import { Schema } from "effect"
import { hostnameLabel, zoneLabel } from "../../model/kube/labels.ts"
import type { LabelSelector, PodTemplate } from "../../model/kube/template.ts"
import type { Place } from "../plan.ts"
import { readTime } from "../read.ts"

const Name = Schema.NonEmptyString
const Labels = Schema.Record(Schema.String, Schema.String)
const Term = Schema.Struct({ labels: Schema.optionalKey(Labels), within: Name })
const Weighted = Schema.Struct({ weight: Schema.optionalKey(Schema.Int), labels: Schema.optionalKey(Labels), within: Name })

export const PlacingFields = {
  nodeSelector: Schema.optionalKey(Labels),
  tolerations: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        /** Every taint when left out. */
        key: Schema.optionalKey(Name),
        value: Schema.optionalKey(Schema.String),
        effect: Schema.optionalKey(Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])),
        /** How long NoExecute is borne; for ever when left out. */
        for: Schema.optionalKey(Schema.String)
      })
    )
  ),
  spread: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        /** `zone`, `host`, or a node label. */
        over: Name,
        maxSkew: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
        whenUnsatisfiable: Schema.Literals(["DoNotSchedule", "ScheduleAnyway"]),
        labels: Schema.optionalKey(Labels),
        minDomains: Schema.optionalKey(Schema.Int),
        nodeTaintsPolicy: Schema.optionalKey(Schema.Literals(["Honor", "Ignore"])),
        nodeAffinityPolicy: Schema.optionalKey(Schema.Literals(["Honor", "Ignore"]))
      })
    )
  ),
  /** Pods to be with or away from, within a zone, a host or a node label's value. */
  beside: Schema.optionalKey(Schema.Array(Term)),
  besidePreferred: Schema.optionalKey(Schema.Array(Weighted)),
  apart: Schema.optionalKey(Schema.Array(Term)),
  apartPreferred: Schema.optionalKey(Schema.Array(Weighted)),
  /** Zones it may stand in. */
  zones: Schema.optionalKey(Schema.Array(Name)),
  priority: Schema.optionalKey(Schema.Int)
} as const
const Placing = Schema.Struct(PlacingFields)
export type Placing = typeof Placing.Type

/** The node label that a short name stands for. */
const topologyKeyOf = (name: string): string => (name === "zone" ? zoneLabel : name === "host" ? hostnameLabel : name)

const usualWeight = 100

/** The members of a template that say where it may stand. */
export const placingOf = (
  given: Placing,
  own: Readonly<Record<string, string>>,
  word: string,
  place: Place | undefined
): Partial<PodTemplate> => {
  const selector = (labels: Readonly<Record<string, string>> | undefined): LabelSelector => ({ labels: labels ?? own, requirements: [] })
  const term = ({ labels, within }: typeof Term.Type) => ({ selector: selector(labels), topologyKey: topologyKeyOf(within) })
  const weighted = ({ weight, ...rest }: typeof Weighted.Type) => ({ weight: weight ?? usualWeight, term: term(rest) })
  const affinity = {
    ...(given.zones === undefined ? {} : { nodeRequired: [[{ key: zoneLabel, operator: "In" as const, values: given.zones }]] }),
    ...(given.beside === undefined ? {} : { podRequired: given.beside.map(term) }),
    ...(given.besidePreferred === undefined ? {} : { podPreferred: given.besidePreferred.map(weighted) }),
    ...(given.apart === undefined ? {} : { antiRequired: given.apart.map(term) }),
    ...(given.apartPreferred === undefined ? {} : { antiPreferred: given.apartPreferred.map(weighted) })
  }
  return {
    ...(given.nodeSelector === undefined ? {} : { nodeSelector: given.nodeSelector }),
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(given.tolerations === undefined
      ? {}
      : {
          tolerations: given.tolerations.map(({ key, value, effect, for: span }) => ({
            key: key ?? "",
            operator: value === undefined ? ("Exists" as const) : ("Equal" as const),
            ...(value === undefined ? {} : { value }),
            ...(effect === undefined ? {} : { effect }),
            ...(span === undefined ? {} : { seconds: Math.floor(readTime(span, `${word} tolerations for: `, place) / 1_000) })
          }))
        }),
    ...(given.spread === undefined
      ? {}
      : {
          spread: given.spread.map(({ over, maxSkew, labels, ...rest }) => ({
            maxSkew: maxSkew ?? 1,
            topologyKey: topologyKeyOf(over),
            selector: selector(labels),
            ...rest
          }))
        }),
    ...(given.priority === undefined ? {} : { priority: given.priority })
  }
}
