/**
 * The screens on a real terminal, with a made-up run: bundle it with the production build of React and start it by hand.
 * `inline`, `live` or `replay`; then how it ends: `throw`, `reject`, `exit`, or nothing; `large` for 501 nodes.
 */
import { Effect } from "effect"
import { milestoneText } from "../../src/report/text-run.ts"
import { openInline } from "../../src/tui/inline.ts"
import { openLive } from "../../src/tui/live.ts"
import { runReplay } from "../../src/tui/replay.ts"
import { foldView, startView } from "../../src/tui/view-model.ts"
import { eventsOf, large, planOf, small } from "./drills.ts"

const [screen = "inline", ...wishes] = process.argv.slice(2)
const shape = wishes.includes("large") ? large : small
const plan = planOf(shape)
const events = eventsOf(shape)
const style = { ascii: wishes.includes("ascii"), colour: !wishes.includes("plain"), columns: process.stdout.columns || 80 }
const ends = { stdout: process.stdout, stdin: process.stdin, isRemote: process.env["SSH_CONNECTION"] !== undefined }
const now = (): number => performance.now()

const endBadly = (): void => {
  if (wishes.includes("throw")) throw new Error("thrown")
  if (wishes.includes("reject")) void Promise.reject(new Error("rejected"))
  if (wishes.includes("exit")) process.exit(3)
}
if (wishes.length > 0) setTimeout(endBadly, 1_500)

const name = { scenario: "az-outage", seed: 42, runId: "k7d2q9mx" }

const inline = Effect.gen(function* () {
  const shown = yield* openInline({ style, stdout: process.stdout, now })
  const view = startView(plan)
  let next = 0
  for (let atMs = 0; atMs <= plan.untilMs; atMs += 15_000) {
    for (; next < events.length && (events[next]?.at ?? 0) <= atMs; next++) {
      const recorded = events[next]
      if (recorded === undefined) continue
      for (const milestone of foldView(view, recorded)) shown.line(milestoneText(style, milestone, {}))
    }
    shown.frame(view, { atMs, untilMs: plan.untilMs, pace: 600 })
    yield* Effect.sleep("25 millis")
  }
}).pipe(Effect.scoped)

const live = Effect.gen(function* () {
  let stops = 0
  const shown = yield* openLive({ name, style, ends, pace: 120, onStop: () => void (stops += 1), now })
  const view = startView(plan)
  let next = 0
  let atMs = 0
  while (atMs < plan.untilMs && stops === 0) {
    atMs = Math.min(plan.untilMs, atMs + Math.round((shown.pace() ?? 5_000) * 33))
    for (; next < events.length && (events[next]?.at ?? 0) <= atMs; next++) {
      const recorded = events[next]
      if (recorded !== undefined) foldView(view, recorded)
    }
    shown.frame(view, atMs, plan.untilMs)
    yield* Effect.sleep("33 millis")
  }
}).pipe(Effect.scoped)

const replay = runReplay({
  plan,
  events,
  endMs: plan.untilMs,
  end: "complete",
  runId: name.runId,
  seed: 42,
  whyOf: (seq) => [`event ${seq}`, "├ #63 zone us-west-2c down", "└ timeline[0] at 2m: cutZone"],
  startAt: "2m",
  style,
  ends,
  now
})

await Effect.runPromise(screen === "live" ? live : screen === "replay" ? replay : inline)
process.stdout.write("summary: the run is over\n")
