/**
 * `fromManifests("./k8s/*.yaml")`: what Kubernetes manifests describe, as things of the cluster. Paths are seen from the scenario's own
 * folder. What is not understood is a mistake with its file and line; what is known and changes nothing is named in a warning.
 */
import { errorOf, WordMisused } from "../diagnostic.ts"
import { manifestFiles } from "../load-manifests.ts"
import { readManifests } from "../manifest/read-manifests.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readName } from "../read.ts"
import type { Described } from "./workload.ts"

const folderOf = (path: string | undefined): string => {
  const cut = path?.lastIndexOf("/") ?? -1
  return cut < 0 ? "." : (path ?? "").slice(0, cut)
}

export const fromManifests = (...patterns: ReadonlyArray<string>): ReadonlyArray<Described> => {
  const place = placeOfCall(fromManifests)
  const described: Array<Described> = []
  for (const pattern of patterns) {
    const files = manifestFiles(readName(pattern, "fromManifests(", place), folderOf(place?.path))
    if (files.length === 0)
      misuse(
        errorOf("D019", `fromManifests("${pattern}"): no such file`, {
          place,
          underlined: pattern,
          help: "paths are seen from the scenario's folder"
        })
      )
    const { described: more, diagnostics } = readManifests(files)
    const mistakes = diagnostics.filter(({ severity }) => severity === "error")
    if (mistakes.length > 0) throw new WordMisused(mistakes)
    described.push(...more, ...diagnostics.map((diagnostic): Described => ({ _tag: "Note", spec: diagnostic, place: diagnostic.place })))
  }
  return described
}
