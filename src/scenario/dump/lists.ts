/**
 * Answers that are lists: a file a kind, as `gcloud … list --format json` and `az … list -o json` write them, or as the REST APIs answer
 * (`items`, `value`, `values`). One resource alone, as `describe` and `show` write it, is a list of one. Several documents may stand in a file.
 * ARM's nested `properties` stand beside an entry's own fields afterwards.
 */
import type { Schema } from "effect"
import type { DumpFolder } from "../load-dump.ts"
import { meant } from "../near.ts"
import type { Place } from "../plan.ts"
import type { Findings } from "./findings.ts"
import { type JsonText, jsonIn } from "./json-text.ts"
import { type Entry, isNoJson, isShaped, keysOf, sortedById } from "./shaped.ts"

export interface ListKind {
  /** The command that writes it. */
  readonly command: string
  /** Names of its file, without `.json`; what follows one of them after a dash is the owner's own. */
  readonly stems: readonly [string, ...ReadonlyArray<string>]
  readonly shape: Schema.Top
  readonly idOf: (entry: never) => string
  readonly needed?: true
  /** Entries of one id in two files are two. */
  readonly perFile?: true
}
export type ListKinds = Readonly<Record<string, ListKind>>

export interface Lists<Kinds extends ListKinds> {
  readonly folder: string
  /** In order of their ids; `[]` when the file is not there. */
  readonly all: <Kind extends keyof Kinds & string>(kind: Kind) => ReadonlyArray<Kinds[Kind]["shape"]["Type"]>
  readonly has: (kind: keyof Kinds & string) => boolean
  readonly fileOf: (kind: keyof Kinds & string) => string
  readonly placeOf: (entry: object) => Place
  /** How a kind's file is written into the folder. */
  readonly commandFor: (kind: keyof Kinds & string) => string
}

/** `word`: what reads the folder, as it is called. `unread`: stems of answers that are known, and of which nothing is read. */
export const readLists = <Kinds extends ListKinds>(
  folder: DumpFolder,
  kinds: Kinds,
  { word, place: asked, unread }: { readonly word: string; readonly place: Place | undefined; readonly unread: ReadonlyArray<string> },
  findings: Findings
): Lists<Kinds> => {
  const names = Object.keys(kinds)
  const commandFor = (kind: string): string => `${kinds[kind]?.command ?? ""} > ${folder.path}/${kinds[kind]?.stems[0] ?? kind}.json`
  const [entries, files] = [new Map<string, Array<Entry>>(), new Map<string, string>()]
  for (const { name, path, text } of folder.files) {
    const stem = name.replace(/\.json$/i, "")
    const kind = names.find((each) => isCalled(stem, kinds[each]?.stems ?? []))
    if (kind === undefined) {
      const near = meant(
        name,
        Object.values(kinds).flatMap(({ stems }) => stems.map((each) => `${each}.json`))
      )
      const why = isCalled(stem, unread)
        ? "not modelled: the whole file"
        : `not a file that is known${near === undefined ? "" : `; ${near}`}`
      findings.leftOut(path, why)
      continue
    }
    files.set(kind, files.get(kind) ?? path)
    const help = `write it again: ${commandFor(kind)}`
    const json = jsonIn(text)
    const shape = kinds[kind]?.shape
    if (shape === undefined || isNoJson(path, json, help, findings)) continue
    entries.set(kind, [...(entries.get(kind) ?? []), ...entriesOf(shape, path, json, help, findings)])
  }
  for (const kind of names)
    if (kinds[kind]?.needed === true && !files.has(kind))
      findings.mistake(`${folder.path}: ${kinds[kind].stems[0]}.json is missing`, {
        place: asked,
        underlined: word,
        notes: [folder.files.length === 0 ? "the folder has no JSON file" : `the folder has ${folder.files.length} JSON files`],
        help: `write it: ${commandFor(kind)}`
      })
  const places = new WeakMap<object, Place>()
  const sorted = new Map<string, ReadonlyArray<object>>()
  for (const [kind, given] of entries) {
    for (const { value, place } of given) places.set(value, place)
    const named = (kinds[kind]?.idOf ?? (() => "")) as (entry: object) => string
    const idOf = (entry: object): string => (kinds[kind]?.perFile === true ? `${places.get(entry)?.path} ${named(entry)}` : named(entry))
    sorted.set(kind, sortedById(idOf, given, findings))
  }
  return {
    folder: folder.path,
    all: (kind) => (sorted.get(kind) ?? []) as ReadonlyArray<never>,
    has: (kind) => files.has(kind),
    fileOf: (kind) => files.get(kind) ?? `${folder.path}/${kinds[kind]?.stems[0] ?? kind}.json`,
    placeOf: (entry) => {
      const place = places.get(entry)
      if (place === undefined) throw new Error("an entry is asked for that no file of the dump has")
      return place
    },
    commandFor
  }
}

const isCalled = (stem: string, names: ReadonlyArray<string>): boolean => names.some((name) => stem === name || stem.startsWith(`${name}-`))

const entriesOf = (shape: Schema.Top, path: string, json: JsonText, help: string, findings: Findings): ReadonlyArray<Entry> =>
  json.documents.flatMap((document) => {
    const { list, at } = listIn(document)
    if (list === undefined) {
      findings.mistake(`${path}: it is no list of resources`, { place: { path, line: 1 }, notes: [`found ${keysOf(document)}`], help })
      return []
    }
    return list.flatMap((given, index) => {
      const place = { path, line: typeof given === "object" && given !== null ? json.lineOf(given) : 1 }
      const value = flattened(given)
      const isThere = isShaped(shape, { value, place }, { at: `${at}[${index}]`, json, help }, findings)
      return isThere && typeof value === "object" && value !== null ? [{ value, place }] : []
    })
  })

interface ListFound {
  readonly list: ReadonlyArray<unknown> | undefined
  readonly at: string
}

/** Where a document has its resources. */
const listIn = (document: unknown): ListFound => {
  if (Array.isArray(document)) return { list: document, at: "$" }
  if (typeof document !== "object" || document === null) return { list: undefined, at: "$" }
  const { items, value, values } = document as { readonly items?: unknown; readonly value?: unknown; readonly values?: unknown }
  if (Array.isArray(items)) return { list: items, at: "$.items" }
  if (Array.isArray(value)) return { list: value, at: "$.value" }
  if (Array.isArray(values)) return { list: values, at: "$.values" }
  return { list: "name" in document || "id" in document ? [document] : undefined, at: "$" }
}

/** ARM's `properties` beside the rest, at every depth, and without fields that are null: where there is nothing, some commands write that. */
const flattened = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(flattened)
  if (typeof value !== "object" || value === null) return value
  const { properties, ...rest } = value as { readonly properties?: unknown }
  const isNested = typeof properties === "object" && properties !== null && !Array.isArray(properties)
  const whole = isNested ? { ...properties, ...rest } : value
  return Object.fromEntries(Object.entries(whole).flatMap(([key, each]) => (each === null ? [] : [[key, flattened(each)]])))
}
