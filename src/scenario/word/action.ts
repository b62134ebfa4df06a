/** What a timeline can do: each word is one action, named by the owner's ids. Names without a namespace are in `default`. */
import { Schema } from "effect"
import type { Action } from "../../model/fault/action.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { readCount, readName, readOptions, readShare } from "../read.ts"
import { type Budget, budgetSpecOf } from "./budget.ts"
import { PlacingFields, placingOf } from "./placing.ts"
import { qualified } from "./probe.ts"
import { RunningFields, runningOf } from "./running.ts"

/** A zone goes dark: its hosts, front ends and volumes stop as they stand and answer nothing. */
export const cutZone = (zone: string): Action => ({ _tag: "CutZone", zone: readName(zone, "cutZone(", placeOfCall(cutZone)) })

/** A dark zone comes back: everything in it resumes as it stood. */
export const healZone = (zone: string): Action => ({ _tag: "HealZone", zone: readName(zone, "healZone(", placeOfCall(healZone)) })

/** A share of the flows between a zone and the others is lost; no host in it stops: `degradeZone("b", "2%")`. */
export const degradeZone = (zone: string, loss: string): Action => {
  const place = placeOfCall(degradeZone)
  return { _tag: "DegradeZone", zone: readName(zone, "degradeZone(", place), loss: readShare(loss, "degradeZone(…, ", place) }
}

/** It loses nothing any more. */
export const mendZone = (zone: string): Action => ({ _tag: "MendZone", zone: readName(zone, "mendZone(", placeOfCall(mendZone)) })

const names = (given: ReadonlyArray<string>, word: string, place: Place | undefined): ReadonlyArray<string> =>
  given.map((name) => readName(name, word, place))

/** Machines stop as they stand. */
export const cutNodes = (...nodes: ReadonlyArray<string>): Action => ({
  _tag: "CutNodes",
  nodes: names(nodes, "cutNodes(", placeOfCall(cutNodes))
})

/** Machines resume as they stood. */
export const healNodes = (...nodes: ReadonlyArray<string>): Action => ({
  _tag: "HealNodes",
  nodes: names(nodes, "healNodes(", placeOfCall(healNodes))
})

/** The node objects are deleted, as a cloud controller does when an instance is gone. */
export const deleteNodes = (...nodes: ReadonlyArray<string>): Action => ({
  _tag: "DeleteNodes",
  nodes: names(nodes, "deleteNodes(", placeOfCall(deleteNodes))
})

/** Nodes that stood by (`joins: "later"`) join the cluster. */
export const joinNodes = (...nodes: ReadonlyArray<string>): Action => ({
  _tag: "JoinNodes",
  nodes: names(nodes, "joinNodes(", placeOfCall(joinNodes))
})

/** The kubelet says that its own node is not ready, or that it is. */
export const turnKubelet = (node: string, ready: boolean): Action => ({
  _tag: "TurnKubelet",
  node: readName(node, "turnKubelet(", placeOfCall(turnKubelet)),
  ready
})

export const cordon = (node: string): Action => ({ _tag: "Cordon", node: readName(node, "cordon(", placeOfCall(cordon)), cordoned: true })
export const uncordon = (node: string): Action => ({
  _tag: "Cordon",
  node: readName(node, "uncordon(", placeOfCall(uncordon)),
  cordoned: false
})

/** `kubectl drain`: cordons, then evicts every pod but those of DaemonSets, asking again while a budget refuses. */
export const drain = (node: string): Action => ({ _tag: "Drain", node: readName(node, "drain(", placeOfCall(drain)) })

const TaintOptions = Schema.Struct({
  key: Schema.NonEmptyString,
  value: Schema.optionalKey(Schema.String),
  effect: Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])
})

export const taintNode = (node: string, options: typeof TaintOptions.Type): Action => {
  const place = placeOfCall(taintNode)
  return { _tag: "TaintNode", node: readName(node, "taintNode(", place), ...readOptions(TaintOptions, options, "taintNode", place) }
}

