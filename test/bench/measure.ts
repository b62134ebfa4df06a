/** Measuring by ratio: a thing and its baseline in turn, in one process, the median of the pairs. Wall-clock figures are shown, never judged. */

export interface Row {
  readonly what: string
  /** `at least` or `at most` this. */
  readonly goal: string
  readonly measured: number
  readonly met: boolean
  readonly detail: string
}

/** Seconds one call takes. */
export const secondsOf = (work: () => void): number => {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

export const secondsOfAsync = async (work: () => Promise<void>): Promise<number> => {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Median over `rounds` of baseline seconds / subject seconds: how fast the subject is as a share of the baseline. One round warms up. */
export const shareOfSpeed = (
  rounds: number,
  baseline: () => number,
  subject: () => number
): { readonly share: number; readonly baseline: number; readonly subject: number } => {
  const pairs: Array<readonly [number, number]> = []
  for (let round = 0; round <= rounds; round++) {
    const pair = [baseline(), subject()] as const
    if (round > 0) pairs.push(pair)
  }
  return {
    share: median(pairs.map(([base, own]) => base / own)),
    baseline: median(pairs.map(([base]) => base)),
    subject: median(pairs.map(([, own]) => own))
  }
}

export const atLeast = (what: string, goal: number, measured: number, detail: string): Row => ({
  what,
  goal: `≥ ${goal}`,
  measured,
  met: measured >= goal,
  detail
})
export const atMost = (what: string, goal: number, measured: number, detail: string): Row => ({
  what,
  goal: `≤ ${goal}`,
  measured,
  met: measured <= goal,
  detail
})

export const rate = (count: number, seconds: number): string => `${(count / seconds / 1e6).toFixed(2)} M/s`
