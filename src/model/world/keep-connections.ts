/** The connections of a probe that keeps them, looked at whenever something on their way has moved. */
import { carryConnection, openConnections } from "../net/connection.ts"
import { minus, one, plus, type Ratio, times, zero } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import { podComponent } from "./ids.ts"
import type { KeptConnection } from "./kept.ts"
import type { ProbeSpec } from "./probe.ts"
import { type AnsweredShare, answerEvent, missingShares, type ProbeAnswer, questionOf } from "./probe-answer.ts"
import { numberSetting } from "./settings.ts"
import { raiseQuestion } from "./standing.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

export const keepConnections = (
  world: World,
  probe: ProbeSpec,
  turn: WorldTurn
): { readonly event: ProbeAnswer; readonly touched: ReadonlyArray<string> } => {
  const before = world.connections.get(probe.id) ?? []
  const touched = new Set<string>()
  const read = (parts: ReadonlyArray<string>): void => {
    for (const part of parts) touched.add(part)
  }
  const shares: Array<AnsweredShare> = []
  const after: Array<KeptConnection> = []
  for (const connection of before) {
    const { failure, touched: parts } = carryConnection(world.fabric, connection)
    read(parts)
    const { silentSince, ...carried } = connection
    if (failure === undefined) {
      after.push(carried)
      shares.push({ share: carried.share })
    } else if (failure.fails === "timeout" && !hasGivenUp(world, turn, silentSince)) {
      if (silentSince === undefined) turn.ask({ _tag: "probe/ConnectionDue", probe: probe.id }, turn.now + patienceOf(world))
      after.push({ ...carried, silentSince: silentSince ?? turn.now })
      shares.push({ share: carried.share, failure })
    }
  }
  const left = after.length
  const free = minus(one, sumOf(after))
  const question = questionOf(world, probe)
  if ("missing" in question) {
    read([`component/${podComponent(question.missing)}`])
    if (free.of > 0) shares.push(...missingShares(question.missing, free))
  } else if (free.of > 0) {
    const opened = openConnections(world.fabric, question)
    read(opened.touched)
    for (const connection of opened.connections) {
      after.push({ ...connection, share: times(connection.share, free) })
      shares.push({ share: times(connection.share, free) })
    }
    for (const { share, failure } of opened.refused) shares.push({ share: times(share, free), failure })
  }
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    const [opened, closed] = [after.length - left, before.length - left]
    turn.emit({ _tag: "probe/ConnectionsTurned", probe: probe.id, opened, closed, connections: after })
  }
  return { event: answerEvent(probe.id, shares), touched: [...touched].sort(compareText) }
}

const sumOf = (connections: ReadonlyArray<KeptConnection>): Ratio => connections.reduce<Ratio>((sum, { share }) => plus(sum, share), zero)

const patienceOf = (world: World): number => numberSetting(world.settings.values, "connectionTimeoutMs")

const hasGivenUp = (world: World, turn: WorldTurn, silentSince: number | undefined): boolean =>
  silentSince !== undefined && turn.now - silentSince >= patienceOf(world)

/** A client's patience has run out: it is looked after again. */
export const giveUp = (world: World, { probe }: { readonly probe: string }, turn: WorldTurn): void => {
  raiseQuestion(world.ground.standing, `probe/${probe}`)
  turn.askOnce("", { _tag: "probe/ProbesDue" }, turn.now)
}
