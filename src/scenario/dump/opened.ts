/** What words that read a folder of answers share: finding it, refusing what is wrong with it, and choosing a cluster of it. */
import { type Diagnostic, errorOf, WordMisused } from "../diagnostic.ts"
import { type DumpFolder, dumpFolder } from "../load-dump.ts"
import { unknownName } from "../names.ts"
import { listed } from "../near.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName } from "../read.ts"
import type { Cluster } from "../word/cluster.ts"
import { type Findings, openFindings } from "./findings.ts"

export interface Asked {
  /** As it is called, `fromGcp`. */
  readonly word: string
  readonly place: Place | undefined
}

/** The folder, seen from the scenario's. `whose`: whose answers are in it. */
export const openFolder = (
  folder: string,
  { word, place }: Asked,
  { whose, command }: { readonly whose: string; readonly command: string }
): DumpFolder => {
  const from = place?.path.slice(0, Math.max(0, place.path.lastIndexOf("/"))) ?? ""
  return (
    dumpFolder(readName(folder, `${word}(`, place), from === "" ? "." : from) ??
    misuse(
      errorOf("D025", `${word}("${folder}"): no such folder`, {
        place,
        underlined: folder,
        notes: ["paths are seen from the scenario's folder"],
        help: `make it, and write ${whose} answers into it: docs/import.md has the commands, the first is ${command}`
      })
    )
  )
}

export const refuse = (mistakes: ReadonlyArray<Diagnostic>): void => {
  if (mistakes.length > 0) throw new WordMisused(mistakes)
}

/** Names that somebody says machines listen by, and that no machine bears. */
export const strangersIn = (
  listening: Readonly<Record<string, unknown>>,
  known: ReadonlyArray<string>,
  { word, place }: Asked
): ReadonlyArray<Diagnostic> =>
  Object.keys(listening)
    .filter((name) => !known.includes(name))
    .map((name) => unknownName(`${word}: listening`, "instance", name, known, place))

interface Clusters<Given> {
  readonly all: ReadonlyArray<Given>
  readonly file: string
  readonly command: string
  readonly made: (given: Given, findings: Findings, place: Place | undefined) => Cluster
}

/** `….cluster("shop")`: read when it is asked for, so that one that nobody plays keeps nothing from being played. The only one when it is not named. */
export const clusterWord = <Given extends { readonly name: string }>(word: string, { all, file, command, made }: Clusters<Given>) => {
  const cluster = (name?: string): Cluster => {
    const place = placeOfCall(cluster)
    const names = all.map((each) => each.name)
    const given = name === undefined && all.length === 1 ? all[0] : all.find((each) => each.name === name)
    if (given === undefined)
      return misuse(
        name === undefined
          ? errorOf("D004", `${word}(…).cluster: which one?`, {
              place,
              underlined: "cluster",
              notes: [names.length === 0 ? `no cluster is in ${file}` : `the dump has ${listed(names)}`],
              help: `write it: ${command}`
            })
          : unknownName(`${word}(…).cluster`, "cluster", name, names, place)
      )
    const own = openFindings()
    const read = made(given, own, place)
    refuse(own.mistakes)
    return read
  }
  return cluster
}
