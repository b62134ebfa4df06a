/**
 * What each command takes: arguments and flags, with their words for `--help`. Nothing here imports what the commands then do, so
 * that `drill --help` loads neither the model nor a screen.
 */
import { Config, Effect, Option } from "effect"
import { Argument, CliError, type Command, Flag } from "effect/cli"
import { type Millis, parseDuration } from "../model/value/instant.ts"

type Input<Flags extends Command.Command.Config> = Command.Command.Config.Infer<Flags>

const on = (name: string, about: string) => Flag.Boolean(name).pipe(Flag.withDescription(about), Flag.withDefault(false))

const text = (name: string, metavar: string, about: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(about), Flag.optional)

const many = (name: string, metavar: string, about: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(about), Flag.atLeast(0))

const count = (name: string, about: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("n"),
    Flag.withDescription(about),
    Flag.filter(
      (value) => value >= 1,
      (value) => `Expected a whole number from 1, found ${value}`
    ),
    Flag.optional
  )

/** A span as people write it: `90s`, `5m`, `1h30m`. A bare number has no unit and is refused. */
const span = (name: string, about: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("time"),
    Flag.withDescription(about),
    Flag.mapEffect((written) => readSpan(name, written)),
    Flag.optional
  )

const invalid = (option: string, value: string, expected: string) => new CliError.InvalidValue({ option, value, expected, kind: "flag" })

const readSpan = (option: string, written: string): Effect.Effect<Millis, CliError.InvalidValue> => {
  const millis = parseDuration(written)
  return millis === undefined
    ? Effect.fail(invalid(option, written, "a time with its unit, such as 30s, 5m or 1h30m"))
    : Effect.succeed(millis)
}

/** `max` is no pace at all; `60x` is sixty virtual seconds a real one. */
const pace = (name: string, about: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("max|60x|1x"),
    Flag.withDescription(about),
    Flag.mapEffect((written): Effect.Effect<number | "max", CliError.InvalidValue> => {
      if (written === "max") return Effect.succeed("max")
      const times = /^(\d{1,6}(?:\.\d{1,3})?)x$/.exec(written)?.[1]
      return times === undefined || Number(times) === 0
        ? Effect.fail(invalid(name, written, "max, or a multiple of real time such as 60x or 1x"))
        : Effect.succeed(Number(times))
    }),
    Flag.optional
  )

const seed = Flag.Int("seed").pipe(
  Flag.withMetavar("n"),
  Flag.withDescription("Seed of the run's chance"),
  Flag.withFallbackConfig(Config.Int("DRILL_SEED")),
  Flag.filter(
    (value) => Number.isSafeInteger(value) && value >= 0,
    (value) => `Expected a whole number from 0, found ${value}`
  ),
  Flag.withDefault(42)
)

const set = many("set", "name=value", "Set a parameter or a setting of the model; may be repeated")
const variant = text("variant", "name", "Play this variant of the scenario")
const scenarios = Argument.String("file").pipe(
  Argument.withDescription("Scenario: a path, or a name looked for here and in scenarios/"),
  Argument.variadic({ min: 1 })
)
const recording = Argument.String("run").pipe(
  Argument.withDescription("latest, latest~1, prev, an id's beginning, scenario:latest, a name, or a path; @3m39s picks a moment")
)

export const runFlags = {
  files: scenarios,
  seed,
  set,
  variant,
  pace: pace("pace", "How fast to play; a live screen plays at 60x"),
  live: on("live", "Full screen while it plays"),
  until: span("until", "End the run earlier, or later, than the scenario says"),
  name: text("name", "name", "Name the recording"),
  tag: many("tag", "tag", "Tag the recording; may be repeated"),
  against: text("against", "golden|run", "Compare the outcome with a golden or a run; a difference ends in 1"),
  bail: on("bail", "Of several scenarios, stop at the first that does not hold"),
  record: Flag.Boolean("record").pipe(Flag.withDescription("--no-record: Keep nothing"), Flag.withDefault(true)),
  maxEvents: count("max-events", "Stop after so many events; the run ends inconclusive"),
  maxWall: span("max-wall", "Stop after so much real time; the run ends inconclusive")
}

