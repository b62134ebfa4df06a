/**
 * The cluster's settings as its controllers read them, and the profiles that set several at once. A profile gives way to what is
 * set by name.
 */
import type { SettingValue, SettingValues } from "../value/setting.ts"

type Changed = Readonly<Record<string, SettingValue>>

/**
 * What each release's node lifecycle changes. Source: kubernetes PR 126287 (grace 50 s from 1.32), PR 96876 (duplicates end with
 * 1.21), EKS best practices, hybrid nodes, network disconnections (a full zone is held; no zone counts as large).
 */
const lifecycleProfiles: Readonly<Record<string, Changed>> = {
  "upstream-1.20": { graceMs: 40_000, queueDuplicates: true, schedulerFlushMs: 60_000, schedulerTexts: "1.20" },
  "upstream-1.31": { graceMs: 40_000 },
  "upstream-1.32": { graceMs: 50_000 },
  eks: { graceMs: 40_000, zoneFullDisruption: "hold", largeZoneNodes: 100_000 },
  custom: {}
}

/** Measured on 1.20.2 with hollow nodes: pod start 2 s, stop 1 s; see docs/kubernetes.md for each figure. */
const timingProfiles: Readonly<Record<string, Changed>> = {
  zero: {},
  "recorded-1.20": {
    monitorDriftMs: 2,
    lifecycleCallMs: 8,
    lifecycleCallsPerSecond: 20,
    noExecuteStepMs: 10_060,
    controllerLatencyMs: 10,
    createsPerSecond: 20,
    drawnOrder: true,
    evictionConflictMs: 500,
    disruptionLatencyMs: 5,
    endpointsDelayMs: 15,
    watchResumes: "path",
    watchResumeMs: 0,
    containerStartMs: 2_000,
    podStopMs: 1_000,
    schedulerFlushMs: 60_000,
    schedulerFailureMs: 16,
    nodeReadyMs: 18,
    schedulerTexts: "1.20"
  }
}

/** What the chosen profiles say; later ones win. */
export const profiledSettings = (values: Changed): Changed => ({
  ...lifecycleProfiles[String(values.nodeLifecycle)],
  ...timingProfiles[String(values.profile)]
})

const numbers = [
  "graceMs",
  "startupGraceMs",
  "heartbeatMs",
  "monitorPeriodMs",
  "tolerationMs",
  "noExecuteStepMs",
  "noExecuteSecondaryStepMs",
  "largeZoneNodes",
  "unhealthyZonePercent",
  "endpointsDelayMs",
  "dnsClientCacheMs",
  "watchResumeMs",
  "containerStartMs",
  "podStopMs",
  "volumeAttachMs",
  "sandboxRetryMs",
  "monitorPhaseMs",
  "monitorDriftMs",
  "lifecycleCallMs",
  "lifecycleCallsPerSecond",
  "controllerLatencyMs",
  "createsPerSecond",
  "schedulerBackoffMs",
  "schedulerBackoffMaxMs",
  "schedulerFlushMs",
  "schedulerFailureMs",
  "podGcMs",
  "podGcPhaseMs",
  "orphanQuarantineMs",
  "evictionRetryMs",
  "evictionConflictMs",
  "disruptionLatencyMs",
  "autoscalerScanMs",
  "provisionTimeoutMs",
  "groupBackoffMs",
  "unneededMs",
  "batchIdleMs",
  "batchMaxMs",
  "unavailableOfferingMs",
  "disruptionValidationMs",
  "asgLaunchMs",
  "asgRetryMs",
  "upgradeAddresses",
  "nodeLaunchMs",
  "fargateLaunchMs",
  "fargateRetryMs",
  "nodeReadyMs",
  "asgReplaceImpairedMs",
  "asgRebalanceMs",
  "nodeRepairMs",
  "autoscalerPeriodMs",
  "downscaleWindowMs"
] as const
const switches = ["queueDuplicates", "drawnOrder", "scaleDown"] as const

/** Spans in milliseconds. */
export type KubeSettings = Readonly<Record<(typeof numbers)[number], number>> &
  Readonly<Record<(typeof switches)[number], boolean>> & {
    readonly zoneFullDisruption: "evict" | "hold"
    readonly phases: "zero" | "seed"
    readonly schedulerTexts: "1.20" | "1.24"
    readonly watchResumes: "heartbeat" | "path"
    readonly terminatingEndpoints: "never" | "fallback"
  }

/** Reads them from a plan's complete settings. Throws on one that is missing or of another kind: a defect. */
export const kubeSettingsOf = (values: SettingValues): KubeSettings => {
  const read: Record<string, SettingValue> = {}
  for (const name of numbers) {
    const value = values[name]
    if (typeof value !== "number") throw new Error(`setting ${name}: a number expected, found ${String(value)}`)
    read[name] = value
  }
  for (const name of switches) read[name] = values[name] === true
  return {
    ...(read as Record<(typeof numbers)[number], number> & Record<(typeof switches)[number], boolean>),
    zoneFullDisruption: values.zoneFullDisruption === "hold" ? "hold" : "evict",
    phases: values.phases === "seed" ? "seed" : "zero",
    schedulerTexts: values.schedulerTexts === "1.20" ? "1.20" : "1.24",
    watchResumes: values.watchResumes === "path" ? "path" : "heartbeat",
    terminatingEndpoints: values.terminatingEndpoints === "fallback" ? "fallback" : "never"
  }
}
