/**
 * A setting: a named, defaulted, sourced number or choice of the model. Rooms define their own beside the rule that reads them;
 * `world/settings.ts` joins them. Spans are whole milliseconds and their names end in `Ms`.
 */

export type SettingValue = number | string | boolean

export interface SettingDefinition {
  readonly name: string
  /** What it decides, one sentence. */
  readonly about: string
  readonly default: SettingValue
  /** Allowed choices of a text setting. */
  readonly choices?: ReadonlyArray<string>
  /** Allowed whole numbers. */
  readonly atLeast?: number
  readonly atMost?: number
  /** A document, a code path, or "Chosen: why". */
  readonly source: string
}

/** Values by setting name, complete: every defined setting is present. */
export type SettingValues = Readonly<Record<string, SettingValue>>
