/** Operators' moves on the cluster: through the API server, so nothing here waits for a node. */
import type { Action } from "../fault/action.ts"
import type { CapacityAction } from "../fault/action-capacity.ts"
import { drainedPods } from "../kube/budget.ts"
import { isActive } from "../kube/pods.ts"
import { joinOf } from "../kube/registration.ts"
import { keyOf } from "../kube/state.ts"
import { drawSuffix } from "../value/chance.ts"
import { sortedKeys } from "../value/text.ts"
import type { BalanceMove } from "./act-on-balancers.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

type Move = Exclude<
  Action,
  | CapacityAction
  | {
      readonly _tag:
        | "CutZone"
        | "HealZone"
        | "ExhaustPorts"
        | "RestorePorts"
        | "HoldConnections"
        | "ReclaimNodes"
        | "DegradeZone"
        | "MendZone"
        | "CutNodes"
        | "HealNodes"
        | "CutGateway"
        | "HealGateway"
        | "ChangeNetwork"
        | BalanceMove["_tag"]
    }
>

/** What the moves are called where they are told. */
const operator = "an operator"
/** A pod-template hash as Deployments write it. */
const hashLength = 10

export const actOnCluster = (world: World, move: Move, turn: WorldTurn): void => {
  const fail = (subject: string, why: string): void => void turn.emit({ _tag: "fault/MoveFailed", subject, why })
  const { cluster } = world
  switch (move._tag) {
    case "DeleteNodes":
      for (const node of move.nodes) {
        if (cluster.nodes.has(node)) turn.emit({ _tag: "kube/NodeDeleted", node, by: operator })
        else fail(node, "no such node object")
      }
      return
    case "JoinNodes":
      for (const node of move.nodes) {
        const known = cluster.nodes.get(node)
        if (known === undefined || known.joined) fail(node, known === undefined ? "no such node" : "it has joined already")
        else turn.emit(joinOf(world, node, known.zone))
      }
      return
    case "ApplyBudget":
      turn.emit({ _tag: "kube/BudgetApplied", budget: keyOf(move.budget), spec: move.budget })
      return
    case "RemoveBudget":
      if (cluster.budgets.has(move.budget)) turn.emit({ _tag: "kube/BudgetRemoved", budget: move.budget })
      else fail(move.budget, "no such budget")
      return
    case "EvictPods":
      return actOnPods(world, move._tag, move.pods, turn, move.once)
    case "DeletePods":
      return actOnPods(world, move._tag, move.pods, turn)
    case "EvictWorkload":
    case "DeleteWorkloadPods": {
      const workload = cluster.workloads.get(move.workload)
      const pods = sortedKeys(workload?.pods ?? []).filter((id) => isActive(cluster.pods.get(id)))
      if (pods.length === 0) return fail(move.workload, "it has no pods")
      return actOnPods(world, move._tag === "EvictWorkload" ? "EvictPods" : "DeletePods", pods, turn)
    }
    case "Scale":
    case "Rollout":
    case "Rollback":
    case "SetLoad":
      return actOnWorkload(world, move, turn, fail)
    default:
      return actOnNode(world, move, turn, fail)
  }
}

type Fail = (subject: string, why: string) => void

const actOnPods = (world: World, tag: "EvictPods" | "DeletePods", pods: ReadonlyArray<string>, turn: WorldTurn, once = false): void => {
  for (const pod of pods) {
    if (!isActive(world.cluster.pods.get(pod))) turn.emit({ _tag: "fault/MoveFailed", subject: pod, why: "no such pod" })
    else if (tag === "DeletePods") turn.emit({ _tag: "kube/PodDeleted", pod, by: "operator", force: false })
    else turn.ask({ _tag: "kube/EvictDue", pod, by: operator, ...(once ? { once } : {}) }, turn.now)
  }
}

const actOnWorkload = (
  world: World,
  move: Extract<Move, { readonly _tag: "Scale" | "Rollout" | "Rollback" | "SetLoad" }>,
  turn: WorldTurn,
  fail: Fail
): void => {
  const id = move.workload
  const workload = world.cluster.workloads.get(id)
  if (workload === undefined) return fail(id, "no such workload")
  switch (move._tag) {
    case "Scale":
      turn.emit({ _tag: "kube/WorkloadScaled", workload: id, replicas: move.replicas, by: operator })
      return
    case "SetLoad":
      turn.emit({ _tag: "kube/LoadTurned", workload: id, milliCpu: move.milliCpu })
      return
    case "Rollback": {
      const hash = workload.hashBefore
      const template = hash === undefined ? undefined : workload.templates.get(hash)
      if (hash === undefined || template === undefined) return fail(id, "there is no template to go back to")
      turn.emit({ _tag: "kube/RolloutBegan", workload: id, hash, template })
      return
    }
    case "Rollout": {
      const hash = drawSuffix(turn.chance, hashLength, "template-hash", `${id}@${move.version}`)
      const before = workload.templates.get(workload.hash) ?? workload.spec.template
      const template = { ...(workload.templates.get(hash) ?? before), ...move.changes }
      turn.emit({ _tag: "kube/RolloutBegan", workload: id, hash, template })
    }
  }
}

const actOnNode = (world: World, move: Extract<Move, { readonly node: string }>, turn: WorldTurn, fail: Fail): void => {
  const known = world.cluster.nodes.get(move.node)
  if (known === undefined) return fail(move.node, "no such node")
  switch (move._tag) {
    case "TurnKubelet":
      turn.emit({
        _tag: "kube/NodeReadinessTurned",
        node: move.node,
        ready: move.ready ? "True" : "False",
        reason: move.ready ? "KubeletReady" : "KubeletNotReady"
      })
      return
    case "Cordon":
      turn.emit({ _tag: "kube/NodeCordoned", node: move.node, cordoned: move.cordoned })
      return
    case "Drain":
      turn.emit({ _tag: "kube/NodeCordoned", node: move.node, cordoned: true })
      turn.emit({ _tag: "kube/DrainBegan", node: move.node })
      for (const pod of drainedPods(world, move.node))
        turn.ask({ _tag: "kube/EvictDue", pod, by: "kubectl drain", drains: move.node }, turn.now)
      return
    case "TaintNode": {
      const { node, key, effect, value } = move
      turn.emit({ _tag: "kube/NodeTainted", node, key, effect, ...(value === undefined ? {} : { value }) })
      return
    }
    case "UntaintNode":
      turn.emit({ _tag: "kube/NodeUntainted", node: move.node, key: move.key, effect: move.effect })
  }
}
