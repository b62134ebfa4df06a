/** Numbers as people read them: thousands parted, spans and settings with their units, figures with their names in words. */
import { formatDuration } from "../model/value/instant.ts"
import type { SettingValue } from "../model/value/setting.ts"

/** `96,140`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",")

/** `1 event`, `3 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${grouped(count)} ${count === 1 ? one : many}`

/** `+10s`, `-1m30s`. */
export const signedSpan = (span: number): string => (span >= 0 ? `+${formatDuration(span)}` : formatDuration(span))

/** Whole and tenths of seconds from milliseconds of the wall: `1.9s`. */
export const wallSeconds = (millis: number): string => `${Math.floor(millis / 1_000)}.${Math.floor((millis % 1_000) / 100)}s`

/** A setting's value with its unit: `graceMs` 40000 → `40s`. */
export const settingText = (name: string, value: SettingValue | undefined): string =>
  value === undefined ? "unset" : typeof value === "number" && name.endsWith("Ms") ? formatDuration(value) : String(value)

/** A setting's name without the unit that its value then bears: `graceMs` → `grace`. */
export const settingName = (name: string): string => (name.endsWith("Ms") ? name.slice(0, -2) : name)

const figureWords: Readonly<Record<string, string>> = {
  events: "events",
  evictions: "evictions",
  faultsEmpty: "faults that touched nothing",
  notReadyNodesMax: "NotReady nodes at most",
  pendingPodsMax: "pending pods at most",
  unmodelled: "unmodelled effects"
}

/** A figure's name in words: `readyMin/default/app` → `default/app ready at least`. Unknown names stay. */
export const figureName = (name: string): string => {
  const slash = name.indexOf("/")
  const [head, rest] = slash < 0 ? [name, ""] : [name.slice(0, slash), name.slice(slash + 1)]
  if (head === "readyMin") return `${rest} ready at least`
  if (head === "degradedMs") return `${rest} degraded for`
  if (head === "downMs") return `${rest} down for`
  return figureWords[name] ?? name
}

/** A figure's value: spans as spans, counts with thousands parted. */
export const figureText = (name: string, value: number | undefined): string =>
  value === undefined ? "-" : /Ms(\/|$)/.test(name) ? formatDuration(value) : grouped(value)

/** The first eight digits of a digest: enough to tell two apart by eye. */
export const shortDigest = (digest: string): string => digest.slice(0, 8)
