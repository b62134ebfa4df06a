/** Every field of a manifest is understood and of its kind, or known to be without effect here, or a mistake with its line. */
import { type Diagnostic, errorOf, warningOf } from "../diagnostic.ts"
import { listed, meant } from "../near.ts"
import type { Manifest } from "./document.ts"
import type { Fields, Leaf } from "./fields.ts"
import { shapes } from "./value-shapes.ts"

export interface FieldFindings {
  /** Mistakes, and warnings of fields that are not modelled. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Fields that change nothing, by name, each with the line where it is met first. */
  readonly inert: ReadonlyMap<string, number>
}

type Path = ReadonlyArray<string | number>

const isLeaf = (known: Fields): known is Leaf => typeof known === "string"
const isChoice = (known: Fields): known is ReadonlyArray<string> => Array.isArray(known)

export const checkFields = (manifest: Manifest, fields: Fields, what: string): FieldFindings => {
  const diagnostics: Array<Diagnostic> = []
  const inert = new Map<string, number>()
  const nameOf = (path: Path): string => String(path.filter((step) => typeof step === "string").at(-1) ?? "")

  const wrong = (value: unknown, expected: string, path: Path): void => {
    diagnostics.push(
      errorOf("D019", `${what}: ${path.join(".")} is ${JSON.stringify(value)}`, {
        place: manifest.placeOf(path),
        underlined: nameOf(path),
        notes: [`expected: ${expected}`]
      })
    )
  }
  const visitLeaf = (value: unknown, known: Leaf, path: Path): void => {
    if (known === "use") return
    if (known === "inert") {
      if (!inert.has(nameOf(path))) inert.set(nameOf(path), manifest.placeOf(path).line)
    } else if (known === "unmodelled") {
      diagnostics.push(
        warningOf("D023", `${what}: ${path.join(".")} is not modelled`, { place: manifest.placeOf(path), underlined: nameOf(path) })
      )
    } else if (!shapes[known].fits(value)) wrong(value, shapes[known].expected, path)
  }
  const visit = (value: unknown, known: Fields, path: Path): void => {
    // Kubernetes takes an empty value for one that is not given.
    if (value === null) return
    if (isLeaf(known)) {
      visitLeaf(value, known, path)
    } else if (isChoice(known)) {
      if (typeof value !== "string" || !known.includes(value)) wrong(value, known.join(" or "), path)
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, known, [...path, index])
    } else if (typeof value !== "object") {
      wrong(value, `fields: ${listed(Object.keys(known))}`, path)
    } else for (const [key, inner] of Object.entries(value ?? {})) visitField(key, inner, known, path)
  }
  const visitField = (key: string, inner: unknown, known: Readonly<Record<string, Fields>>, path: Path): void => {
    const next = known[key]
    if (next !== undefined) {
      visit(inner, next, [...path, key])
      return
    }
    diagnostics.push(
      errorOf("D019", `${what}: unknown field "${[...path, key].join(".")}"`, {
        place: manifest.placeOf([...path, key]),
        underlined: key,
        notes: [`known here: ${listed(Object.keys(known))}`],
        help: meant(key, Object.keys(known)) ?? "take it out, or correct it"
      })
    )
  }
  visit(manifest.value, fields, [])
  return { diagnostics, inert }
}
