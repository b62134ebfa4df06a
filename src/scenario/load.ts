/**
 * From a file to a plan: finds the file, loads it as TypeScript wherever it lies, asks its default export for the draft, applies a
 * variant and the settings of the command line, and checks everything. A function is given the parameters it reads.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { Data, Effect } from "effect"
import { createJiti } from "jiti"
import { type Diagnostic, errorOf, WordMisused } from "./diagnostic.ts"
import { planOf } from "./draft-plan.ts"
import { guarded, isUsers } from "./load-guard.ts"
import { listed, meant } from "./near.ts"
import { placeOfFrame } from "./place.ts"
import type { Place, Places, Plan } from "./plan.ts"
import { settingNamed, splitSetting, unknownSetting } from "./settings.ts"
import { type Draft, type Told, toldOf } from "./word/draft.ts"

/** What is wrong with a scenario, all of it. */
export class ScenarioInvalid extends Data.TaggedError("ScenarioInvalid")<{
  readonly path: string
  readonly diagnostics: ReadonlyArray<Diagnostic>
}> {
  override get message() {
    return this.diagnostics
      .map(({ code, headline, place }) => `${place === undefined ? this.path : `${place.path}:${place.line}`}: ${code}: ${headline}`)
      .join("\n")
  }
}

export interface LoadOptions {
  /** The module that `import … from "drill"` gives; handed in, so that there is one of it. */
  readonly words: Readonly<Record<string, unknown>>
  /** `name=value`, as on the command line. */
  readonly set?: ReadonlyArray<string>
  readonly variant?: string | undefined
}

export interface LoadedScenario {
  /** Relative to the working directory, where it can be. */
  readonly path: string
  readonly plan: Plan
  readonly places: Places
  /** Warnings; errors do not load. */
  readonly warnings: ReadonlyArray<Diagnostic>
  readonly variants: ReadonlyArray<string>
}

/** The path as people say it: from the working directory, or whole when it lies elsewhere. */
const shownPath = (path: string): string => {
  const inside = relative(process.cwd(), path)
  return inside === "" || inside.startsWith("..") ? path : inside.replaceAll("\\", "/")
}

const shownPlace = (place: Place | undefined): Place | undefined =>
  place === undefined ? undefined : { ...place, path: shownPath(place.path) }

const shown = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.place === undefined ? diagnostic : { ...diagnostic, place: shownPlace(diagnostic.place) as Place }

/** What scenario files end in. */
const fileShape = /\.[cm]?tsx?$/
const scenarioFolder = "scenarios"

/** Names of scenario files here and in `scenarios/`. */
const scenariosHere = (): ReadonlyArray<string> =>
  [".", scenarioFolder].flatMap((folder) => (existsSync(folder) ? readdirSync(folder).filter((file) => fileShape.test(file)) : []))

/** The file that a path or a bare name means: here, else in `scenarios/`. */
export const findScenario = (name: string): Effect.Effect<string, ScenarioInvalid> =>
  Effect.suspend(() => {
    const candidates = [name, `${name}.ts`, join(scenarioFolder, name), join(scenarioFolder, `${name}.ts`)]
    const found = candidates.find((path) => fileShape.test(path) && existsSync(path) && statSync(path).isFile())
    if (found !== undefined) return Effect.succeed(resolve(found))
    const there = candidates.find((path) => existsSync(path))
    const diagnostic =
      there === undefined
        ? errorOf("D012", `there is no scenario "${name}"`, {
            notes: [`looked for ${listed([name, join(scenarioFolder, name)])}`],
            help: meant(basename(name), scenariosHere()) ?? "give the path of a TypeScript file"
          })
        : errorOf("D012", `${there} is no TypeScript file`, {
            notes: ["a scenario is a file that ends in .ts"],
            help: 'see scenarios/, or the README\'s "A first scenario"'
          })
    return Effect.fail(new ScenarioInvalid({ path: name, diagnostics: [diagnostic] }))
  })

/** The folder of loaded files' compiled text: beside the nearest package.json above the scenario, else here. */
const cacheFolder = (path: string): string => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return join(folder, ".drill", "cache")
    if (folder === dirname(folder)) return join(process.cwd(), ".drill", "cache")
  }
}

