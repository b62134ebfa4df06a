/**
 * Connections that are kept: what was opened once, and whether it still carries packets after the network has changed. A filter
 * that remembers lets it pass though its rule is gone; one that does not, or a place that has forgotten, cuts it.
 * Not modelled: idle time-outs; a balancer that ends connections to a target it gives up.
 */
import type { Ratio } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import { type Failure, failureOf } from "./ask.ts"
import type { Fabric, Question } from "./fabric.ts"
import type { Flow } from "./flow.ts"
import type { Session } from "./session.ts"
import { traceFlow } from "./trace.ts"
import type { Branch } from "./verdict.ts"
import { belongsTo } from "./walk.ts"

/**
 * A share of the flows of one question, as it was opened. Plain data. `arrived`: how its packets reach the other end. `epochs`: of the
 * components at its ends, and of those on its way that keep something of it.
 */
export interface Connection {
  readonly share: Ratio
  readonly question: Question
  readonly arrived: Flow
  readonly reached: string
  /** The host of what was reached, which says goodbye for it when it ends. */
  readonly home?: string
  readonly sessions: ReadonlyArray<Session>
  readonly epochs: Readonly<Record<string, number>>
  /** A stateless filter beyond a translation lets a part of its ports pass, and which cannot be told: it lives while any does. */
  readonly isPart?: true
}

export interface Opened {
  readonly connections: ReadonlyArray<Connection>
  /** Shares that could not be opened. */
  readonly refused: ReadonlyArray<{ readonly share: Ratio; readonly failure: Failure }>
  readonly touched: ReadonlyArray<string>
}

/** Opens a question's flows, a connection a branch. */
export const openConnections = (fabric: Fabric, question: Question): Opened => {
  const { branches, touched } = traceFlow(fabric, question)
  return {
    connections: branches.flatMap((branch) => (branch.ok ? connectionOf(fabric, question, branch) : [])),
    refused: branches.flatMap((branch) => (branch.ok ? [] : [{ share: branch.share, failure: failureOf(fabric, branch) }])),
    touched
  }
}

const connectionOf = (fabric: Fabric, question: Question, branch: Branch): ReadonlyArray<Connection> => {
  const { share, reached, forward } = branch
  if (reached === undefined) return []
  const resolved = forward.hops[0]?.steps.find((step) => step._tag === "Resolved")
  // It stays with the address that its name had.
  const to = resolved?._tag === "Resolved" ? ({ _tag: "Address", address: resolved.address } as const) : question.to
  const sessions = keptOf(fabric, branch).map((session) => narrowed(session, forward.flow))
  const answered = branch.reply?.flow
  const isOwn = answered?.destination === (question.source ?? addressOf(fabric, question.from))
  const asked = answered !== undefined && isOwn ? { ...question, sourcePorts: answered.destinationPorts } : question
  const keepers = [question.from, reached, ...sessions.map(({ place }) => place)].filter((id) => fabric.components.has(id))
  const epochs = Object.fromEntries(
    [...new Set(keepers)].sort(compareText).map((id) => [id, fabric.components.get(id)?.epoch ?? 0] as const)
  )
  const home = fabric.components.get(reached)?.home
  const connection: Connection = {
    share,
    question: { ...asked, to },
    arrived: forward.flow,
    reached,
    ...(home === undefined ? {} : { home }),
    sessions,
    epochs
  }
  return [carryConnection(fabric, connection).failure === undefined ? connection : { ...connection, isPart: true }]
}

const addressOf = (fabric: Fabric, id: string): string | undefined => {
  const addresses = fabric.components.get(id)?.addresses
  return addresses === "any" ? undefined : addresses?.[0]
}

/** The ports that a filter further on left of those that this place gave. */
const narrowed = (session: Session, arrived: Flow): Session =>
  session.after.source === arrived.source && session.after.destination === arrived.destination
    ? { ...session, after: { ...session.after, sourcePorts: arrived.sourcePorts } }
    : session

/** What outlives the rules that admitted it: nothing of what is untracked, unless something on the way makes all remember. */
const keptOf = (fabric: Fabric, { forward, sessions }: Branch): ReadonlyArray<Session> => {
  const isRemembered = forward.hops.some(({ component }) => fabric.components.get(component)?.remembers === true)
  return sessions.flatMap(({ untracked, ...session }) => (untracked === true && !isRemembered ? [] : [session]))
}

/** Whether a connection still carries packets, and if not, what is in its way; with the parts that were read. */
export interface Carried {
  readonly failure?: Failure
  readonly touched: ReadonlyArray<string>
}

/** A connection's packets, walked again: it is cut when some are, for the others wait for them. */
export const carryConnection = (fabric: Fabric, connection: Connection): Carried => {
  const { question, sessions, arrived, reached } = connection
  if (!fabric.components.has(question.from)) return { failure: strangerAt(fabric, question.from), touched: [`component/${question.from}`] }
  const isThere = fabric.components.get(reached)?.epoch === connection.epochs[reached]
  if (!isThere && fabric.components.get(connection.home ?? "")?.condition === "up")
    return { failure: strangerAt(fabric, reached), touched: [`component/${reached}`] }
  const { branches, touched } = traceFlow(fabric, question, { hops: false, kept: sessions })
  const lost = branches.find(({ ok }) => !ok)
  const lives = connection.isPart === true && branches.some(({ ok }) => ok)
  if (lost !== undefined && !lives) return { failure: failureOf(fabric, lost), touched }
  const elsewhere = branches.find(
    (branch) => branch.ok && (branch.reached !== reached || !belongsTo({ ...branch.forward.flow, sourceSets: [] }, arrived))
  )
  if (elsewhere !== undefined) return { failure: strangerAt(fabric, elsewhere.reached ?? reached), touched }
  const forgetful = Object.entries(connection.epochs).find(([id, epoch]) => fabric.components.get(id)?.epoch !== epoch)
  return forgetful === undefined ? { touched } : { failure: strangerAt(fabric, forgetful[0]), touched }
}

/** Packets of a connection that their receiver does not know are answered with a reset. */
const strangerAt = (fabric: Fabric, id: string): Failure => {
  const at = fabric.components.get(id)?.origin.resource ?? id
  return { fails: "reset", at, reason: "SessionUnknown", origin: at }
}