export const replayFlags = {
  run: recording,
  at: text("at", "time|event:n|fault:name", "Begin at this moment; with --print, end there"),
  speed: pace("speed", "How fast to replay"),
  foldIdle: on("fold-idle", "Skip stretches in which nothing happens"),
  print: on("print", "Print the events, one a line"),
  verify: on("verify", "Play the plan again and compare: equal, or the first event that differs")
}

export const diffFlags = {
  a: Argument.String("a").pipe(Argument.withDescription("A run, or a scenario file with --variant or --set")),
  b: Argument.String("b").pipe(Argument.withDescription("The other run; golden compares outcomes"), Argument.optional),
  seed,
  set,
  variant: text("variant", "name", "Play the scenario and this variant of it, then compare"),
  outcomes: on("outcomes", "Only what turned"),
  events: on("events", "Only the events, those that differ one a line"),
  series: on("series", "Only probes and figures over time"),
  context: Flag.Int("context").pipe(
    Flag.withMetavar("n"),
    Flag.withDescription("Events shown around the first difference"),
    Flag.withDefault(0)
  ),
  exitZero: on("exit-zero", "End in 0 even when they differ")
}

export const whyFlags = {
  run: recording,
  subject: Argument.String("what").pipe(Argument.withDescription("An expectation, an event's number, or probe@time")),
  depth: Flag.Int("depth").pipe(Flag.withMetavar("n"), Flag.withDescription("Causes shown"), Flag.withDefault(24)),
  effects: on("effects", "What followed from it, as well")
}

const stage = {
  of: Argument.String("scenario|run").pipe(Argument.withDescription("A scenario file, which is played first, or a run")),
  at: span("at", "At this moment, when all of it has come to be; the start of a scenario, the end of a run otherwise"),
  seed,
  set,
  variant
}

export const capacityFlags = {
  ...stage,
  what: Argument.String("subnet|node group").pipe(Argument.withDescription("How many more fit, and what runs out first"))
}

export const reachFlags = {
  ...stage,
  from: Flag.String("from").pipe(Flag.withMetavar("name"), Flag.withDescription("internet, a pod, a node, an instance, a host outside")),
  to: Flag.String("to").pipe(
    Flag.withMetavar("name:port"),
    Flag.withDescription("A Service, a balancer's DNS name, a pod, a node, a host outside, or an address; and its port")
  ),
  udp: on("udp", "UDP instead of TCP"),
  all: on("all", "Every kind of way")
}

export const showFlags = {
  run: recording,
  at: text("at", "time", "The state at this moment"),
  node: text("node", "name", "Only this node, and what runs on it"),
  sql: text("sql", "query", "Ask the recording in SQL (read only); tab-separated rows")
}

export const listFlags = {
  scenario: text("scenario", "name", "Only runs of this scenario"),
  failed: on("failed", "Only runs that did not hold"),
  limit: Flag.Int("limit").pipe(Flag.withMetavar("n"), Flag.withDescription("At most so many, newest first"), Flag.withDefault(20)),
  format: Flag.Literals("format", ["table", "tsv", "json"]).pipe(Flag.withDescription("table on a terminal, else tsv"), Flag.optional)
}

export const validateFlags = {
  files: scenarios,
  strict: on("strict", "Warnings count as errors"),
  types: on("types", "Check types with the project's own tsc as well")
}

export const explainFlags = {
  term: Argument.String("term").pipe(
    Argument.withDescription("A code (D004), an event kind, a verdict reason, or a setting"),
    Argument.optional
  ),
  list: on("list", "List everything that can be explained")
}

export const goldenFlags = {
  runs: Argument.String("run").pipe(
    Argument.withDescription("A run, or a scenario file, which is then played"),
    Argument.variadic({ min: 1 })
  ),
  seed
}

/** `Option` to `undefined`, the form the rest of the house speaks. */
export const given = <A>(option: Option.Option<A>): A | undefined => Option.getOrUndefined(option)

export type RunInput = Input<typeof runFlags>
export type ReplayInput = Input<typeof replayFlags>
export type DiffInput = Input<typeof diffFlags>
export type WhyInput = Input<typeof whyFlags>
export type CapacityInput = Input<typeof capacityFlags>
export type ReachInput = Input<typeof reachFlags>
export type ShowInput = Input<typeof showFlags>
export type ListInput = Input<typeof listFlags>
export type ValidateInput = Input<typeof validateFlags>
export type ExplainInput = Input<typeof explainFlags>
export type GoldenInput = Input<typeof goldenFlags>