/** Loads, asks and checks a scenario. */
export const loadScenario = Effect.fn("loadScenario")(function* (name: string, options: LoadOptions) {
  const path = yield* findScenario(name)
  return yield* checked(shownPath(path), path, () => imported(path, options.words).then((exported) => ask(exported, path, options)))
})

/** As `loadScenario`, for what a scenario file exports: `drill(…)`, or a function that returns one. `name` stands for the path. */
export const scenarioFrom = (exported: unknown, name: string, options: Omit<LoadOptions, "words"> = {}) =>
  checked(name, name, () => ask(exported, name, options))

const checked = Effect.fnUntraced(function* (shownAs: string, path: string, work: () => Promise<Asked>) {
  const invalid = (diagnostics: ReadonlyArray<Diagnostic>) => new ScenarioInvalid({ path: shownAs, diagnostics: diagnostics.map(shown) })
  const loaded = yield* Effect.tryPromise({
    try: () => guarded(work),
    catch: (thrown) => invalid(diagnosticsOf(thrown, path))
  })
  const swallowed = loaded.diagnostics.filter(({ severity }) => severity === "error")
  if (swallowed.length > 0) return yield* invalid(swallowed)
  const { told, changed } = loaded.value
  // What a word was given may only be found wanting when everything is put together.
  const { plan, places, diagnostics } = yield* Effect.try({
    try: () => planOf(told, changed),
    catch: (thrown) => invalid(diagnosticsOf(thrown, path))
  })
  const all = [...loaded.diagnostics, ...diagnostics].map(shown)
  if (plan === undefined) return yield* invalid(all.filter(({ severity }) => severity === "error"))
  const kept: Places = Object.fromEntries(Object.entries(places).map(([key, place]) => [key, shownPlace(place) as Place]))
  return {
    path: shownAs,
    plan,
    places: kept,
    warnings: all,
    variants: told.variants.map(({ value }) => value.name)
  } satisfies LoadedScenario as LoadedScenario
})

interface Asked {
  readonly told: Told
  readonly changed: ReadonlyArray<{ readonly name: string; readonly value: string }>
}

/** What the file exports by default. Throws `WordMisused`, or whatever the file throws. */
const imported = async (path: string, words: LoadOptions["words"]): Promise<unknown> => {
  const jiti = createJiti(import.meta.url, {
    tryNative: false,
    interopDefault: false,
    moduleCache: false,
    fsCache: cacheFolder(path),
    virtualModules: { drill: words }
  })
  const module: Readonly<Record<string, unknown>> = await jiti.import(path)
  if (module.default === undefined) throw new WordMisused([noDefault(path, Object.keys(module))])
  return module.default
}

/** The draft that an export stands for, its parameters, variant and settings applied. */
const ask = async (exported: unknown, path: string, { set = [], variant }: Omit<LoadOptions, "words">): Promise<Asked> => {
  const given = readSets(set)
  const parameters = new Map<string, unknown>()
  const draft = await (typeof exported === "function" ? exported(parametersOf(given, parameters)) : exported)
  const told = toldOf(draft)
  if (told === undefined) throw new WordMisused([noDraft(path, draft)])
  const changed = given.filter(({ name }) => !parameters.has(name))
  const unknown = changed.filter(({ name }) => settingNamed(name) === undefined)
  if (unknown.length > 0) throw new WordMisused(unknown.map(({ name }) => unknownSetting(name, [...parameters.keys()], undefined)))
  return { told: variant === undefined ? told : variantOf(told, draft as Draft, variant), changed }
}

const readSets = (set: ReadonlyArray<string>): ReadonlyArray<{ readonly name: string; readonly value: string }> =>
  set.map((text) => {
    const split = splitSetting(text)
    if (split !== undefined) return split
    throw new WordMisused([errorOf("D015", `--set ${text}: name=value was expected`, { help: `write --set ${text}=…` })])
  })

