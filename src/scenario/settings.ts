/**
 * Settings as a scenario or the command line gives them: by name or, for spans, without the `Ms` of the name; spans as text with a
 * unit. What is unknown or impossible is refused with the names it may have meant.
 */
import { formatDuration, parseDuration } from "../model/value/instant.ts"
import type { SettingDefinition, SettingValue } from "../model/value/setting.ts"
import { settingDefinitions } from "../model/world/settings.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { listed, nearMisses } from "./near.ts"
import type { Place } from "./plan.ts"
import { written } from "./read.ts"

const spanSuffix = "Ms"

/** The definition that a name means: its own, or a span's without the unit. */
export const settingNamed = (name: string): SettingDefinition | undefined =>
  settingDefinitions.find((known) => known.name === name || known.name === `${name}${spanSuffix}`)

/** `name=value` of a command line in its two halves; `undefined` without a `=`. */
export const splitSetting = (text: string): { readonly name: string; readonly value: string } | undefined => {
  const cut = text.indexOf("=")
  return cut <= 0 ? undefined : { name: text.slice(0, cut).trim(), value: text.slice(cut + 1).trim() }
}

export const unknownSetting = (name: string, others: ReadonlyArray<string>, place: Place | undefined): Diagnostic => {
  const near = nearMisses(name, [...settingDefinitions.map((known) => known.name), ...others])
  return errorOf("D015", `no setting or parameter is called "${name}"`, {
    place,
    underlined: name,
    notes: others.length === 0 ? ["this scenario takes no parameters"] : [`parameters of this scenario: ${listed(others)}`],
    help: near.length === 0 ? "drill explain --list shows all settings" : `did you mean ${near.map((one) => `"${one}"`).join(" or ")}?`
  })
}

/** The setting's own name and value, or what is wrong with it. */
export const readSetting = (
  name: string,
  value: unknown,
  place: Place | undefined
): { readonly name: string; readonly value: SettingValue } | Diagnostic => {
  const definition = settingNamed(name)
  if (definition === undefined) return unknownSetting(name, [], place)
  const isBare = typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))
  const read = isBare && isSpan(definition) && name !== definition.name ? undefined : valueOf(definition, value)
  if (read !== undefined) return { name: definition.name, value: read }
  return errorOf("D015", `${definition.name}: ${written(value)} is not a value it takes`, {
    place,
    underlined: name,
    notes: [`expected ${expectedOf(definition)}`],
    help: `its default is ${defaultOf(definition)}; drill explain ${definition.name} says more`
  })
}

const isSpan = (definition: SettingDefinition): boolean => definition.name.endsWith(spanSuffix)

const expectedOf = (definition: SettingDefinition): string => {
  if (definition.choices !== undefined) return listed(definition.choices)
  if (typeof definition.default === "boolean") return "true or false"
  const bound = (value: number) => (isSpan(definition) ? formatDuration(value) : String(value))
  const least = definition.atLeast === undefined ? "" : ` from ${bound(definition.atLeast)}`
  const most = definition.atMost === undefined ? "" : ` up to ${bound(definition.atMost)}`
  return `${isSpan(definition) ? 'a span with its unit, such as "50s",' : "a whole number"}${least}${most}`
}

const defaultOf = (definition: SettingDefinition): string =>
  isSpan(definition) ? formatDuration(definition.default as number) : String(definition.default)

const valueOf = (definition: SettingDefinition, value: unknown): SettingValue | undefined => {
  if (definition.choices !== undefined) return definition.choices.find((choice) => choice === value)
  if (typeof definition.default === "boolean")
    return typeof value === "boolean" ? value : value === "true" ? true : value === "false" ? false : undefined
  if (typeof definition.default === "string") return typeof value === "string" ? value : undefined
  const number = numberOf(definition, value)
  if (number === undefined || !Number.isSafeInteger(number)) return undefined
  return number >= (definition.atLeast ?? Number.MIN_SAFE_INTEGER) && number <= (definition.atMost ?? Number.MAX_SAFE_INTEGER)
    ? number
    : undefined
}

/** A span needs its unit, but `…Ms` in full may be a bare number of milliseconds: the name says the unit. */
const numberOf = (definition: SettingDefinition, value: unknown): number | undefined => {
  if (typeof value === "number") return value
  if (typeof value !== "string") return undefined
  if (isSpan(definition)) return parseDuration(value) ?? (/^\d+$/.test(value) ? Number(value) : undefined)
  return /^-?\d+$/.test(value) ? Number(value) : undefined
}
