/**
 * The form of files: size, names, exports, and that each is reached from what is shipped.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { codeOf, filesIn, readIn, root, sourcesIn } from "./sources.ts"

const sizeMax = 400
const entries = ["src/cli/main.ts", "src/drill.ts", "src/library.ts", "src/testing/testing.ts", "test/bench/bench.ts"]
/** What people import: a list of what there is. */
const faces = new Set(["src/drill.ts", "src/library.ts"])
const sources = sourcesIn("src")
const tests = sourcesIn("test")

describe("the form of the house", () => {
  it(`no source, test or scenario is longer than ${sizeMax} lines`, () => {
    const long = [...sources, ...tests, ...sourcesIn("scenarios")].flatMap(({ path, text }) => {
      const lines = text.trimEnd().split("\n").length
      return lines > sizeMax ? [`${path}: ${lines}`] : []
    })
    expect(long).toEqual([])
  })

  it("every entry of the package is there", () => {
    expect(entries.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it("every source is reached from an entry", () => {
    const byPath = new Map([...sources, ...tests].map((source) => [source.path, source]))
    const reached = new Set<string>()
    const visit = (path: string): void => {
      if (reached.has(path)) return
      reached.add(path)
      for (const { file } of byPath.get(path)?.imports ?? []) if (file !== undefined) visit(file)
    }
    entries.forEach(visit)
    expect(sources.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
  })

  it("only the package's faces re-export, and nothing exports by default", () => {
    const odd = sources.flatMap(({ path, code, imports }) => [
      ...(!faces.has(path) && imports.some(({ isReExport }) => isReExport) ? [`${path} re-exports`] : []),
      ...(/\bexport\s+default\b/.test(code) ? [`${path} exports by default`] : [])
    ])
    expect(odd).toEqual([])
  })

  it("files are named for what they hold", () => {
    const vague = /(?:^|[-/])(?:index|utils?|helpers?|common|misc|types|manager|info|part\d)\.tsx?$/
    const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|d|config))?\.(?:tsx?|mjs)$/
    const odd = [...sources, ...tests]
      .map(({ path }) => path)
      .filter((path) => vague.test(path) || !kebab.test(path.split("/").at(-1) ?? ""))
    expect(odd).toEqual([])
  })

  it("every source says at its head what it is", () => {
    expect(sources.filter(({ text }) => !/^(?:#![^\n]*\n)?\/\*\*[\s*]/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it("no source escapes the type checker or leaves work undone", () => {
    const marks = new RegExp(["@ts-", "ignore|@ts-", "nocheck|@ts-", "expect-error|\\bTO", "DO\\b|\\bFIX", "ME\\b"].join(""))
    const marked = [...sources, ...tests].filter(({ text, code }) => marks.test(text) || /\bas any\b|:\s*any\b/.test(code))
    expect(marked.map(({ path }) => path)).toEqual([])
  })

  it("a test tests, always", () => {
    const idle = /\b(?:it|test|describe)\.(?:skip|todo|only|skipIf|runIf)\b/
    expect(tests.filter(({ code }) => idle.test(code)).map(({ path }) => path)).toEqual([])
  })
})

describe("what is committed", () => {
  it("names no machine's folders", () => {
    const machine = new RegExp(`(?:^|[\\s"'\`(=])/(?:${["work", "root", "home", "Users", "tmp"].join("|")})/\\w`, "m")
    const isText = (path: string) => /\.(?:ts|tsx|mjs|md|json|ya?ml)$/.test(path) && path !== "package-lock.json"
    const naming = filesIn(".").filter((path) => isText(path) && machine.test(readIn(path)))
    expect(naming).toEqual([])
  })

  it("quoted text and comments are told from code", () => {
    expect(codeOf('const a = "x" // y\nconst b = `1 ${two} 3` /* z */').replace(/\s+/g, " ").trim()).toBe('const a = "" const b = `two`')
  })
})
