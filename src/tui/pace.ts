/** Paces a person chooses from, and playing at one. A pace is virtual milliseconds per real one; `undefined` is as fast as it goes. */

/** Chosen: from slow motion to a day in under two minutes. */
export const paces: ReadonlyArray<number | undefined> = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_000, undefined]

/** The next faster one; the fastest stays. */
export const faster = (pace: number | undefined): number | undefined =>
  pace === undefined ? undefined : paces.find((known) => known === undefined || known > pace)

/** The next slower one; the slowest stays. */
export const slower = (pace: number | undefined): number =>
  (paces.findLast((known) => known !== undefined && (pace === undefined || known < pace)) as number | undefined) ?? 0.1
