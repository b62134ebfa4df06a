/**
 * Who reaches whom, now: after anything in the fabric moved, the standing questions that read it are asked again. A node's path to
 * the API server decides its lease and its watch; a balancer's path to a target decides its health checks; our own probes wait
 * for the end of the instant. Heartbeats and checks are ordinary flows over the fabric.
 */

import { leasePhaseOf } from "../kube/phases.ts"
import type { Question } from "../net/fabric.ts"
import { takeMoved } from "../net/fabric-change.ts"
import { traceFlow } from "../net/trace.ts"
import type { Fails, Trace } from "../net/verdict.ts"
import { lastBeatUpTo } from "../value/instant.ts"
import { sortedKeys } from "../value/text.ts"
import { ownerOf } from "./balancer-owner.ts"
import { placeOf } from "./fabric-of-balancers.ts"
import { frontEndComponent } from "./ids.ts"
import type { EventOf } from "./message.ts"
import { nodeSender } from "./node-sender.ts"
import { dropQuestion, isDirty, noteAnswer, noteMoved, raiseQuestion, takeDirty } from "./standing.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const askOfNode = (world: World, event: EventOf<"kube/NodeJoined">): void =>
  raiseQuestion(world.ground.standing, `path/${event.node}`)

export const askOfTarget = (world: World, event: EventOf<"balance/TargetRegistered">): void =>
  raiseQuestion(world.ground.standing, `check/${event.balancer}/${event.target}`)

/** A target that is deregistered is not checked any more. */
export const dropTarget = (world: World, event: EventOf<"balance/TargetDraining">): void =>
  dropQuestion(world.ground.standing, `check/${event.balancer}/${event.target}`)

/** A health checker turned: its zone's targets are asked for again. */
export const askOfZone = (world: World, event: EventOf<"balance/CheckerTurned">): void => {
  for (const [target, { zone, draining }] of world.balancers.made.get(event.balancer)?.targets ?? [])
    if (zone === event.zone && draining === undefined) raiseQuestion(world.ground.standing, `check/${event.balancer}/${target}`)
}

/** A node that is gone asks nothing any more. */
export const dropNode = (world: World, event: EventOf<"kube/NodeDeleted">): void =>
  dropQuestion(world.ground.standing, `path/${event.node}`)

/** Asks again what moved. Hears every event that moves the fabric. */
export const askAgain = (world: World, _event: unknown, turn: WorldTurn): void => {
  const { standing } = world.ground
  noteMoved(standing, takeMoved(world.fabric))
  if (standing.dirty.size === 0) return
  for (const question of takeDirty(standing, "path")) askPath(world, question, turn)
  for (const question of takeDirty(standing, "check")) askCheck(world, question, turn)
  if (!turn.settling && isDirty(standing, "probe")) turn.askOnce("", { _tag: "probe/ProbesDue" }, turn.now)
}

/** By its name, where that has several addresses: the path is there while one of them answers. */
const apiTarget = (api: World["ground"]["plan"]["cluster"]["api"]): Question["to"] =>
  api.addresses === undefined ? { _tag: "Address", address: api.address } : { _tag: "Name", name: api.name }

const askPath = (world: World, question: string, turn: WorldTurn): void => {
  const node = question.slice("path/".length)
  if (!world.cluster.nodes.has(node)) return
  const { api } = world.ground.plan.cluster
  const trace = traceFlow(
    world.fabric,
    { from: nodeSender(world, node), to: apiTarget(api), protocol: "tcp", port: api.port },
    { hops: false }
  )
  noteAnswer(world.ground.standing, question, trace.touched)
  const reaches = trace.success.of > 0
  const before = world.cluster.nodes.get(node)?.reachable ?? true
  if (reaches === before) return
  if (reaches) {
    turn.emit({ _tag: "kube/NodePathRestored", node })
    return
  }
  const failure = failureOf(trace)
  turn.emit({ _tag: "kube/NodeCutOff", node, lastRenewalAt: lastRenewal(world, node, turn), reason: failure.reason, at: failure.at })
}

/** The heartbeat at the instant of the cut was still sent; a node that has made no contact since an earlier cut sent none. */
const lastRenewal = (world: World, node: string, turn: WorldTurn): number => {
  const known = world.cluster.nodes.get(node)
  const phase = known === undefined ? 0 : leasePhaseOf(world.settings, turn.chance, known.spec)
  return known?.cutOff !== undefined ? known.cutOff.lastRenewalAt : lastBeatUpTo(turn.now, world.settings.heartbeatMs, phase)
}

/** What stood in the way of the largest failing share: the reply's own obstacle when the way there was free. */
export const failureOf = (trace: Trace): { readonly reason: string; readonly at: string; readonly fails: Fails } => {
  const failing = trace.branches.find((branch) => !branch.ok)
  const end = failing === undefined ? undefined : failing.forward.end.fate === "delivered" ? failing.reply?.end : failing.forward.end
  return { reason: end?.reason ?? "ReplyStrayed", at: end?.origin?.resource ?? end?.at ?? "", fails: end?.fails ?? "timeout" }
}

/**
 * A health check goes out from a front end that is alive, the target's own zone first; the balancer keeps counting while the
 * zone's own front end is dead. It fails only if every share fails.
 */
const askCheck = (world: World, question: string, turn: WorldTurn): void => {
  const [, balancer = "", ...rest] = question.split("/")
  const target = rest.join("/")
  const made = world.balancers.made.get(balancer)
  const known = made?.targets.get(target)
  const { groups, loadBalancer } = ownerOf(world, balancer)
  const group = groups.find(({ id }) => id === known?.group)
  if (made === undefined || known === undefined || group === undefined || known.draining !== undefined) return
  const place = placeOf(world, loadBalancer, known.member, group)
  if (place === undefined) return
  const zones = sortedKeys(made.frontEnds.keys())
  const own = known.zone
  const from = [...zones.filter((zone) => zone === own), ...zones].find((zone) => made.frontEnds.get(zone)?.up)
  const senders = zones.map((zone) => `component/${frontEndComponent(balancer, zone)}`)
  if (from === undefined) {
    noteAnswer(world.ground.standing, question, senders)
    return turnPath(world, balancer, target, { ok: false, fails: "timeout", why: "no front end is alive" }, turn)
  }
  const trace = traceFlow(
    world.fabric,
    {
      from: loadBalancer.checksFrom ?? frontEndComponent(balancer, from),
      to: { _tag: "Address", address: place.address },
      protocol: "tcp",
      port: place.port
    },
    { hops: false }
  )
  noteAnswer(world.ground.standing, question, [...new Set([...trace.touched, ...senders])])
  if (made.frontEnds.get(own)?.checkerBroken === true)
    return turnPath(world, balancer, target, { ok: false, fails: "error", why: `the health checker of ${own} is broken` }, turn)
  const ok = trace.success.of > 0
  const failure = failureOf(trace)
  turnPath(world, balancer, target, { ok, fails: ok ? "" : failure.fails, why: ok ? "" : `${failure.reason} at ${failure.at}` }, turn)
}

const turnPath = (
  world: World,
  balancer: string,
  target: string,
  path: { readonly ok: boolean; readonly fails: string; readonly why: string },
  turn: WorldTurn
): void => {
  const known = world.balancers.made.get(balancer)?.targets.get(target)
  if (known === undefined || (known.chain !== 0 && known.path.ok === path.ok && known.path.fails === path.fails)) return
  turn.emit({ _tag: "balance/CheckPathTurned", balancer, target, ...path })
}
