/**
 * What a recording says of its run besides its events: what it was made of (in the chain) and what stands beside the chain (when it
 * was played, on which machine, how it ended). Kept as texts by key, under one seal that an edit breaks.
 */
import { digestOf } from "../model/value/canonical.ts"
import type { Places, Plan } from "../scenario/plan.ts"

/** How a file was left: closed at the run's end, closed in order before it, or still open (a killed process). */
export type RecordingStatus = "complete" | "interrupted" | "partial"

/** An outcome as far as the file has tables for it; the whole of it is kept as text. */
export interface KeptOutcome {
  readonly results: ReadonlyArray<{
    readonly expectation: string
    readonly result: string
    readonly evidence: string
    readonly atMs?: number
    readonly event?: number
  }>
  readonly probes: ReadonlyArray<{
    readonly probe: string
    readonly windows: ReadonlyArray<{
      readonly fromMs: number
      readonly toMs: number
      readonly success: string
      readonly timeout: string
      readonly refused: string
    }>
  }>
}

/** Known when a run begins. */
export interface RunHeader {
  /** Eight characters, random. */
  readonly id: string
  readonly engine: string
  readonly seed: number
  readonly plan: Plan
  readonly places: Places
  readonly variant?: string
  /** `name=value` as the command line gave them. */
  readonly set?: ReadonlyArray<string>
  readonly name?: string
  readonly tags: ReadonlyArray<string>
  /** Wall clock, milliseconds since 1970. Beside the chain, never in it. */
  readonly startedAt: number
  /** `linux x64, node v20.20.2`. */
  readonly machine: string
}

/** Known when it ends. */
export interface RunFooter {
  readonly status: "complete" | "interrupted"
  readonly endMs: number
  readonly wallMs: number
  readonly outcome: KeptOutcome
}

export const headerTexts = (header: RunHeader): ReadonlyArray<readonly [string, string]> => [
  ["engine", header.engine],
  ["id", header.id],
  ["machine", header.machine],
  ["name", header.name ?? ""],
  ["places", JSON.stringify(header.places)],
  ["plan", JSON.stringify(header.plan)],
  ["scenario", header.plan.name],
  ["seed", String(header.seed)],
  ["set", JSON.stringify(header.set ?? [])],
  ["started_at", new Date(header.startedAt).toISOString()],
  ["started_ms", String(header.startedAt)],
  ["status", "running"],
  ["tags", JSON.stringify(header.tags)],
  ["variant", header.variant ?? ""]
]

export const footerTexts = (footer: RunFooter, digest: string): ReadonlyArray<readonly [string, string]> => [
  ["digest", digest],
  ["end_ms", String(footer.endMs)],
  ["outcome", JSON.stringify(footer.outcome)],
  ["status", footer.status],
  ["wall_ms", String(footer.wallMs)]
]

/** Digest over all texts but the seal itself. */
export const sealOf = (texts: ReadonlyMap<string, string>): string =>
  digestOf(Object.fromEntries([...texts].filter(([key]) => key !== "seal")))
