/** Near misses: known names that a mistyped one may have meant, and the sentences that offer them. */
import { compareText } from "../model/value/text.ts"

/** Edits (insert, drop, replace, swap neighbours) that turn one text into the other. */
const editDistance = (left: string, right: string): number => {
  let older: ReadonlyArray<number> = []
  let previous: ReadonlyArray<number> = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      let least = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (same ? 0 : 1))
      const isSwap = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (isSwap) least = Math.min(least, (older[column - 2] ?? 0) + 1)
      current.push(least)
    }
    older = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

const scoreOf = (wanted: string, name: string): number => {
  const [left, right] = [wanted.toLowerCase(), name.toLowerCase()]
  if (left === right) return 0
  if (left.length >= 3 && right.length >= 3 && (right.includes(left) || left.includes(right))) return 2
  return editDistance(left, right)
}

/**
 * Names within two edits, or that contain what was written or are contained in it; nearest first, at most three. What differs in
 * capitals alone is meant, and nothing beside it.
 */
export const nearMisses = (wanted: string, names: Iterable<string>, most = 3): ReadonlyArray<string> => {
  const scored = [...new Set(names)].map((name) => ({ name, score: scoreOf(wanted, name) }))
  const isNear = scored.some(({ score }) => score === 0) ? (score: number) => score === 0 : (score: number) => score <= 2
  return scored
    .filter(({ score, name }) => isNear(score) && score < Math.max(wanted.length, name.length))
    .sort((left, right) => left.score - right.score || compareText(left.name, right.name))
    .slice(0, most)
    .map(({ name }) => name)
}

const quoted = (name: string): string => `"${name}"`

/** `"a", "b", "c" and 4 more`; `none` when there is nothing to list. */
export const listed = (names: ReadonlyArray<string>, most = 6): string => {
  if (names.length === 0) return "none"
  const shown = names.slice(0, most).map(quoted).join(", ")
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

/** `did you mean "replicas"?`; `undefined` when nothing is near. */
export const meant = (wanted: string, names: Iterable<string>): string | undefined => {
  const near = nearMisses(wanted, names)
  return near.length === 0 ? undefined : `did you mean ${near.map(quoted).join(" or ")}?`
}
