/**
 * A defect of ours: says so, and leaves a report that can be sent. The report names versions, the command line and the stack; it
 * holds no scenario and no environment.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Cause, Effect } from "effect"
import { exitCode } from "./exit-code.ts"
import { Output } from "./output.ts"

const crashFolder = ".drill"

export const reportBug = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const output = yield* Output
  const report = [
    `drill ${DRILL_VERSION}, node ${process.version}, ${process.platform} ${process.arch}`,
    `drill ${process.argv.slice(2).join(" ")}`,
    Cause.pretty(cause),
    ""
  ].join("\n")
  const first = Cause.pretty(cause).split("\n")[0] ?? ""
  const kept = yield* Effect.result(Effect.try({ try: () => keep(report), catch: (issue) => issue }))
  yield* output.notice(
    kept._tag === "Success"
      ? `internal error: ${first}\nThis is a defect of drill, not of the scenario. The report is in ${kept.success}; please send it.\n`
      : `internal error:\n${report}This is a defect of drill, not of the scenario. Please send the lines above.\n`
  )
  return exitCode.bug
})

/** Named by the process, so that two crashes at once do not meet. */
const keep = (report: string): string => {
  mkdirSync(crashFolder, { recursive: true })
  const path = join(crashFolder, `crash-${process.pid}.txt`)
  writeFileSync(path, report)
  return path
}
