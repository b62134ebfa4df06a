/** One small run, judged and told, for the tests of texts: a zone lost at 2:00 and back at 42:00, its database down all the while. */
import type { ComparedRun } from "../../src/analysis/compare.ts"
import { endJudge, judgeEvent, startJudge } from "../../src/analysis/judge.ts"
import { type Milestone, milestoneOf, milestoneOfTurn, startMilestones } from "../../src/analysis/timeline.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import type { RunFacts } from "../../src/report/run-facts.ts"
import type { Places, Plan } from "../../src/scenario/plan.ts"
import { answer, planWith, podCreated, podEvicted, podScheduled, recordedOf } from "../analysis/runs.ts"

const failing = (probe: string, success: string, timeout: string, call?: string): WorldEvent => ({
  _tag: "probe/AnswerTurned",
  probe,
  success,
  timeout,
  refused: "0",
  other: "0",
  failures: [
    {
      share: timeout,
      fails: "timeout",
      at: "lb/c",
      reason: "ComponentSilent",
      origin: "lb, front end c",
      ...(call === undefined ? {} : { call })
    }
  ]
})

/** `graceMs`: from the fault to the node's turning Unknown. */
export const eventsWith = (graceMs: number): ReadonlyArray<RecordedEvent> =>
  recordedOf([
    [-1_000, answer("host", "1")],
    [-1_000, answer("data", "1")],
    [120_000, { _tag: "fault/ZoneLost", zone: "c", components: 7 }, -1],
    [120_000, { _tag: "kube/NodeCutOff", node: "n-c", lastRenewalAt: 120_000, reason: "ComponentSilent", at: "host/n-c" }, 3],
    [120_000, failing("host", "4/9", "5/9"), 3],
    [120_000, failing("data", "0", "1", "default/postgres:5432"), 3],
    [120_000 + graceMs, { _tag: "kube/NodeReadinessTurned", node: "n-c", ready: "Unknown", reason: "NodeStatusUnknown" }, 4],
    [121_000 + graceMs, failing("host", "2/3", "1/3"), 7],
    [240_000, answer("host", "1"), 8],
    [425_000 + graceMs, podEvicted("default/postgres-0", "n-c"), 7],
    [425_000 + graceMs, podCreated("default/app-4"), 7],
    [425_000 + graceMs, podScheduled("default/app-4", "n-a"), 11],
    [2_520_000, { _tag: "fault/ZoneReturned", zone: "c", components: 7 }, -2],
    [2_555_000, answer("data", "1"), 13]
  ])

export const plan: Plan = planWith(
  [
    {
      _tag: "Recovered",
      id: "/host is whole again within 2m",
      claim: { _tag: "Delivered", probe: "host", atLeast: "1" },
      afterMs: 120_000,
      withinMs: 120_000
    },
    { _tag: "Sustained", id: "/data never fails", claim: { _tag: "Delivered", probe: "data", atLeast: "1" }, fromMs: 0, untilMs: 2_700_000 }
  ],
  { about: "One zone goes dark." }
)

export const places: Places = {
  "timeline/0": { path: "scenarios/az-outage.ts", line: 30 },
  "expectation//data never fails": { path: "scenarios/az-outage.ts", line: 41 }
}

export const runFacts: RunFacts = {
  id: "k7d2q9mx",
  name: undefined,
  path: "recordings/x.drill",
  scenario: "az-outage",
  variant: undefined,
  seed: 42,
  engine: "0.1.0",
  digest: "9c41e07b00",
  end: "complete",
  endMs: 2_700_000,
  events: 14,
  wallMs: 420,
  startedAt: "2026-11-22T21:47:02Z",
  bytes: 91_000
}

export const played = (of: Plan, graceMs = 40_000): ComparedRun & { readonly milestones: ReadonlyArray<Milestone> } => {
  const judge = startJudge(of)
  const memory = startMilestones()
  const events = eventsWith(graceMs)
  const milestones = events.flatMap((recorded) => {
    const turned = judgeEvent(judge, recorded).map(milestoneOfTurn)
    const milestone = milestoneOf(memory, recorded)
    return milestone === undefined ? turned : [...turned, milestone]
  })
  return { plan: of, seed: 42, engine: "0.1.0", outcome: endJudge(judge, of.untilMs, "complete"), events, milestones }
}
