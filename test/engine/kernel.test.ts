import { expect, test } from "vitest"
import { Kernel, type Machine } from "../../src/engine/kernel.ts"
import { chanceOf } from "../../src/model/value/chance.ts"
import type { Decider } from "../../src/model/value/turn.ts"

type Event = { readonly _tag: "Rang"; readonly who: string } | { readonly _tag: "Echoed"; readonly of: string }
type Timer = { readonly _tag: "BellDue"; readonly who: string; readonly again: number }
type Action = { readonly _tag: "Shout" }
interface Log {
  readonly heard: Array<string>
}

const ring: Decider<Log, Timer, Event, Timer> = (_world, timer, turn) => {
  turn.emit({ _tag: "Rang", who: timer.who })
  if (timer.again > 0) turn.ask({ ...timer, again: timer.again - 1 }, turn.now + 10)
}

const machine: Machine<Log, Event, Timer, Action> = {
  evolve: (world, event) => {
    world.heard.push(event._tag === "Rang" ? event.who : `echo of ${event.of}`)
  },
  hears: (tag) =>
    tag === "Rang"
      ? [
          (_world, event, turn) => {
            if (event._tag === "Rang" && event.who === "shout") turn.emit({ _tag: "Echoed", of: event.who })
          }
        ]
      : undefined,
  keeps: () => ({ rank: 1, decide: ring }),
  acts: (_world, _action, turn) => {
    turn.emit({ _tag: "Rang", who: "shout" })
  },
  timelineRank: 4
}

const kernelOf = () =>
  new Kernel<Log, Event, Timer, Action>({
    machine,
    world: { heard: [] },
    chance: chanceOf(1),
    beginAt: -10,
    begin: { _tag: "BellDue", who: "bell", again: 3 },
    timeline: [{ atMs: 10, action: { _tag: "Shout" } }]
  })

test("the timeline comes after the timers of its instant, and causes are named", () => {
  const events = kernelOf().advance(1_000, 100, 100)
  expect(events.map(({ seq, at, cause, event }) => [seq, at, cause, event._tag])).toEqual([
    [1, -10, 0, "Rang"],
    [2, 0, 0, "Rang"],
    [3, 10, 0, "Rang"],
    [4, 10, -1, "Rang"],
    [5, 10, 4, "Echoed"],
    [6, 20, 0, "Rang"]
  ])
})

test("the world has evolved when emit returns, and slices make no difference", () => {
  const whole = kernelOf()
  whole.advance(1_000, 100, 100)
  const sliced = kernelOf()
  const events: Array<unknown> = []
  for (let slice = sliced.advance(1_000, 1, 1); slice.length > 0; slice = sliced.advance(1_000, 1, 1)) events.push(...slice)
  expect(sliced.world.heard).toEqual(whole.world.heard)
  expect(events).toHaveLength(6)
})

test("an end is half-open: what is due at it does not happen", () => {
  const kernel = kernelOf()
  expect(kernel.advance(10, 100, 100)).toHaveLength(2)
  expect(kernel.nextAt).toBe(10)
})

test("an appointment in the past is a defect", () => {
  const backwards: Machine<Log, Event, Timer, Action> = {
    ...machine,
    keeps: () => ({ rank: 1, decide: (_world, timer, turn) => turn.ask(timer, turn.now - 1) })
  }
  const kernel = new Kernel<Log, Event, Timer, Action>({
    machine: backwards,
    world: { heard: [] },
    chance: chanceOf(1),
    beginAt: 0,
    begin: { _tag: "BellDue", who: "b", again: 0 },
    timeline: []
  })
  expect(() => kernel.advance(10, 1, 1)).toThrow("it is 0 ms already")
})
