/** A folder of a cloud's answers on disk: its JSON files, seen from the scenario's own folder. */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { compareText } from "../model/value/text.ts"

export interface DumpFolder {
  /** As seen from the working directory. */
  readonly path: string
  /** In order of their names. */
  readonly files: ReadonlyArray<{ readonly name: string; readonly path: string; readonly text: string }>
}

const shown = (path: string): string => (relative(process.cwd(), path) || ".").replaceAll("\\", "/")

/** `undefined`: no such folder. What is no file, or does not end in `.json`, is not looked at. */
export const dumpFolder = (folder: string, from: string): DumpFolder | undefined => {
  const whole = resolve(from, folder)
  try {
    const entries = readdirSync(whole, { withFileTypes: true })
    const names = entries.flatMap((entry) => (!entry.isDirectory() && entry.name.toLowerCase().endsWith(".json") ? [entry.name] : []))
    return {
      path: shown(whole),
      files: names.sort(compareText).map((name) => ({
        name,
        path: shown(join(whole, name)),
        text: readFileSync(join(whole, name), "utf8")
      }))
    }
  } catch (thrown) {
    const { code } = thrown as { readonly code?: string }
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    throw thrown
  }
}
