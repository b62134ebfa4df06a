/**
 * From files to answers: every file by its kind, its documents put together, every entry held to its shape, in the order of ids whatever
 * the order of files. Mistakes come with the file's line and the JSON path.
 */
import type { DumpFolder } from "../load-dump.ts"
import { meant } from "../near.ts"
import type { Place } from "../plan.ts"
import { commandFor, type DumpEntry, type DumpKind, dumpKindNames, dumpKinds, kindOfFile, knownFiles } from "./files.ts"
import type { Findings } from "./findings.ts"
import { type JsonText, jsonIn } from "./json-text.ts"
import { type Entry, folderOf, isNoJson, isShaped, keysOf, sortedById } from "./shaped.ts"

export interface Dump {
  /** As seen from the working directory. */
  readonly folder: string
  /** In order of their ids; `[]` when the file is not there. */
  readonly all: <Kind extends DumpKind>(kind: Kind) => ReadonlyArray<DumpEntry<Kind>>
  readonly has: (kind: DumpKind) => boolean
  /** The file of a kind, or the name it would have. */
  readonly fileOf: (kind: DumpKind) => string
  /** Where an entry stands. */
  readonly placeOf: (entry: object) => Place
  /** Whose answers are there, of a kind that is told by the names of its files. */
  readonly ownersOf: (kind: DumpKind) => ReadonlySet<string>
}

/** `asked`: where the folder is named, for what is missing in it. */
export const readDump = (folder: DumpFolder, findings: Findings, asked: Place | undefined): Dump => {
  const entries = new Map<DumpKind, Array<Entry>>()
  const files = new Map<DumpKind, string>()
  const owners = new Map<DumpKind, Set<string>>()
  for (const { name, path, text } of folder.files) {
    const found = kindOfFile(name)
    if (found === undefined || typeof found === "string") {
      notRead(name, path, found, findings)
      continue
    }
    const { kind, of } = found
    files.set(kind, files.get(kind) ?? path)
    if ("byName" in dumpKinds[kind] && of === "") {
      const example = commandFor(kind, folder.path)
      findings.mistake(`${path}: its name does not say whose answer it is`, { place: { path, line: 1 }, help: `write ${example}` })
    }
    owners.set(kind, (owners.get(kind) ?? new Set()).add(of))
    entries.set(kind, [...(entries.get(kind) ?? []), ...entriesOf(kind, of, path, jsonIn(text), findings)])
  }
  for (const kind of dumpKindNames) if ("needed" in dumpKinds[kind] && !files.has(kind)) needed(kind, folder, findings, asked)
  const places = new WeakMap<object, Place>()
  const sorted = new Map<DumpKind, ReadonlyArray<object>>()
  for (const [kind, given] of entries) {
    for (const { value, place } of given) places.set(value, place)
    sorted.set(kind, inOrder(kind, given, findings))
  }
  return {
    folder: folder.path,
    all: (kind) => (sorted.get(kind) ?? []) as ReadonlyArray<never>,
    has: (kind) => files.has(kind),
    fileOf: (kind) => files.get(kind) ?? `${folder.path}/${dumpKinds[kind].command}.json`,
    placeOf: (entry) => {
      const place = places.get(entry)
      if (place === undefined) throw new Error("an entry is asked for that no file of the dump has")
      return place
    },
    ownersOf: (kind) => owners.get(kind) ?? new Set()
  }
}

const notRead = (name: string, path: string, why: "without effect" | "not modelled" | undefined, findings: Findings): void => {
  if (why === "without effect") return
  const near = why === undefined ? meant(name, knownFiles) : undefined
  findings.leftOut(path, why === undefined ? `not a file that is known${near === undefined ? "" : `; ${near}`}` : `${why}: the whole file`)
}

const needed = (kind: DumpKind, folder: DumpFolder, findings: Findings, asked: Place | undefined): void =>
  findings.mistake(`${folder.path}: ${dumpKinds[kind].command}.json is missing`, {
    place: asked,
    underlined: "fromAws",
    notes: [folder.files.length === 0 ? "the folder has no JSON file" : `the folder has ${folder.files.length} JSON files`],
    help: `write it: ${commandFor(kind, folder.path)}`
  })

/** The entries of a file that are as they should be. */
const entriesOf = (kind: DumpKind, of: string, path: string, json: JsonText, findings: Findings): ReadonlyArray<Entry> => {
  const help = `write it again: ${commandFor(kind, folderOf(path), of)}`
  if (isNoJson(path, json, help, findings)) return []
  cutShort(path, json, findings)
  return json.documents.flatMap((document) => {
    const { key } = dumpKinds[kind]
    const holder = typeof document === "object" && document !== null ? document : {}
    const value = (holder as Readonly<Record<string, unknown>>)[key]
    const isOne = !key.startsWith(key.slice(0, 1).toUpperCase())
    if (isOne ? typeof value !== "object" : !Array.isArray(value)) {
      findings.mistake(`${path}: $.${key} is ${value === undefined ? "missing" : `no ${isOne ? "object" : "list"}`}`, {
        place: { path, line: json.lineOf(holder, key) },
        notes: [`expected what aws ${dumpKinds[kind].service} ${dumpKinds[kind].command} writes; found ${keysOf(document)}`],
        help
      })
      return []
    }
    const holds = isOne ? holder : (value as object)
    const all = (isOne ? [value] : value) as ReadonlyArray<unknown>
    return all.flatMap((entry, index) => {
      const at = isOne ? `$.${key}` : `$.${key}[${index}]`
      const line = json.lineOf(holds, isOne ? key : index)
      if (!isShaped(dumpKinds[kind].shape, { value: entry, place: { path, line } }, { at, json, help }, findings)) return []
      const named = "byName" in dumpKinds[kind] ? { ...(entry as object), of } : (entry as object)
      return [{ value: named, place: { path, line } }]
    })
  })
}

/** Properties by which an answer says that it is not the whole; `AdditionalRoutesAvailable` is there, and false, in whole ones. */
const moreSigns = ["NextToken", "nextToken", "NextMarker", "AdditionalRoutesAvailable"]

/** The CLI was told to stop before the list's end, or AWS gives no more in one answer. */
const cutShort = (path: string, json: JsonText, findings: Findings): void => {
  const last = json.documents.at(-1)
  if (typeof last !== "object" || last === null) return
  const sign = moreSigns.find((key) => ![undefined, false].includes((last as Readonly<Record<string, false | undefined>>)[key]))
  if (sign === undefined) return
  findings.mistake(`${path}: the list goes on after its end`, {
    place: { path, line: json.lineOf(last, sign) },
    notes: [`$.${sign} says that there are more`],
    help:
      sign === "AdditionalRoutesAvailable"
        ? "write the file in parts, by filters that leave out none: Name=type,Values=static, then propagated"
        : "write it again without --max-items and --no-paginate, or the further pages after it"
  })
}

const inOrder = (kind: DumpKind, entries: ReadonlyArray<Entry>, findings: Findings): ReadonlyArray<object> =>
  sortedById(dumpKinds[kind].idOf as (entry: object) => string, entries, findings)
