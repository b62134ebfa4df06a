/**
 * All settings of the model, joined from the rooms that read them, and how a plan's changes complete them.
 */
import { balanceSettingDefinitions } from "../balance/settings.ts"
import { capacitySettingDefinitions } from "../capacity/settings.ts"
import { cloudSettingDefinitions } from "../cloud/settings.ts"
import { dnsSettingDefinitions } from "../kube/dns-names.ts"
import { scalingSettingDefinitions } from "../kube/scaling-settings.ts"
import { kubeSettingDefinitions } from "../kube/setting-definitions.ts"
import { profiledSettings } from "../kube/settings.ts"
import type { SettingDefinition, SettingValue, SettingValues } from "../value/setting.ts"
import { compareText } from "../value/text.ts"

const runSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "settleMs",
    about: "How long before the start the cluster is built by its own controllers.",
    default: 600_000,
    atLeast: 60_000,
    source: "Chosen: longer than every delay of settling together"
  },
  {
    name: "connectionTimeoutMs",
    about: "How long a client waits for an answer on a kept connection before it opens another.",
    default: 924_600,
    atLeast: 1_000,
    source: "Linux ip-sysctl: tcp_retries2 of 15 gives up after 924.6 seconds or more"
  }
]

/** Every setting of the model, sorted by name. */
export const settingDefinitions: ReadonlyArray<SettingDefinition> = [
  ...kubeSettingDefinitions,
  ...scalingSettingDefinitions,
  ...dnsSettingDefinitions,
  ...balanceSettingDefinitions,
  ...capacitySettingDefinitions,
  ...cloudSettingDefinitions,
  ...runSettingDefinitions
].sort((left, right) => compareText(left.name, right.name))

/**
 * Every defined setting with its value: what is changed, else what the chosen profiles say, else the default. Names that are not
 * defined must have been refused before.
 */
export const completeSettings = (changed: Readonly<Record<string, SettingValue>>): SettingValues => {
  const chosen: Record<string, SettingValue> = {}
  for (const definition of settingDefinitions) chosen[definition.name] = changed[definition.name] ?? definition.default
  return { ...chosen, ...profiledSettings(chosen), ...changed }
}

/** A span or count by name. Throws on a setting that is not defined: a defect. */
export const numberSetting = (values: SettingValues, name: string): number => {
  const value = values[name]
  if (typeof value !== "number") throw new Error(`setting ${name}: a number expected, found ${String(value)}`)
  return value
}
