/** Files of manifests as things of a cluster, with everything that is wrong or without effect in them. */
import { type Diagnostic, errorOf, warningOf } from "../diagnostic.ts"
import { listed, meant } from "../near.ts"
import type { Described } from "../word/workload.ts"
import { checkFields } from "./check-fields.ts"
import { type Manifest, manifestsIn } from "./document.ts"
import { inertKinds, kinds } from "./fields.ts"
import { describedOf } from "./kinds.ts"

export interface ManifestsRead {
  readonly described: ReadonlyArray<Described>
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

export const readManifests = (files: ReadonlyArray<{ readonly path: string; readonly text: string }>): ManifestsRead => {
  const described: Array<Described> = []
  const diagnostics: Array<Diagnostic> = []
  for (const { path, text } of files) {
    const read = manifestsIn(path, text)
    diagnostics.push(...read.diagnostics)
    const inert = new Set<string>()
    for (const manifest of read.manifests) {
      const kind = String(manifest.value["kind"])
      if (inertKinds.includes(kind)) {
        inert.add(`kind ${kind}`)
        continue
      }
      const fields = kinds[kind]
      if (fields === undefined) {
        diagnostics.push(unknownKind(manifest, kind))
        continue
      }
      const name = String((manifest.value["metadata"] as { name?: unknown } | undefined)?.name ?? "")
      const findings = checkFields(manifest, fields, `${kind} ${name}`)
      for (const field of findings.inert) inert.add(field)
      diagnostics.push(...findings.mistakes)
      if (name === "")
        diagnostics.push(errorOf("D019", `${kind} without a name`, { place: manifest.placeOf(["kind"]), help: "add metadata.name" }))
      else if (findings.mistakes.length === 0) described.push(describedOf(manifest))
    }
    if (inert.size > 0)
      diagnostics.push(
        warningOf("D020", `${path}: ${inert.size} fields and kinds change nothing in the model`, {
          place: { path, line: 1 },
          notes: [[...inert].sort().join(", ")]
        })
      )
  }
  return { described, diagnostics }
}

const unknownKind = (manifest: Manifest, kind: string): Diagnostic => {
  const known = [...Object.keys(kinds), ...inertKinds]
  return errorOf("D019", `a manifest of unknown kind "${kind}"`, {
    place: manifest.placeOf(["kind"]),
    underlined: kind,
    notes: [`understood: ${listed(Object.keys(kinds))}`],
    help: meant(kind, known) ?? "leave it out of the files that are read"
  })
}
