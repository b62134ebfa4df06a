/**
 * What an action of the timeline does at once. A fault that finds nothing is recorded with 0 components: the run is then
 * inconclusive, never green. An operator's move that finds nothing says so.
 */
import type { Action } from "../fault/action.ts"
import { isCapacityAction } from "../fault/action-capacity.ts"
import { actOnBalancers } from "./act-on-balancers.ts"
import { actOnCapacity } from "./act-on-capacity.ts"
import { actOnCluster } from "./act-on-cluster.ts"
import { beginChange } from "./change-network.ts"
import { refuses } from "./control-plane.ts"
import { componentsOfGateway, componentsOfZone } from "./fabric-of-zones.ts"
import { holdConnections } from "./held-connections.ts"
import { nodeComponent } from "./ids.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const act = (world: World, action: Action, turn: WorldTurn): void => {
  switch (action._tag) {
    case "CutZone":
    case "HealZone": {
      const condition = action._tag === "CutZone" ? "up" : "silent"
      const components = componentsOfZone(world.fabric.components, action.zone).filter(
        (id) => world.fabric.components.get(id)?.condition === condition
      ).length
      turn.emit({ _tag: action._tag === "CutZone" ? "fault/ZoneLost" : "fault/ZoneReturned", zone: action.zone, components })
      return
    }
    case "DegradeZone":
    case "MendZone": {
      const loss = action._tag === "DegradeZone" ? action.loss : "0"
      if (loss === "0" && !world.fabric.losses.has(action.zone))
        turn.emit({ _tag: "fault/MoveFailed", subject: action.zone, why: "its link loses nothing" })
      else turn.emit({ _tag: "fault/ZoneLinkTurned", zone: action.zone, loss })
      return
    }
    case "CutNodes":
    case "HealNodes":
      for (const node of action.nodes) {
        const condition = action._tag === "CutNodes" ? "up" : "silent"
        const components = world.fabric.components.get(nodeComponent(node))?.condition === condition ? 1 : 0
        turn.emit({ _tag: action._tag === "CutNodes" ? "fault/NodeLost" : "fault/NodeReturned", node, components })
      }
      return
    case "CutGateway":
    case "HealGateway":
    case "ExhaustPorts":
    case "RestorePorts":
      return actOnGateway(world, action, turn)
    case "HoldConnections":
      return holdConnections(world, action, turn)
    case "ReclaimNodes":
      return reclaim(world, action, turn)
    case "ChangeNetwork":
      return beginChange(world, action.change, turn)
    case "ShiftZone":
    case "EndShift":
    case "BreakChecks":
    case "MendChecks":
      return actOnBalancers(world, action, turn)
    default:
      if (isCapacityAction(action)) return actOnCapacity(world, action, turn)
      return refuses(world, action, turn) ? undefined : actOnCluster(world, action, turn)
  }
}

type GatewayMove = Extract<Action, { readonly _tag: "CutGateway" | "HealGateway" | "ExhaustPorts" | "RestorePorts" }>

const actOnGateway = (world: World, action: GatewayMove, turn: WorldTurn): void => {
  const { gateway } = action
  const { components } = world.fabric
  const known = componentsOfGateway(components, gateway)
  if (action._tag === "CutGateway" || action._tag === "HealGateway") {
    const condition = action._tag === "CutGateway" ? "up" : "silent"
    const count = known.filter((id) => components.get(id)?.condition === condition).length
    turn.emit({ _tag: action._tag === "CutGateway" ? "fault/GatewayLost" : "fault/GatewayReturned", gateway, components: count })
    return
  }
  if (known.some((id) => components.get(id)?.translation?.rule._tag === "Masquerade"))
    turn.emit({ _tag: "fault/PortsTurned", gateway, exhausted: action._tag === "ExhaustPorts" })
  else turn.emit({ _tag: "fault/MoveFailed", subject: gateway, why: "it translates no ports" })
}

/** Notice is given; when it is over, the instances end. */
const reclaim = (world: World, action: Extract<Action, { readonly _tag: "ReclaimNodes" }>, turn: WorldTurn): void => {
  for (const node of action.nodes) {
    if (!world.cluster.nodes.has(node)) {
      turn.emit({ _tag: "fault/MoveFailed", subject: node, why: "no such node" })
      continue
    }
    const untilMs = turn.now + action.noticeMs
    const cause = turn.emit({ _tag: "fault/ReclaimNoticed", node, untilMs })
    turn.ask({ _tag: "fault/ReclaimDue", node }, untilMs, cause)
    if (action.drains) actOnCluster(world, { _tag: "Drain", node }, turn)
  }
}

/** The group it was of launches another. */
export const endReclaimed = (world: World, { node }: { readonly node: string }, turn: WorldTurn): void => {
  const group = world.cluster.nodes.get(node)?.spec.nodeGroup
  if (group === undefined) return
  turn.emit({ _tag: "kube/InstanceTerminated", group, instance: node, reason: "reclaimed" })
  if (world.cluster.groups.has(group)) turn.askOnce(group, { _tag: "kube/LaunchDue", group }, turn.now + world.settings.asgLaunchMs)
}
