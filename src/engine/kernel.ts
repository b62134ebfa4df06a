/**
 * The kernel: takes stimuli in order, lets deciders answer, folds what they emit, and calls whoever hears it. Pure and
 * synchronous; the same machine, seed and beginning give the same events. It knows nothing of clouds or clusters: the model is
 * handed in as a `Machine`. Not done here: slices, pace, recording; see `run.ts`.
 */
import type { Cause, Recorded } from "../event/event.ts"
import type { Chance } from "../model/value/chance.ts"
import type { Instant } from "../model/value/instant.ts"
import type { Decider, Turn } from "../model/value/turn.ts"
import { EventQueue } from "./queue.ts"

/** What the kernel needs to know of a model. Tables are looked up by `_tag`. */
export interface Machine<World, Event extends { readonly _tag: string }, Timer extends { readonly _tag: string }, Action> {
  /** Folds an event into the world, in place. Only the kernel calls it while a run is played. */
  readonly evolve: (world: World, event: Event, at: Instant, seq: number) => void
  /** Who hears an event, in order. */
  readonly hears: (tag: Event["_tag"]) => ReadonlyArray<Decider<World, Event, Event, Timer>> | undefined
  /** Who keeps an appointment, and its rank among the appointments of one instant: lower first. */
  readonly keeps: (tag: Timer["_tag"]) => { readonly rank: number; readonly decide: Decider<World, Timer, Event, Timer> }
  readonly acts: Decider<World, Action, Event, Timer>
  /** The rank of the timeline among timers of the same instant. */
  readonly timelineRank: number
}

type Stimulus<Timer> = { readonly timer: Timer; readonly cause: Cause; readonly key?: string } | { readonly timeline: number }

/** Events that one stimulus may lead to before the kernel calls it a loop. A bound of ours, far above any real cascade. */
const cascadeMax = 5_000_000

export class Kernel<World, Event extends { readonly _tag: string }, Timer extends { readonly _tag: string }, Action> {
  readonly world: World
  readonly #machine: Machine<World, Event, Timer, Action>
  readonly #timeline: ReadonlyArray<{ readonly atMs: Instant; readonly action: Action }>
  readonly #queue = new EventQueue<Stimulus<Timer>>()
  readonly #turn: Turn<Event, Timer>
  #out: Array<Recorded<Event>> = []
  /** Appointments of which there is one an instant, by instant and key. */
  readonly #once = new Set<string>()
  #heard = 0
  #now: Instant
  #cause: Cause = 0
  #seq = 0

  constructor(options: {
    readonly machine: Machine<World, Event, Timer, Action>
    readonly world: World
    readonly chance: Chance
    readonly beginAt: Instant
    readonly begin: Timer
    readonly timeline: ReadonlyArray<{ readonly atMs: Instant; readonly action: Action }>
  }) {
    this.world = options.world
    this.#machine = options.machine
    this.#timeline = options.timeline
    this.#now = options.beginAt
    this.#turn = this.#turnOf(options.chance)
    this.#ask(options.begin, options.beginAt, 0)
    options.timeline.forEach((entry, index) => this.#queue.push(entry.atMs, options.machine.timelineRank, { timeline: index }))
  }

  /** Instant of the stimulus taken last. */
  get now(): Instant {
    return this.#now
  }

  /** Events so far. */
  get seq(): number {
    return this.#seq
  }

  /** Instant of the next stimulus; `undefined` when nothing will ever happen again. */
  get nextAt(): Instant | undefined {
    return this.#queue.nextAt
  }

  /**
   * Takes stimuli before `until` until about `events` events came to be (a stimulus is never cut in two), or `stimuli` were
   * taken. Returns the events in order; the array is the caller's.
   */
  advance(until: Instant, events: number, stimuli: number): ReadonlyArray<Recorded<Event>> {
    this.#out = []
    for (let taken = 0; taken < stimuli && this.#out.length < events; taken++) {
      const at = this.#queue.nextAt
      if (at === undefined || at >= until) break
      this.#now = at
      this.#take(this.#queue.pop())
    }
    return this.#out
  }

  #take(stimulus: Stimulus<Timer>): void {
    this.#heard = this.#out.length
    if ("timeline" in stimulus) {
      this.#cause = -1 - stimulus.timeline
      const entry = this.#timeline[stimulus.timeline]
      if (entry !== undefined) this.#machine.acts(this.world, entry.action, this.#turn)
    } else {
      this.#cause = stimulus.cause
      if (stimulus.key !== undefined) this.#once.delete(stimulus.key)
      this.#machine.keeps(stimulus.timer._tag).decide(this.world, stimulus.timer, this.#turn)
    }
    const first = this.#heard
    while (this.#heard < this.#out.length) {
      if (this.#heard - first > cascadeMax)
        throw new Error(`event ${this.#seq} at ${this.#now} ms: one stimulus led to more than ${cascadeMax} events`)
      const recorded = this.#out[this.#heard++] as Recorded<Event>
      const deciders = this.#machine.hears(recorded.event._tag)
      if (deciders === undefined) continue
      for (const decide of deciders) {
        this.#cause = recorded.seq
        decide(this.world, recorded.event, this.#turn)
      }
    }
  }

  #ask(timer: Timer, at: Instant, cause: Cause, key?: string): void {
    if (at < this.#now) throw new Error(`${timer._tag} was asked for ${at} ms, but it is ${this.#now} ms already`)
    this.#queue.push(at, this.#machine.keeps(timer._tag).rank, key === undefined ? { timer, cause } : { timer, cause, key })
  }

  #askOnce(name: string, timer: Timer, at: Instant, cause: Cause): void {
    const key = `${timer._tag} ${name} ${at}`
    if (this.#once.has(key)) return
    this.#once.add(key)
    this.#ask(timer, at, cause, key)
  }

  #emit(event: Event, cause: Cause): number {
    const seq = ++this.#seq
    this.#out.push({ seq, at: this.#now, cause, event })
    this.#machine.evolve(this.world, event, this.#now, seq)
    return seq
  }

  #turnOf(chance: Chance): Turn<Event, Timer> {
    const kernel = this
    return {
      chance,
      get now() {
        return kernel.#now
      },
      get settling() {
        return kernel.#now < 0
      },
      get cause() {
        return kernel.#cause
      },
      emit: (event, cause) => kernel.#emit(event, cause ?? kernel.#cause),
      ask: (timer, at, cause) => kernel.#ask(timer, at, cause ?? kernel.#cause),
      askOnce: (key, timer, at, cause) => kernel.#askOnce(key, timer, at, cause ?? kernel.#cause)
    }
  }
}
