/**
 * The flags that every command takes, before or after its name, and what follows from them: how to speak, in which folder.
 * Each has an environment variable of the same name, `DRILL_…`; a flag wins over its variable.
 */
import { Config, Console, Effect } from "effect"
import { CliConfig, Flag, GlobalFlag } from "effect/cli"

const asFlag = (name: string, variable: string, about: string, alias?: string) => {
  const plain = Flag.Boolean(name).pipe(
    Flag.withDescription(about),
    Flag.withFallbackConfig(Config.Boolean(variable)),
    Flag.withDefault(false)
  )
  return alias === undefined ? plain : plain.pipe(Flag.withAlias(alias))
}

const Json = GlobalFlag.Setting("json")({ flag: asFlag("json", "DRILL_JSON", "One JSON document on stdout instead of text") })
const Quiet = GlobalFlag.Setting("quiet")({ flag: asFlag("quiet", "DRILL_QUIET", "Results only, no progress", "q") })
const Verbose = GlobalFlag.Setting("verbose")({ flag: asFlag("verbose", "DRILL_VERBOSE", "More of everything; stacks with errors", "v") })
const Ascii = GlobalFlag.Setting("ascii")({ flag: asFlag("ascii", "DRILL_ASCII", "Draw with ASCII only") })
const ScreenReader = GlobalFlag.Setting("screen-reader")({
  flag: asFlag("screen-reader", "DRILL_SCREEN_READER", "Sentences, nothing redrawn")
})
const Input = GlobalFlag.Setting("input")({
  flag: Flag.Boolean("input").pipe(
    Flag.withDescription("--no-input: Never read keys"),
    Flag.withFallbackConfig(Config.Boolean("DRILL_INPUT")),
    Flag.withDefault(true)
  )
})
const Color = GlobalFlag.Setting("color")({
  flag: Flag.Literals("color", ["auto", "always", "never"]).pipe(
    Flag.withDescription("Colour; auto: on a terminal, unless NO_COLOR is set"),
    Flag.withFallbackConfig(Config.Literals(["auto", "always", "never"], "DRILL_COLOR")),
    Flag.withDefault("auto" as const)
  )
})
const Ui = GlobalFlag.Setting("ui")({
  flag: Flag.Literals("ui", ["auto", "inline", "full", "none"]).pipe(
    Flag.withDescription("How a terminal is used"),
    Flag.withFallbackConfig(Config.Literals(["auto", "inline", "full", "none"], "DRILL_UI")),
    Flag.withDefault("auto" as const)
  )
})
const Directory = GlobalFlag.Setting("directory")({
  flag: Flag.String("directory").pipe(
    Flag.withAlias("C"),
    Flag.withMetavar("dir"),
    Flag.withDescription("Work in this folder"),
    Flag.withFallbackConfig(Config.String("DRILL_DIRECTORY")),
    Flag.withDefault("")
  )
})

export const globalFlags = [Json, Quiet, Verbose, Color, Ascii, Ui, Input, ScreenReader, Directory] as const

/** `--version`, long only: `-v` is verbose. */
const Version = GlobalFlag.Action({
  flag: Flag.Boolean("version").pipe(Flag.withDescription("Print the version"), Flag.withDefault(false)),
  run: (_, { version }) => Console.log(version)
})

export const cliConfig = CliConfig.layer({ builtIns: [GlobalFlag.Help, Version, GlobalFlag.Completions] })

export interface Globals {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly color: "auto" | "always" | "never"
  readonly ascii: boolean
  readonly ui: "auto" | "inline" | "full" | "none"
  /** Keys may be read. */
  readonly input: boolean
  readonly screenReader: boolean
  /** Empty: where the command was started. */
  readonly directory: string
}

export const globalsOf = Effect.gen(function* () {
  const globals: Globals = {
    json: yield* Json,
    quiet: yield* Quiet,
    verbose: yield* Verbose,
    color: yield* Color,
    ascii: yield* Ascii,
    ui: yield* Ui,
    input: yield* Input,
    screenReader: yield* ScreenReader,
    directory: yield* Directory
  }
  return globals
})
