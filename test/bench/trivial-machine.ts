/** The kernel with trivial handlers: every timer emits one event and asks for the next. The counterpart of `bare-loop.ts`. */
import { Kernel, type Machine } from "../../src/engine/kernel.ts"
import { chanceOf } from "../../src/model/value/chance.ts"
import type { Decider } from "../../src/model/value/turn.ts"

type Rang = { readonly _tag: "Rang"; readonly subject: number }
type Due = { readonly _tag: "Due"; readonly subject: number } | { readonly _tag: "Begin" }
interface Count {
  rang: number
  asked: number
}

export type TrivialKernel = Kernel<Count, Rang, Due, never>

/** A kernel that will emit `events` events with `pending` appointments waiting. */
export const trivialKernel = (events: number, pending: number): TrivialKernel => {
  const decide: Decider<Count, Due, Rang, Due> = (world, timer, turn) => {
    if (timer._tag === "Begin") {
      for (let subject = 0; subject < pending; subject++) turn.ask({ _tag: "Due", subject }, subject % 1_000)
      world.asked = pending
      return
    }
    turn.emit({ _tag: "Rang", subject: timer.subject })
    if (world.asked < events) {
      world.asked++
      turn.ask(timer, turn.now + 1 + ((timer.subject * 7_919 + world.rang) % 1_000))
    }
  }
  const kept = { rank: 2, decide }
  const machine: Machine<Count, Rang, Due, never> = {
    evolve: (world) => {
      world.rang++
    },
    hears: () => undefined,
    keeps: () => kept,
    acts: () => undefined,
    timelineRank: 4
  }
  return new Kernel({ machine, world: { rang: 0, asked: 0 }, chance: chanceOf(1), beginAt: 0, begin: { _tag: "Begin" }, timeline: [] })
}

/** Plays a kernel to its end in slices; returns how many events came to be. */
export const drain = (kernel: TrivialKernel, slice: number): number => {
  let events = 0
  while (kernel.nextAt !== undefined) events += kernel.advance(Number.MAX_SAFE_INTEGER, slice, slice).length
  return events
}
