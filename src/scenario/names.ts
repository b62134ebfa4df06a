/** Names that clash, and names that nothing bears. */
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { listed, meant } from "./near.ts"
import type { Place } from "./plan.ts"

/** Ids that stand more than once, each once. */
const twice = (ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [seen, again] = [new Set<string>(), new Set<string>()]
  for (const id of ids) (seen.has(id) ? again : seen).add(id)
  return [...again]
}

/** One diagnostic an id that several things of a kind bear. */
export const doubled = (kind: string, ids: ReadonlyArray<string>, place: (id: string) => Place | undefined): ReadonlyArray<Diagnostic> =>
  twice(ids).map((id) =>
    errorOf("D014", `two ${kind.endsWith("s") ? `${kind}e` : kind}s are called "${id}"`, {
      place: place(id),
      underlined: `"${id}"`,
      help: "rename one of them"
    })
  )

/** A name that nothing bears, with the names that exist. */
export const unknownName = (
  what: string,
  kind: string,
  id: string,
  known: ReadonlyArray<string>,
  place: Place | undefined,
  help?: string
): Diagnostic =>
  errorOf("D004", `${what}: unknown ${kind} "${id}"`, {
    place,
    underlined: id,
    notes: [known.length === 0 ? `this scenario has no ${kind}` : `this scenario has ${listed(known)}`],
    help: help ?? meant(id, known)
  })
