/**
 * Builds the command line for the journeys, into a folder of this process, so that two test runs at once do not meet.
 */
import { spawnSync } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import type { TestProject } from "vitest/node"

export const setup = (project: TestProject): (() => void) => {
  const root = project.config.root
  // Inside node_modules, so that the bundle finds the packages it leaves outside itself.
  const folder = join(root, "node_modules", ".cache", `drill-journey-${process.pid}`)
  const built = spawnSync(process.execPath, [join(root, "build.mjs"), "--no-types", "--outdir", folder], { encoding: "utf8" })
  if (built.status !== 0) throw new Error(`the command line does not build:\n${built.stderr}`)
  project.provide("cli", join(folder, "cli.js"))
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the built command line. */
    cli: string
  }
}
