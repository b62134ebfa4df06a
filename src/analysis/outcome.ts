/**
 * The outcome of a run: results of its expectations, windows of its probes, key figures. What a golden keeps.
 */
export type Result = "held" | "broken" | "inconclusive"

/** How a run ended: at its end, stopped in order, or killed (what was kept is a prefix). */
export type RunEnd = "complete" | "interrupted" | "partial"

export interface ExpectationResult {
  readonly expectation: string
  readonly result: Result
  /** One sentence of figures: `0 from 2:00 to 42:35, expected at least 1`. */
  readonly evidence: string
  /** When it first failed, or when it came true again; absent when neither happened. */
  readonly atMs?: number
  /** `seq` of the event that broke it, or that made it inconclusive. */
  readonly event?: number
}

/** Half-open, in order, without gaps from the first answer (0, as a rule) to the end. Ratios as exact text. */
export interface ProbeWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly success: string
  readonly timeout: string
  readonly refused: string
}

export interface ProbeWindows {
  readonly probe: string
  readonly windows: ReadonlyArray<ProbeWindow>
}

export interface Outcome {
  /** In the order of the plan's expectations. */
  readonly results: ReadonlyArray<ExpectationResult>
  /** In the order of the plan's probes. */
  readonly probes: ReadonlyArray<ProbeWindows>
  /** Named whole numbers, keys sorted: `evictions`, `events`, `notReadyNodesMax`, `pendingPodsMax`, `readyMin/default/app`, … All from 0 on. */
  readonly figures: Readonly<Record<string, number>>
  readonly warnings: ReadonlyArray<string>
}

/** 1 when something broke; else 7 when something stayed untested (a fault that touched nothing, a run that stopped early); else 0. */
export const exitOf = (outcome: Outcome, end: RunEnd): 0 | 1 | 7 => {
  if (outcome.results.some((result) => result.result === "broken")) return 1
  if (end !== "complete" || (outcome.figures.faultsEmpty ?? 0) > 0) return 7
  return outcome.results.some((result) => result.result === "inconclusive") ? 7 : 0
}
