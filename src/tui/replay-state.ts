/**
 * The replay as its viewer has it: where the playhead stands, what he looks at, and what each key does. A pure step from state and
 * key to state; what must be done outside (copy, save, quit) is named as a wish.
 */
import { formatDuration } from "../model/value/instant.ts"
import { type Spot, searchText, spotOf, spotOfEvent, spotOfTime } from "./goto.ts"
import type { Key } from "./key.ts"
import { faster, slower } from "./pace.ts"
import type { ReplayIndex } from "./replay-recording.ts"

export interface ReplayState {
  readonly index: number
  readonly atMs: number
  readonly isPlaying: boolean
  /** Virtual milliseconds per real one. */
  readonly pace: number
  /** Stretches in which nothing happens are jumped over. */
  readonly foldsIdle: boolean
  readonly panel: "events" | "why"
  readonly showsWhy: boolean
  readonly showsHelp: boolean
  readonly whyTop: number
  readonly filter: string
  readonly failingOnly: boolean
  /** What is being typed, after `:` or `/`. */
  readonly question: { readonly sign: ":" | "/"; readonly text: string } | undefined
  readonly markMs: number | undefined
  /** One line to the viewer, gone with the next key. */
  readonly message: string
}

export type Wish = { readonly _tag: "Quit" } | { readonly _tag: "Copy"; readonly text: string } | { readonly _tag: "Save" }

export interface Step {
  readonly state: ReplayState
  readonly wish?: Wish
}

/** Chosen: a quiet minute passes in six seconds. */
const usualPace = 10

export const startReplay = (spot: Spot, pace = usualPace, foldsIdle = false): ReplayState => ({
  ...spot,
  isPlaying: false,
  pace,
  foldsIdle,
  panel: "events",
  showsWhy: true,
  showsHelp: false,
  whyTop: 0,
  filter: "",
  failingOnly: false,
  question: undefined,
  markMs: undefined,
  message: ""
})

/** Whether the list of events shows this one. */
export const isListed = (index: ReplayIndex, state: ReplayState, event: number): boolean => {
  const severity = index.severities[event]
  if (state.failingOnly && severity !== "bad" && severity !== "warning" && severity !== "fault") return false
  const recorded = index.events[event]
  return recorded !== undefined && (state.filter === "" || searchText(recorded).includes(state.filter.toLowerCase()))
}

/** Up to `count` listed events after (`step` 1) or before (`step` −1) an event, nearest first. */
export const listedFrom = (index: ReplayIndex, state: ReplayState, from: number, step: 1 | -1, count: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let event = from + step; event >= 0 && event < index.events.length && found.length < count; event += step) {
    if (isListed(index, state, event)) found.push(event)
  }
  return found
}

/** Time goes on by so many milliseconds of the wall; at the end it stops. */
export const playOn = (index: ReplayIndex, state: ReplayState, wallMs: number): ReplayState => {
  if (!state.isPlaying) return state
  const atMs = Math.min(index.endMs, pastIdle(index, state) + Math.round(wallMs * state.pace))
  return { ...state, ...spotOfTime(index, atMs), isPlaying: atMs < index.endMs, whyTop: 0 }
}

/** Chosen: longer than this on the wall without an event is idle, and this much is kept before the next one. */
const idleMs = 1_000

/** Where time goes on from: here, or shortly before the next event when it is far. */
const pastIdle = (index: ReplayIndex, state: ReplayState): number => {
  if (!state.foldsIdle) return state.atMs
  const next = index.events[state.index + 1]?.at ?? index.endMs
  return Math.max(state.atMs, next - Math.round(idleMs * state.pace))
}

const move = (state: ReplayState, spot: Spot | undefined): ReplayState =>
  spot === undefined ? state : { ...state, ...spot, isPlaying: false, whyTop: 0 }

const byTime = (index: ReplayIndex, state: ReplayState, by: number): ReplayState => move(state, spotOfTime(index, state.atMs + by))

const byEvent = (index: ReplayIndex, state: ReplayState, step: 1 | -1): ReplayState => {
  const next = state.index + step
  if (next < 0 || next >= index.events.length) return state
  const stepsIntoSettling = (index.events[next]?.at ?? 0) < 0
  return stepsIntoSettling && step < 0
    ? { ...state, message: "before 0:00 the cluster settles: use : and an event's number" }
    : move(state, spotOfEvent(index, next))
}

/** The first of the next instant's, so that a thousand alike are one step; or of this instant's when the head is on none of them. */
const byMark = (index: ReplayIndex, state: ReplayState, marks: ReadonlyArray<number>, step: 1 | -1, name: string): ReplayState => {
  const onMark = marks.includes(state.index)
  const atOf = (event: number): number => index.events[event]?.at ?? 0
  const isNext = (event: number): boolean => event > state.index && (!onMark || atOf(event) > state.atMs)
  const found =
    step === 1 ? marks.find(isNext) : marks.findLast((event) => event < state.index && (!onMark || atOf(event) < atOf(state.index)))
  const first = found === undefined || step === 1 ? found : marks.find((event) => atOf(event) === atOf(found))
  return first === undefined
    ? { ...state, message: `no ${name} ${step === 1 ? "after" : "before"} this` }
    : move(state, spotOfEvent(index, first))
}

