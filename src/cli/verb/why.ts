/**
 * `drill why`: the chain of causes from an expectation, an event or a probe's answer back to the timeline.
 */
import { Effect } from "effect"
import { effectsOf, type Why, whyEvent, whyExpectation, whyProbe } from "../../analysis/causes.ts"
import { parseDuration } from "../../model/value/instant.ts"
import { Library } from "../../record/library.ts"
import { documentText, whyDocument } from "../../report/json.ts"
import { whyText } from "../../report/text-why.ts"
import { listed, nearMisses } from "../../scenario/near.ts"
import { exitCode } from "../exit-code.ts"
import type { WhyInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { exitWith, type OpenedRun, openRun } from "../recordings.ts"
import { Refusal } from "../refusal.ts"
import { sourcesOf } from "../scenario-of.ts"
import type { Verb } from "../verb.ts"

export const why: Verb<WhyInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style } = yield* mannerOf(globals)
    const run = yield* openRun(input.run)
    const found = findWhy(run, input.subject, Math.max(1, input.depth))
    if (found === undefined) return yield* unknownSubject(run, input.subject)
    const nearest = found.chain?.events[0]
    const effects = input.effects && nearest !== undefined ? effectsOf(run.source, nearest.seq, input.depth) : undefined
    const answer = effects === undefined ? found : { ...found, effects }
    const exit = exitWith(run, exitCode.held)
    const { plan, places } = run
    const sources = sourcesOf(Object.values(places).map(({ path }) => path))
    yield* output.write(
      globals.json
        ? documentText(whyDocument(exit, run.facts, answer, plan, places))
        : `${whyText(style, answer, { plan, places, sources })}\n`
    )
    return exit
  }).pipe(Effect.scoped, Effect.provide(Library.layer))

const eventShape = /^(?:event:|#)?(\d+)$/

/** An expectation by its id; an event by its number; a probe at a time, or at its first answer that was less than all. */
const findWhy = (run: OpenedRun, subject: string, depth: number): Why | undefined => {
  const { plan, outcome, source } = run
  const expectation = whyExpectation(plan, outcome, source, subject, depth)
  if (expectation !== undefined) return expectation
  const number = eventShape.exec(subject)?.[1]
  if (number !== undefined) return whyEvent(source, Number(number), depth)
  const cut = subject.lastIndexOf("@")
  const probe = cut <= 0 ? subject : subject.slice(0, cut)
  const windows = outcome.probes.find((known) => known.probe === probe)?.windows
  if (windows === undefined) return undefined
  const said = cut <= 0 ? run.ref.moment?.atMs : parseDuration(subject.slice(cut + 1))
  if (cut > 0 && said === undefined) return undefined
  return whyProbe(source, probe, said ?? windows.find(({ success }) => success !== "1")?.fromMs ?? 0, depth)
}

const unknownSubject = ({ plan, facts }: OpenedRun, subject: string) => {
  const expectations = plan.expectations.map(({ id }) => id)
  const probes = plan.probes.map(({ id }) => `${id}@2m30s`)
  const near = nearMisses(subject, [...expectations, ...probes])
  const hint = near.length > 0 ? `Did you mean ${listed(near)}?` : `Expectations: ${listed(expectations)}; probes: ${listed(probes)}.`
  const text = `"${subject}": run ${facts.id ?? ""} has no expectation of that name, and it is no event's number (1 to ${facts.events}) and no probe@time. ${hint}`
  return new Refusal({ exit: exitCode.usage, text })
}
