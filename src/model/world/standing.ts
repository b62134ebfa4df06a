/**
 * Standing questions: who reaches whom, asked throughout a run and walked again only when a part moved that the last answer read.
 * A memory beside the world: dropping it costs time and changes no answer.
 */
import { sortedKeys } from "../value/text.ts"

export interface Standing {
  /** Questions by the part that their last answer read. */
  readonly readers: Map<string, Set<string>>
  /** Parts that a question's last answer read. */
  readonly touched: Map<string, ReadonlyArray<string>>
  /** Questions to ask again. */
  readonly dirty: Set<string>
}

export const startStanding = (): Standing => ({ readers: new Map(), touched: new Map(), dirty: new Set() })

/** A new question, or one whose own words changed. */
export const raiseQuestion = (standing: Standing, question: string): void => {
  standing.dirty.add(question)
}

/** A question that nobody asks any more. */
export const dropQuestion = (standing: Standing, question: string): void => {
  noteAnswer(standing, question, [])
  standing.touched.delete(question)
  standing.dirty.delete(question)
}

/** Parts moved: whoever read them asks again. */
export const noteMoved = (standing: Standing, moved: ReadonlyArray<string>): void => {
  for (const part of moved) for (const question of standing.readers.get(part) ?? []) standing.dirty.add(question)
}

/** Questions of a kind that must be asked again, in order; they are no longer dirty. The kind is the text before the first `/`. */
export const takeDirty = (standing: Standing, kind: string): ReadonlyArray<string> => {
  if (standing.dirty.size === 0) return []
  const questions = sortedKeys(standing.dirty).filter((question) => question.startsWith(`${kind}/`))
  for (const question of questions) standing.dirty.delete(question)
  return questions
}

export const isDirty = (standing: Standing, kind: string): boolean => {
  for (const question of standing.dirty) if (question.startsWith(`${kind}/`)) return true
  return false
}

/** The question was answered from these parts. */
export const noteAnswer = (standing: Standing, question: string, touched: ReadonlyArray<string>): void => {
  for (const part of standing.touched.get(question) ?? []) standing.readers.get(part)?.delete(question)
  for (const part of touched) {
    const readers = standing.readers.get(part)
    if (readers) readers.add(question)
    else standing.readers.set(part, new Set([question]))
  }
  standing.touched.set(question, touched)
}
