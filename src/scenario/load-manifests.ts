/** Files of manifests on disk: a path, or a pattern with `*` in its last part, seen from the scenario's own folder. */
import { readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { compareText } from "../model/value/text.ts"

const patternOf = (name: string): RegExp => new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`)

/** The files in order of their names, paths as seen from the working directory; `[]` when none is there. */
export const manifestFiles = (pattern: string, from: string): ReadonlyArray<{ readonly path: string; readonly text: string }> => {
  const folder = resolve(from, dirname(pattern))
  let names: ReadonlyArray<string>
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  const shape = patternOf(basename(pattern))
  return names
    .filter((name) => shape.test(name))
    .sort(compareText)
    .map((name) => {
      const path = join(folder, name)
      return { path: relative(process.cwd(), path), text: readFileSync(path, "utf8") }
    })
}