export const untaintNode = (node: string, options: Omit<typeof TaintOptions.Type, "value">): Action => {
  const place = placeOfCall(untaintNode)
  const { key, effect } = readOptions(TaintOptions, options, "untaintNode", place)
  return { _tag: "UntaintNode", node: readName(node, "untaintNode(", place), key, effect }
}

/** The out-of-service taint of a node that is known to be dead: its pods are let go by force. Source: kubernetes.io, non-graceful node shutdown. */
export const markOutOfService = (node: string): Action => ({
  _tag: "TaintNode",
  node: readName(node, "markOutOfService(", placeOfCall(markOutOfService)),
  key: "node.kubernetes.io/out-of-service",
  value: "nodeshutdown",
  effect: "NoExecute"
})

export const scale = (workload: string, replicas: number): Action => {
  const place = placeOfCall(scale)
  return { _tag: "Scale", workload: qualified(readName(workload, "scale(", place)), replicas: readCount(replicas, 0, "scale(…, ", place) }
}

const Changes = Schema.Struct({
  ...PlacingFields,
  ...RunningFields,
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  requests: Schema.optionalKey(Schema.Struct({ milliCpu: Schema.Int, memoryMiB: Schema.Int }))
})

/** A new version of a Deployment, StatefulSet or DaemonSet: its template with these changes. A version that was in force before comes back, with them. */
export const rollout = (workload: string, version: string, changes: typeof Changes.Type = {}): Action => {
  const place = placeOfCall(rollout)
  const given = readOptions(Changes, changes, `rollout ${workload}`, place)
  const { labels, requests } = given
  return {
    _tag: "Rollout",
    workload: qualified(readName(workload, "rollout(", place)),
    version: readName(version, "rollout(…, ", place),
    changes: {
      ...runningOf(given, "rollout", place),
      ...placingOf(given, labels ?? {}, "rollout", place),
      ...(labels === undefined ? {} : { labels }),
      ...(requests === undefined ? {} : { requests })
    }
  }
}

/** Back to the template before the last rollout. */
export const rollback = (workload: string): Action => ({
  _tag: "Rollback",
  workload: qualified(readName(workload, "rollback(", placeOfCall(rollback)))
})

/** Asks the eviction API for pods by name, all at once, and again every `evictionRetryMs` while it refuses. */
export const evictPods = (...pods: ReadonlyArray<string>): Action => ({
  _tag: "EvictPods",
  pods: names(pods, "evictPods(", placeOfCall(evictPods)).map(qualified)
})

/** Deletes pods by name; budgets are not asked. */
export const deletePods = (...pods: ReadonlyArray<string>): Action => ({
  _tag: "DeletePods",
  pods: names(pods, "deletePods(", placeOfCall(deletePods)).map(qualified)
})

/** The eviction API, for every pod that the workload has then. */
export const evictWorkload = (workload: string): Action => ({
  _tag: "EvictWorkload",
  workload: qualified(readName(workload, "evictWorkload(", placeOfCall(evictWorkload)))
})

/** Deletes every pod that the workload has then. */
export const deleteWorkloadPods = (workload: string): Action => ({
  _tag: "DeleteWorkloadPods",
  workload: qualified(readName(workload, "deleteWorkloadPods(", placeOfCall(deleteWorkloadPods)))
})

export const applyBudget = (name: string, options: Budget): Action => {
  const place = placeOfCall(applyBudget)
  return { _tag: "ApplyBudget", budget: budgetSpecOf(name, options, "applyBudget", place) }
}

export const removeBudget = (name: string): Action => ({
  _tag: "RemoveBudget",
  budget: qualified(readName(name, "removeBudget(", placeOfCall(removeBudget)))
})

/** The CPU that a workload's pods have to do together from then on. */
export const setLoad = (workload: string, milliCpu: number): Action => {
  const place = placeOfCall(setLoad)
  return {
    _tag: "SetLoad",
    workload: qualified(readName(workload, "setLoad(", place)),
    milliCpu: readCount(milliCpu, 0, "setLoad(…, ", place)
  }
}
