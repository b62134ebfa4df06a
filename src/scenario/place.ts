/**
 * Where a word of a scenario stands in its file, taken from the call's stack. The line is right; the column is the loader's, which
 * is off by some, so that it is left out and the text is looked for on its line. No place is known where the runtime keeps no stack.
 */
import type { Place } from "./plan.ts"

const inCall = /^\s*at .*?\((.+):(\d+):\d+\)\s*$/
const bare = /^\s*at (?:async )?(.+):(\d+):\d+\s*$/

/** The file and line of one stack frame; `undefined` for frames without a file. The path is as the runtime names it. */
export const placeOfFrame = (frame: string): Place | undefined => {
  const found = inCall.exec(frame) ?? bare.exec(frame)
  if (found === null) return undefined
  const [, file = "", line = ""] = found
  if (file.startsWith("node:")) return undefined
  return { path: file.startsWith("file://") ? decodeURIComponent(file.slice("file://".length)) : file, line: Number(line) }
}

/** Where the word `word` was called: the frame below it. Called by the word itself, with itself. */
export const placeOfCall = (word: (...given: never) => unknown): Place | undefined => {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, word)
  const frame = holder.stack?.split("\n").find((line) => line.trimStart().startsWith("at "))
  return frame === undefined ? undefined : placeOfFrame(frame)
}
