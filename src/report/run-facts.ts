/**
 * What is known of a run besides its plan and outcome: the line of `drill list`, the head of `drill show`. Wall-clock facts stand
 * here and nowhere in the chain.
 */
import type { RunEnd } from "../analysis/outcome.ts"

export interface RunFacts {
  /** Eight characters; `undefined` when nothing was recorded. */
  readonly id: string | undefined
  /** The name a user gave the run. */
  readonly name: string | undefined
  /** The recording's file; `undefined` when nothing was recorded. */
  readonly path: string | undefined
  readonly scenario: string
  readonly variant: string | undefined
  readonly seed: number
  readonly engine: string
  /** Head of the chain. */
  readonly digest: string
  /** How the run ended. */
  readonly end: RunEnd
  readonly endMs: number
  /** Events recorded, settling included. */
  readonly events: number
  /** Wall time the run took, and when it began as text of ISO 8601; absent for a run that is not known to have been played here. */
  readonly wallMs?: number
  readonly startedAt?: string
  readonly bytes?: number
}