/** What a scenario's function is called with: every name it reads is a parameter. */
const parametersOf = (given: ReadonlyArray<{ readonly name: string; readonly value: string }>, read: Map<string, unknown>): object =>
  new Proxy(
    {},
    {
      get: (_target, name) => {
        if (typeof name !== "string") return undefined
        const value = given.findLast((one) => one.name === name)?.value
        read.set(name, value)
        return value === undefined ? undefined : parameterOf(value)
      }
    }
  )

/** A parameter as the command line gives it: a number or a truth value where it reads as one. */
const parameterOf = (text: string): string | number | boolean =>
  /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text === "true" || text === "false" ? text === "true" : text

const noDefault = (path: string, exports: ReadonlyArray<string>): Diagnostic =>
  errorOf("D001", `${shownPath(path)} exports no scenario`, {
    place: { path, line: 1 },
    notes: [exports.length === 0 ? "it exports nothing" : `found export ${listed(exports)}`],
    help: "write export default drill(…)"
  })

const noDraft = (path: string, value: unknown): Diagnostic =>
  errorOf("D001", `${shownPath(path)} exports ${typeof value === "object" ? "something" : `a ${typeof value}`} that is no scenario`, {
    place: { path, line: 1 },
    notes: ["the default export is drill(…), or a function that returns one"],
    help: "write export default drill(…)"
  })

const variantOf = (told: Told, draft: Draft, variant: string): Told => {
  const found = told.variants.find(({ value }) => value.name === variant)
  const names = told.variants.map(({ value }) => value.name)
  if (found === undefined) {
    throw new WordMisused([
      errorOf("D015", `no variant is called "${variant}"`, {
        notes: [`variants of this scenario: ${listed(names)}`],
        help: meant(variant, names)
      })
    ])
  }
  const changed = toldOf(found.value.change(draft))
  if (changed !== undefined) return changed
  throw new WordMisused([
    errorOf("D008", `variant "${variant}" returns no scenario`, {
      place: found.place,
      underlined: variant,
      help: "return what the words give back: (base) => base.set({ … })"
    })
  ])
}

const parseShape = /^(?:ParseError|SyntaxError):? (?<what>.*?)\s+(?<path>\S*):(?<line>\d+):(?<column>\d+)\s*$/s
const missingShape = /^Cannot find (?:module|package) '(?<module>[^']+)'/

/** What went wrong while the file was loaded, as diagnostics. */
const diagnosticsOf = (thrown: unknown, path: string): ReadonlyArray<Diagnostic> => {
  if (thrown instanceof WordMisused) return thrown.diagnostics
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const parsed = parseShape.exec(message)?.groups
  if (parsed !== undefined) {
    const place: Place = {
      path: parsed.path === "" ? path : (parsed.path ?? path),
      line: Number(parsed.line),
      column: Number(parsed.column) + 1
    }
    return [errorOf("D011", parsed.what ?? "the file is not valid TypeScript", { place, help: "correct it there" })]
  }
  const module = missingShape.exec(message)?.groups?.module
  if (module !== undefined) {
    return [
      errorOf("D013", `the scenario imports "${module}", which cannot be found`, {
        place: importPlace(module, /^- (.+)$/m.exec(message)?.[1] ?? path),
        underlined: module,
        help: "correct the path, or install the package where the scenario lies"
      })
    ]
  }
  const name = thrown instanceof Error ? thrown.name : "a value that is no error"
  return [
    errorOf("D013", `the scenario throws ${name}: ${message.split("\n")[0] ?? ""}`, {
      place: thrown instanceof Error ? framePlace(thrown) : { path, line: 1 },
      help: "correct it there"
    })
  ]
}

const framePlace = (thrown: Error): Place | undefined =>
  thrown.stack
    ?.split("\n")
    .map((line) => placeOfFrame(line))
    .find((place) => place !== undefined && isUsers(place.path) && fileShape.test(place.path))

/** The line of a file that imports a module. */
const importPlace = (module: string, path: string): Place => {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : []
  const found = lines.findIndex((line) => line.includes(`"${module}"`) || line.includes(`'${module}'`))
  return { path, line: found < 0 ? 1 : found + 1 }
}
