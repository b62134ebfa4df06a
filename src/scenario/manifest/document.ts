/** A manifest as a document with places: every value knows the line it stands on. Several documents a file, lists taken apart. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml"
import { type Diagnostic, errorOf } from "../diagnostic.ts"
import type { Place } from "../plan.ts"

/** One object of a manifest: its plain value, and where any path in it stands. */
export interface Manifest {
  readonly value: Readonly<Record<string, unknown>>
  readonly placeOf: (path: ReadonlyArray<string | number>) => Place
}

const nodeAt = (root: Node | null, path: ReadonlyArray<string | number>): { readonly node: Node | null; readonly key: Node | null } => {
  let [node, key]: [Node | null, Node | null] = [root, null]
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (pair === undefined) return { node, key }
      key = pair.key as Node
      node = pair.value as Node | null
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined
      if (item === undefined) return { node, key }
      key = item
      node = item
    } else return { node, key }
  }
  return { node, key }
}

/** The objects of a file. What is no YAML, or no object, is told with its line. */
export const manifestsIn = (
  path: string,
  text: string
): { readonly manifests: ReadonlyArray<Manifest>; readonly diagnostics: ReadonlyArray<Diagnostic> } => {
  const lines = new LineCounter()
  const manifests: Array<Manifest> = []
  const diagnostics: Array<Diagnostic> = []
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { path, line, column: col }
  }
  for (const document of parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true })) {
    if ("errors" in document && document.errors.length > 0) {
      for (const { pos, message } of document.errors)
        diagnostics.push(
          errorOf("D019", `${path}: not valid YAML`, {
            place: placeAt(pos[0]),
            notes: [message.split("\n")[0]?.replace(/ at line.*$/, "") ?? ""]
          })
        )
      continue
    }
    const root = document.contents as Node | null
    const value: unknown = document.toJS()
    if (value === null || value === undefined) continue
    if (typeof value !== "object" || Array.isArray(value)) {
      diagnostics.push(errorOf("D019", `${path}: a document that is no Kubernetes object`, { place: placeAt(root?.range?.[0] ?? 0) }))
      continue
    }
    const record = value as Record<string, unknown>
    const placeIn =
      (prefix: ReadonlyArray<string | number>): Manifest["placeOf"] =>
      (inner) => {
        const { key, node } = nodeAt(root, [...prefix, ...inner])
        return placeAt((key ?? node ?? root)?.range?.[0] ?? 0)
      }
    if (record["kind"] === "List" && Array.isArray(record["items"]))
      for (const [index, item] of record["items"].entries())
        manifests.push({ value: item as Record<string, unknown>, placeOf: placeIn(["items", index]) })
    else manifests.push({ value: record, placeOf: placeIn([]) })
  }
  return { manifests, diagnostics }
}