const byList = (index: ReplayIndex, state: ReplayState, step: 1 | -1, count: number): ReplayState => {
  if (state.panel === "why") return { ...state, whyTop: Math.max(0, state.whyTop + step * count) }
  const last = listedFrom(index, state, state.index, step, count).at(-1)
  return last === undefined ? state : move(state, spotOfEvent(index, last))
}

const answer = (index: ReplayIndex, state: ReplayState, key: Key): ReplayState => {
  const { question } = state
  if (question === undefined) return state
  const closed = { ...state, question: undefined }
  if (key.name === "escape") return closed
  if (key.name === "backspace") {
    return question.text === "" ? closed : { ...state, question: { ...question, text: [...question.text].slice(0, -1).join("") } }
  }
  if (key.name === "text" && !key.ctrl) return { ...state, question: { ...question, text: question.text + key.text } }
  if (key.name !== "enter") return state
  if (question.sign === "/") return { ...closed, filter: question.text, panel: "events" }
  const spot = spotOf(index, question.text, state.index)
  return spot === undefined
    ? { ...closed, message: `nothing at "${question.text}": a time 3m39s, an event 212, /text, or a fault's zone` }
    : move(closed, spot)
}

const back = (state: ReplayState): ReplayState => {
  if (state.showsHelp) return { ...state, showsHelp: false }
  if (state.panel === "why") return { ...state, panel: "events" }
  return { ...state, filter: "", failingOnly: false }
}

/** The command that shows this instant again. */
export const linkOf = (runId: string, state: ReplayState): string => `drill replay ${runId} --at ${formatDuration(state.atMs)}`

const pageRows = 10

const named = (index: ReplayIndex, state: ReplayState, key: Key): ReplayState => {
  const side = key.name === "left" || key.name === "up" || key.name === "pageUp" ? -1 : 1
  switch (key.name) {
    case "left":
    case "right":
      if (key.ctrl) return byTime(index, state, side * 10_000)
      return key.shift ? byTime(index, state, side * 1_000) : byEvent(index, state, side)
    case "home":
      return move(state, spotOfTime(index, 0))
    case "end":
      return move(state, spotOfTime(index, index.endMs))
    case "up":
    case "down":
      return byList(index, state, side, 1)
    case "pageUp":
    case "pageDown":
      return byList(index, state, side, pageRows)
    case "tab":
      return { ...state, panel: state.panel === "events" ? "why" : "events", showsWhy: true }
    case "enter":
      return { ...state, panel: "why", showsWhy: true }
    case "escape":
      return back(state)
    default:
      return state
  }
}

/** What one typed character does. */
const charSteps: Readonly<Record<string, (index: ReplayIndex, state: ReplayState) => ReplayState>> = {
  " ": (index, state) => {
    const atEnd = state.atMs >= index.endMs
    return { ...(atEnd && !state.isPlaying ? { ...state, ...spotOfTime(index, 0) } : state), isPlaying: !state.isPlaying }
  },
  "+": (_, state) => ({ ...state, pace: faster(state.pace) ?? state.pace }),
  "-": (_, state) => ({ ...state, pace: slower(state.pace) }),
  ",": (index, state) => byTime(index, state, -Math.max(1, Math.round(state.pace * 100))),
  ".": (index, state) => byTime(index, state, Math.max(1, Math.round(state.pace * 100))),
  "[": (index, state) => byMark(index, state, index.faults, -1, "fault"),
  "]": (index, state) => byMark(index, state, index.faults, 1, "fault"),
  "{": (index, state) => byMark(index, state, index.failures, -1, "failure"),
  "}": (index, state) => byMark(index, state, index.failures, 1, "failure"),
  j: (index, state) => byList(index, state, 1, 1),
  k: (index, state) => byList(index, state, -1, 1),
  ":": (_, state) => ({ ...state, question: { sign: ":", text: "" } }),
  "/": (_, state) => ({ ...state, question: { sign: "/", text: "" } }),
  m: (_, state) => ({ ...state, markMs: state.atMs, message: "marked: ' comes back here" }),
  "'": (index, state) =>
    state.markMs === undefined ? { ...state, message: "no mark yet: m makes one" } : move(state, spotOfTime(index, state.markMs)),
  w: (_, state) => ({ ...state, showsWhy: !state.showsWhy, panel: state.showsWhy ? "events" : state.panel }),
  f: (_, state) => ({ ...state, failingOnly: !state.failingOnly }),
  "?": (_, state) => ({ ...state, showsHelp: !state.showsHelp })
}

/** What a key does. */
export const pressKey = (index: ReplayIndex, before: ReplayState, key: Key, runId: string): Step => {
  const state = before.message === "" ? before : { ...before, message: "" }
  if (key.ctrl && key.text === "c") return { state, wish: { _tag: "Quit" } }
  if (state.question !== undefined) return { state: answer(index, state, key) }
  if (key.name !== "text") return { state: named(index, state, key) }
  if (key.ctrl) return { state }
  if (key.text === "q") return { state, wish: { _tag: "Quit" } }
  if (key.text === "s") return { state, wish: { _tag: "Save" } }
  if (key.text === "y") {
    const text = linkOf(runId, state)
    return { state: { ...state, message: `copied: ${text}` }, wish: { _tag: "Copy", text } }
  }
  return { state: charSteps[key.text]?.(index, state) ?? state }
}
