/** Every field of a manifest is understood, or known to change nothing, or a mistake with its line. */
import { type Diagnostic, errorOf } from "../diagnostic.ts"
import { listed, meant } from "../near.ts"
import type { Manifest } from "./document.ts"
import type { Fields } from "./fields.ts"

export interface FieldFindings {
  readonly mistakes: ReadonlyArray<Diagnostic>
  /** Fields that change nothing, by name. */
  readonly inert: ReadonlyArray<string>
}

export const checkFields = (manifest: Manifest, fields: Fields, what: string): FieldFindings => {
  const mistakes: Array<Diagnostic> = []
  const inert = new Set<string>()
  const visit = (value: unknown, known: Fields, path: ReadonlyArray<string | number>): void => {
    if (known === "use") return
    if (known === "inert") {
      inert.add(path.filter((step) => typeof step === "string").at(-1) ?? "")
      return
    }
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, known, [...path, index])
      return
    }
    if (typeof value !== "object" || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      const next = known[key]
      if (next !== undefined) visit(inner, next, [...path, key])
      else
        mistakes.push(
          errorOf("D019", `${what}: unknown field "${[...path, key].join(".")}"`, {
            place: manifest.placeOf([...path, key]),
            underlined: key,
            notes: [`known here: ${listed(Object.keys(known))}`],
            help: meant(key, Object.keys(known)) ?? "take it out, or correct it"
          })
        )
    }
  }
  visit(manifest.value, fields, [])
  return { mistakes, inert: [...inert].sort() }
}
