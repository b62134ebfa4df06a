/** Dump folders of one test: the one in `shop/` with files changed, put beside, or taken out. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { type AwsImport, fromAws } from "drill"
import { type Diagnostic, WordMisused } from "../../../src/scenario/diagnostic.ts"

export const shopFolder = fileURLToPath(new URL("shop", import.meta.url))

export type FileChange = (text: string) => string | undefined

export interface DumpFolders {
  /** A copy of the shop's dump. `undefined`: the file goes; a file that is not there is made of "". */
  readonly folder: (changes: Readonly<Record<string, FileChange>>) => string
  /** What an import of such a folder is refused with. */
  readonly refused: (changes: Readonly<Record<string, FileChange>>) => ReadonlyArray<Diagnostic>
  readonly imported: (changes: Readonly<Record<string, FileChange>>) => AwsImport
  readonly remove: () => void
}

/** What a word was refused with, paths as seen from the folder. */
export const refusalOf = (work: () => unknown, folder = ""): ReadonlyArray<Diagnostic> => {
  try {
    work()
  } catch (thrown) {
    if (!(thrown instanceof WordMisused)) throw thrown
    const text = JSON.stringify(thrown.diagnostics)
    return JSON.parse(folder === "" ? text : text.replaceAll(relative(process.cwd(), folder), "dump")) as ReadonlyArray<Diagnostic>
  }
  throw new Error("it is taken, and was not to be")
}

export const openFolders = (): DumpFolders => {
  const root = mkdtempSync(join(tmpdir(), "drill-dump-"))
  let count = 0
  const folder: DumpFolders["folder"] = (changes) => {
    const made = join(root, `dump-${count++}`)
    cpSync(shopFolder, made, { recursive: true })
    for (const [name, change] of Object.entries(changes)) {
      const path = join(made, name)
      const before = readIfThere(path)
      const after = change(before)
      if (after === before) throw new Error(`${name} is not changed`)
      if (after === undefined) rmSync(path)
      else writeFileSync(path, after)
    }
    return made
  }
  return {
    folder,
    refused: (changes) => {
      const made = folder(changes)
      return refusalOf(() => fromAws(made), made)
    },
    imported: (changes) => fromAws(folder(changes)),
    remove: () => rmSync(root, { recursive: true, force: true })
  }
}

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

/** A piece of text in the place of another, which must be there. */
export const replacing =
  (piece: string, instead: string): FileChange =>
  (text) => {
    if (!text.includes(piece)) throw new Error(`no ${piece}`)
    return text.replace(piece, instead)
  }

export const writing =
  (document: unknown): FileChange =>
  () =>
    JSON.stringify(document, null, 2)

export const takenOut: FileChange = () => undefined

/** Every warning's notes, without the folder. */
export const notesOf = ({ notes = [] }: AwsImport): ReadonlyArray<string> =>
  notes.flatMap(({ code, notes: said }) => said.map((note) => `${code} ${note.replace(/^\S*\/(?=[^/]*:)/, "")}`))

/** Copies of another dump beside this file, with one file changed, or taken out when `change` gives nothing. They go with `remove`. */
export const copiesOf = (dump: string) => {
  const source = fileURLToPath(new URL(dump, import.meta.url))
  const root = mkdtempSync(join(tmpdir(), `drill-${dump}-`))
  let count = 0
  const changed = (file: string, change: FileChange): string => {
    const made = join(root, String(count++))
    cpSync(source, made, { recursive: true })
    const path = join(made, `${file}.json`)
    const text = change(readFileSync(path, "utf8"))
    if (text === undefined) rmSync(path)
    else writeFileSync(path, text)
    return made
  }
  return { source, changed, remove: (): void => rmSync(root, { recursive: true, force: true }) }
}
