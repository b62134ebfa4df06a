/**
 * The arrows: every room imports only from the floors below, siblings are strangers, and each library has its room.
 */
import { describe, expect, it } from "vitest"
import { type Source, sourcesIn } from "./sources.ts"

const ground = ["model/value", "model/net"]
const model = [...ground, "model/capacity", "model/cloud", "model/kube", "model/balance", "model/fault", "model/world"]
const language = [...model, "event", "scenario"]
const use = [...language, "engine", "record", "analysis"]

/** What each room may import besides itself. */
const floors: Readonly<Record<string, ReadonlyArray<string>>> = {
  "model/value": [],
  "model/net": ["model/value"],
  "model/capacity": ground,
  "model/cloud": [...ground, "model/capacity"],
  "model/kube": [...ground, "model/capacity", "model/balance"],
  "model/balance": [...ground, "model/capacity"],
  "model/fault": [...ground, "model/capacity", "model/cloud", "model/kube"],
  "model/world": model,
  event: model,
  scenario: [...model, "event"],
  engine: language,
  record: language,
  analysis: language,
  report: use,
  tui: [...use, "report"],
  cli: [...use, "report", "tui", "drill"],
  testing: [...use, "report", "drill"],
  drill: [...model, "scenario"],
  library: [...language, "engine", "report"]
}

/** Who may import a package. A room, or one file of it. */
const libraries: Readonly<Record<string, ReadonlyArray<string>>> = {
  "node:crypto": ["src/model/value/canonical.ts", "src/record/"],
  "better-sqlite3": ["src/record/"],
  jiti: ["src/scenario/load"],
  yaml: ["src/scenario/manifest/"],
  ink: ["src/tui/"],
  react: ["src/tui/"],
  vitest: ["src/testing/"],
  "effect/cli": ["src/cli/"]
}

/** Rooms of values and functions; `Schema` is the one word of `effect` they may use. */
const isPure = (path: string): boolean =>
  /^src\/(?:model|event|analysis|report)\//.test(path) ||
  /^src\/scenario\/(?!load)/.test(path) ||
  /^src\/engine\/(?:queue|kernel)\.ts$/.test(path)

const roomOf = (path: string): string | undefined => {
  const inside = path.replace(/^src\//, "")
  if (inside === "drill.ts" || inside === "library.ts") return inside.slice(0, -3)
  const [first, second] = inside.split("/")
  return first === "model" ? `${first}/${second}` : first
}

const sources = sourcesIn("src")
const crossings = (holds: (source: Source) => ReadonlyArray<string>): ReadonlyArray<string> => sources.flatMap(holds)

describe("the arrows of the house", () => {
  it("every file stands in a room of the floor plan", () => {
    expect(crossings(({ path }) => (floors[roomOf(path) ?? ""] === undefined ? [path] : []))).toEqual([])
  })

  it("imports point down", () => {
    const up = crossings(({ path, imports }) => {
      const room = roomOf(path) ?? ""
      return imports.flatMap(({ file }) => {
        const target = file === undefined ? undefined : roomOf(file)
        return target === undefined || target === room || (floors[room] ?? []).includes(target) ? [] : [`${path} imports ${file}`]
      })
    })
    expect(up).toEqual([])
  })

  it("relative imports bear their extension and stay in src", () => {
    const astray = crossings(({ path, imports }) =>
      imports.flatMap(({ module, file }) =>
        file === undefined || /^src\/.*\.(tsx?|json)$/.test(file) ? [] : [`${path} imports ${module}`]
      )
    )
    expect(astray).toEqual([])
  })

  it("the pure rooms take nothing from packages but Schema", () => {
    const outside = crossings(({ path, imports }) =>
      !isPure(path)
        ? []
        : imports.flatMap(({ module, names, file }) => {
            if (file !== undefined) return []
            if (module === "effect" && names.length > 0 && names.every((name) => name.startsWith("Schema"))) return []
            if (libraries[module]?.some((owner) => path.startsWith(owner))) return []
            return [`${path} imports ${names.join(", ") || "*"} from ${module}`]
          })
    )
    expect(outside).toEqual([])
  })

  it("each library is imported in its own room only", () => {
    const guests = crossings(({ path, imports }) =>
      imports.flatMap(({ module }) => {
        const owners = libraries[module]
        return owners === undefined || owners.some((owner) => path.startsWith(owner)) ? [] : [`${path} imports ${module}`]
      })
    )
    expect(guests).toEqual([])
  })
})
