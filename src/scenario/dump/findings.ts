/**
 * What reading a dump brings up: mistakes, which end it; what was filled in, and what was left out because the model has no word for it,
 * which are said, a sentence each, by file.
 */
import { compareText } from "../../model/value/text.ts"
import { type Diagnostic, type DiagnosticParts, errorOf, warningOf } from "../diagnostic.ts"
import type { Place } from "../plan.ts"

export interface Findings {
  readonly mistake: (headline: string, parts: DiagnosticParts) => void
  /** `subject`: an id of the sentence; sentences that are alike are told once, with all of theirs. */
  readonly filledIn: (file: string, sentence: string, subject?: string) => void
  readonly leftOut: (file: string, sentence: string, subject?: string) => void
  readonly mistakes: ReadonlyArray<Diagnostic>
  /** Two warnings at most, a note for each sentence, in order of files. */
  readonly told: (about: About) => ReadonlyArray<Diagnostic>
}

/** What the warnings are about: the word that was called, and where. */
export interface About {
  readonly what: string
  readonly place: Place | undefined
  readonly underlined: string
}

type Sentences = Map<string, Map<string, Array<string>>>

const put = (sentences: Sentences, file: string, sentence: string, subject: string | undefined): void => {
  const ofFile = sentences.get(file) ?? new Map<string, Array<string>>()
  sentences.set(file, ofFile)
  const subjects = ofFile.get(sentence) ?? []
  ofFile.set(sentence, subjects)
  if (subject !== undefined && !subjects.includes(subject)) subjects.push(subject)
}

/** Ids that a sentence names before it counts. */
const subjectsMax = 4

export const shortly = (subjects: ReadonlyArray<string>): string =>
  subjects.length > subjectsMax
    ? `${subjects.slice(0, subjectsMax).join(", ")} and ${subjects.length - subjectsMax} more`
    : subjects.join(", ")

/** In order of files; of a file, in the order in which they came up. */
const notesOf = (sentences: Sentences): ReadonlyArray<string> =>
  [...sentences]
    .sort(([one], [other]) => compareText(one, other))
    .flatMap(([file, said]) =>
      [...said].map(([sentence, subjects]) => `${file}: ${sentence}${subjects.length === 0 ? "" : `: ${shortly(subjects)}`}`)
    )

const counted = (count: number, noun: string): string => (count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`)

export const openFindings = (): Findings => {
  const mistakes: Array<Diagnostic> = []
  const [filled, left]: [Sentences, Sentences] = [new Map(), new Map()]
  const warned = (code: "D024" | "D026", sentences: Sentences, about: About): ReadonlyArray<Diagnostic> => {
    const notes = notesOf(sentences)
    const what = code === "D024" ? `${counted(notes.length, "value")} filled in` : `${counted(notes.length, "thing")} left out`
    const help = "weigh whether the drill's answer depends on it"
    return notes.length === 0 ? [] : [warningOf(code, `${about.what}: ${what}`, { ...about, notes, help })]
  }
  return {
    mistake: (headline, parts) => void mistakes.push(errorOf("D025", headline, parts)),
    filledIn: (file, sentence, subject) => put(filled, file, sentence, subject),
    leftOut: (file, sentence, subject) => put(left, file, sentence, subject),
    mistakes,
    told: (about) => [...warned("D024", filled, about), ...warned("D026", left, about)]
  }
}
