/**
 * Time in a drill: whole milliseconds since the run began. Instants before 0 belong to settling.
 * No machine clock, no time zones. Durations are written as people write them: `90s`, `5m`, `1h30m`, `250ms`.
 */

/** Whole milliseconds since the run began; negative while the cluster settles. */
export type Instant = number

/** Whole milliseconds. */
export type Millis = number

export const second: Millis = 1_000
export const minute: Millis = 60_000
export const hour: Millis = 3_600_000

const unitMillis: Readonly<Record<string, Millis>> = { ms: 1, s: second, m: minute, h: hour }
const shape = /^(?:\d+(?:\.\d{1,3})?(?:ms|s|m|h))+$/
const piece = /(\d+)(?:\.(\d{1,3}))?(ms|s|m|h)/g

/**
 * Reads `1h30m`, `90s`, `3m39.8s`, `250ms`. Returns whole milliseconds, or `undefined` when the text is no duration
 * (a bare number has no unit, so it is none) or not a whole number of milliseconds.
 */
export const parseDuration = (text: string): Millis | undefined => {
  if (!shape.test(text)) return undefined
  let total = 0
  for (const [, whole, fraction, unit] of text.matchAll(piece)) {
    const scale = unitMillis[unit as string] as Millis
    const thousandths = Number((fraction ?? "").padEnd(3, "0"))
    if ((thousandths * scale) % 1_000 !== 0) return undefined
    total += Number(whole) * scale + (thousandths * scale) / 1_000
  }
  return Number.isSafeInteger(total) ? total : undefined
}

/** `0:02:00`-style clock without hours when there are none: `2:00.000`, `1:02:03.400`; negative with a leading minus. */
export const formatClock = (at: Instant, options?: { readonly millis?: boolean }): string => {
  const sign = at < 0 ? "-" : ""
  const magnitude = at < 0 ? -at : at
  const hours = Math.floor(magnitude / hour)
  const minutes = Math.floor((magnitude % hour) / minute)
  const seconds = Math.floor((magnitude % minute) / second)
  const pad = (value: number, width: number) => String(value).padStart(width, "0")
  const head = hours > 0 ? `${hours}:${pad(minutes, 2)}` : `${minutes}`
  const tail = options?.millis === false ? "" : `.${pad(magnitude % second, 3)}`
  return `${sign}${head}:${pad(seconds, 2)}${tail}`
}

/** The shortest text that `parseDuration` reads back: `2m`, `40m35s`, `1.5s` → `1s500ms`, `0s`. */
export const formatDuration = (span: Millis): string => {
  if (span === 0) return "0s"
  const sign = span < 0 ? "-" : ""
  let rest = span < 0 ? -span : span
  let text = ""
  for (const [unit, scale] of [
    ["h", hour],
    ["m", minute],
    ["s", second],
    ["ms", 1]
  ] as const) {
    const count = Math.floor(rest / scale)
    rest -= count * scale
    if (count > 0) text += `${count}${unit}`
  }
  return sign + text
}

/** The first instant of a periodic loop (`phase + k × period`) at or after `at`. */
export const nextBeatFrom = (at: Instant, period: Millis, phase: Millis): Instant => phase + Math.ceil((at - phase) / period) * period

/** The first instant of a periodic loop strictly after `at`. */
export const nextBeatAfter = (at: Instant, period: Millis, phase: Millis): Instant =>
  phase + (Math.floor((at - phase) / period) + 1) * period

/** The last instant of a periodic loop at or before `at`. */
export const lastBeatUpTo = (at: Instant, period: Millis, phase: Millis): Instant => phase + Math.floor((at - phase) / period) * period
