/**
 * The outcome of a run: results of its expectations, windows of its probes, key figures. What a golden keeps.
 */
export type Result = "held" | "broken" | "inconclusive"

export interface ExpectationResult {
  readonly expectation: string
  readonly result: Result
  /** One sentence of figures: `0 from 2:00 to 42:35, expected at least 1`. */
  readonly evidence: string
  /** When it first failed, or when it came true again; absent when neither happened. */
  readonly atMs?: number
  /** `seq` of the event that broke it. */
  readonly event?: number
}

/** Half-open, in order, without gaps from 0 to the end. Ratios as exact text. */
export interface ProbeWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly success: string
  readonly timeout: string
  readonly refused: string
}

export interface Outcome {
  readonly results: ReadonlyArray<ExpectationResult>
  readonly probes: ReadonlyArray<{ readonly probe: string; readonly windows: ReadonlyArray<ProbeWindow> }>
  /** Named whole numbers, keys sorted: `evictions`, `events`, `notReadyNodesMax`, `pendingPodsMax`, `readyMin/default/app`, … */
  readonly figures: Readonly<Record<string, number>>
  readonly warnings: ReadonlyArray<string>
}
