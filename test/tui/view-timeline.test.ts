/** The run over time: what was lost, as spans. And the clock's column, beyond the first hour. */
import { expect, test } from "vitest"
import type { RecordedEvent } from "../../src/event/event.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"
import { clockCell } from "../../src/tui/pane-log.ts"
import { foldTimeline, startTimeline } from "../../src/tui/view-timeline.ts"
import { flatPlan } from "../flat-plan.ts"

const recorded = (at: number, event: WorldEvent): RecordedEvent => ({ seq: 1, at, cause: 0, event }) as RecordedEvent

test("zones, nodes and gateways that are lost are spans until they return", () => {
  const timeline = startTimeline(flatPlan({ timeline: [[60, { _tag: "CutNodes", nodes: ["a1"] }]] }))
  foldTimeline(timeline, recorded(10_000, { _tag: "fault/GatewayLost", gateway: "nat", components: 1 }))
  foldTimeline(timeline, recorded(20_000, { _tag: "fault/NodeLost", node: "a1", components: 1 }))
  foldTimeline(timeline, recorded(30_000, { _tag: "fault/GatewayReturned", gateway: "nat", components: 1 }))
  expect(timeline.faults).toEqual([
    { of: "nat", fromMs: 10_000, toMs: 30_000 },
    { of: "a1", fromMs: 20_000, toMs: undefined }
  ])
  expect(timeline.planned).toEqual([{ of: "a1", atMs: 60_000, isCut: true }])
})

test("a moment has its milliseconds in the first hour, and fits its column after it", () => {
  expect([clockCell(3_599_999), clockCell(3_873_000)]).toEqual([" 59:59.999", "   1:04:33"])
})
