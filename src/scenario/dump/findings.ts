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
  /** Warnings, in order of their files. `place`: where the dump is asked for. */
  readonly told: (place: Place | undefined) => ReadonlyArray<Diagnostic>
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

const notesOf = (sentences: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<string> =>
  [...sentences].map(([sentence, subjects]) => (subjects.length === 0 ? sentence : `${sentence}: ${shortly(subjects)}`))

const counted = (count: number, noun: string): string => (count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`)

export const openFindings = (): Findings => {
  const mistakes: Array<Diagnostic> = []
  const [filled, left]: [Sentences, Sentences] = [new Map(), new Map()]
  const byFile = (sentences: Sentences) => [...sentences].sort(([one], [other]) => compareText(one, other))
  return {
    mistake: (headline, parts) => void mistakes.push(errorOf("D025", headline, parts)),
    filledIn: (file, sentence, subject) => put(filled, file, sentence, subject),
    leftOut: (file, sentence, subject) => put(left, file, sentence, subject),
    mistakes,
    told: (place) => [
      ...byFile(filled).map(([file, sentences]) =>
        warningOf("D024", `${file}: ${counted(sentences.size, "value")} filled in`, {
          place,
          underlined: "fromAws",
          notes: notesOf(sentences),
          help: "weigh whether the drill's answer depends on it"
        })
      ),
      ...byFile(left).map(([file, sentences]) =>
        warningOf("D026", `${file}: ${counted(sentences.size, "thing")} left out`, {
          place,
          underlined: "fromAws",
          notes: notesOf(sentences),
          help: "weigh whether the drill's answer depends on it"
        })
      )
    ]
  }
}
