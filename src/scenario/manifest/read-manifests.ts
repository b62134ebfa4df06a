/** Files of manifests as things of a cluster, with everything that is wrong or without effect in them. */
import { type Diagnostic, errorOf, warningOf } from "../diagnostic.ts"
import { listed, meant } from "../near.ts"
import type { Described } from "../word/workload.ts"
import { checkFields, type FieldFindings } from "./check-fields.ts"
import { checkNames } from "./check-names.ts"
import { type Manifest, manifestsIn } from "./document.ts"
import { inertKinds, kinds, unmodelledKinds } from "./fields.ts"
import { describedOf, isExplaining } from "./kinds.ts"
import { type Surroundings, surroundingsOf } from "./surroundings.ts"

export interface ManifestsRead {
  readonly described: ReadonlyArray<Described>
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

export const readManifests = (files: ReadonlyArray<{ readonly path: string; readonly text: string }>): ManifestsRead => {
  const read = files.map(({ path, text }) => ({ path, ...manifestsIn(path, text) }))
  const all = read.flatMap(({ manifests }) => manifests)
  const surroundings = surroundingsOf(all)
  const described: Array<Described> = []
  const diagnostics: Array<Diagnostic> = []
  for (const { path, manifests, diagnostics: unreadable } of read) {
    const inert = new Map<string, number>()
    diagnostics.push(...unreadable)
    for (const manifest of manifests) {
      const findings = checkManifest(manifest, all, surroundings)
      diagnostics.push(...findings.diagnostics)
      for (const [what, line] of findings.inert) if (!inert.has(what)) inert.set(what, line)
      const isSound = findings.diagnostics.every(({ severity }) => severity !== "error")
      if (findings.isDescribed && isSound) described.push(describedOf(manifest, all, surroundings))
    }
    if (inert.size > 0) diagnostics.push(withoutEffect(path, inert))
  }
  return { described, diagnostics }
}

interface Findings extends FieldFindings {
  /** It stands for a thing of the cluster. */
  readonly isDescribed: boolean
}

const checkManifest = (manifest: Manifest, all: ReadonlyArray<Manifest>, surroundings: Surroundings): Findings => {
  const kind = String(manifest.value["kind"])
  const name = String((manifest.value["metadata"] as { name?: unknown } | undefined)?.name ?? "")
  const place = manifest.placeOf(["kind"])
  const only = (...diagnostics: ReadonlyArray<Diagnostic>): Findings => ({ isDescribed: false, diagnostics, inert: new Map() })
  if (inertKinds.includes(kind)) return { ...only(), inert: new Map([[`kind ${kind}`, place.line]]) }
  if (unmodelledKinds.includes(kind)) return only(warningOf("D023", `${kind} ${name} is not modelled`, { place, underlined: kind }))
  const fields = kinds[kind]
  if (fields === undefined) return only(unknownKind(manifest, kind))
  if (name === "") return only(errorOf("D019", `${kind} without a name`, { place, help: "add metadata.name" }))
  const found = checkFields(manifest, fields, `${kind} ${name}`)
  return {
    isDescribed: !isExplaining(manifest),
    diagnostics: [...found.diagnostics, ...checkNames(manifest, `${kind} ${name}`, all, surroundings)],
    inert: found.inert
  }
}

const withoutEffect = (path: string, inert: ReadonlyMap<string, number>): Diagnostic =>
  warningOf("D020", `${path}: ${inert.size} fields and kinds change nothing in the model`, {
    place: { path, line: Math.min(...inert.values()) },
    notes: [[...inert].map(([what, line]) => `${what} (line ${line})`).join(", ")]
  })

const unknownKind = (manifest: Manifest, kind: string): Diagnostic => {
  const known = [...Object.keys(kinds), ...inertKinds, ...unmodelledKinds]
  return errorOf("D019", `a manifest of unknown kind "${kind}"`, {
    place: manifest.placeOf(["kind"]),
    underlined: kind,
    notes: [`understood: ${listed(Object.keys(kinds))}`],
    help: meant(kind, known) ?? "leave it out of the files that are read"
  })
}
