/** Budgets and autoscalers of workloads, as their owner describes them. */
import { Schema } from "effect"
import { isAmount } from "../../model/kube/amount.ts"
import { Amount, type BudgetSpec } from "../../model/kube/spec.ts"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName, readOptions } from "../read.ts"
import { qualified } from "./probe.ts"
import type { Described } from "./workload.ts"

const BudgetOptions = Schema.Struct({
  namespace: Schema.optionalKey(Schema.NonEmptyString),
  /** Labels of the pods it protects. */
  selector: Schema.Record(Schema.String, Schema.String),
  minAvailable: Schema.optionalKey(Amount),
  maxUnavailable: Schema.optionalKey(Amount),
  unreadyMayGo: Schema.optionalKey(Schema.Boolean)
})
export type Budget = typeof BudgetOptions.Type

export const budgetSpecOf = (name: string, options: Budget, word: string, place: Place | undefined): BudgetSpec => {
  const given = readOptions(BudgetOptions, options, `${word} ${name}`, place)
  const amounts = [given.minAvailable, given.maxUnavailable].filter((amount) => amount !== undefined)
  const wrong = (note: string, underlined: string): never =>
    misuse(
      errorOf("D008", `${word} ${name}: it says no amount that can be kept`, {
        place,
        underlined,
        notes: [note],
        help: 'write minAvailable: 2 or maxUnavailable: "25%"'
      })
    )
  if (amounts.length !== 1) wrong("exactly one of minAvailable and maxUnavailable", word)
  for (const amount of amounts) if (!isAmount(amount)) wrong(`found ${JSON.stringify(amount)}`, String(amount))
  return {
    name: readName(name, `${word}(`, place),
    namespace: given.namespace ?? "default",
    selector: { labels: given.selector, requirements: [] },
    ...(given.minAvailable === undefined ? {} : { minAvailable: given.minAvailable }),
    ...(given.maxUnavailable === undefined ? {} : { maxUnavailable: given.maxUnavailable }),
    ...(given.unreadyMayGo === undefined ? {} : { alwaysAllowUnready: given.unreadyMayGo })
  }
}

/** A PodDisruptionBudget. */
export const budget = (name: string, options: Budget): Described => {
  const place = placeOfCall(budget)
  return { _tag: "Budget", spec: budgetSpecOf(name, options, "budget", place), place }
}

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const AutoscalerOptions = Schema.Struct({
  min: Count,
  max: Count,
  /** Share of the requested CPU that a pod should use, in percent. */
  targetPercent: Count
})

/** A HorizontalPodAutoscaler on the CPU of a workload's pods. */
export const podAutoscaler = (workload: string, options: typeof AutoscalerOptions.Type): Described => {
  const place = placeOfCall(podAutoscaler)
  const { min, max, targetPercent } = readOptions(AutoscalerOptions, options, `podAutoscaler ${workload}`, place)
  return {
    _tag: "PodAutoscaler",
    spec: { workload: qualified(readName(workload, "podAutoscaler(", place)), minReplicas: min, maxReplicas: max, targetPercent },
    place
  }
}
