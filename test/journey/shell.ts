/**
 * A folder of one's own and the built command line in it, as a person meets it: words in, two streams and an exit code out.
 */
import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { inject } from "vitest"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..")

export interface Said {
  /** `null` when a signal ended the process. */
  readonly exit: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface Shell {
  readonly folder: string
  /** Runs `drill …` without a terminal, stdin closed. */
  readonly drill: (...words: ReadonlyArray<string>) => Promise<Said>
  /** The same with variables added to the environment, or a reaction to the first output. */
  readonly drillWith: (how: How, ...words: ReadonlyArray<string>) => Promise<Said>
  readonly write: (name: string, text: string) => string
  readonly remove: () => void
}

export interface How {
  readonly environment?: Readonly<Record<string, string>>
  /** Called at each piece of stdout. */
  readonly onOut?: (process: ReturnType<typeof spawn>, text: string) => void
}

/** An empty folder in the system's temporary one; `scenarios` are copied into it. */
export const openShell = (...scenarios: ReadonlyArray<string>): Shell => {
  const folder = mkdtempSync(join(tmpdir(), "drill-journey-"))
  for (const name of scenarios) cpSync(join(root, "scenarios", name), join(folder, name))
  const drillWith = (how: How, ...words: ReadonlyArray<string>) => call(folder, how, words)
  return {
    folder,
    drillWith,
    drill: (...words) => drillWith({}, ...words),
    write: (name, text) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
      return name
    },
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

const call = (folder: string, how: How, words: ReadonlyArray<string>): Promise<Said> =>
  new Promise((done, fail) => {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(?:DRILL_|VITEST|NODE_ENV|CI$|NO_COLOR|FORCE_COLOR)/.test(name))
    )
    const child = spawn(process.execPath, [inject("cli"), ...words], {
      cwd: folder,
      env: { ...inherited, LANG: "en_US.UTF-8", ...how.environment },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let out = ""
    let err = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text
      how.onOut?.(child, text)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text
    })
    child.on("error", fail)
    child.on("close", (exit, signal) => done({ exit, signal, out, err }))
  })
