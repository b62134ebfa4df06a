/** Phases of periodic loops: a node's own when it is known, else 0, or drawn from the seed. */
import { type Chance, drawBelow } from "../value/chance.ts"
import type { KubeSettings } from "./settings.ts"

export const leasePhaseOf = (
  settings: Pick<KubeSettings, "phases" | "heartbeatMs">,
  chance: Chance,
  spec: { readonly name: string; readonly leasePhaseMs?: number }
): number => spec.leasePhaseMs ?? (settings.phases === "seed" ? drawBelow(chance, settings.heartbeatMs, "lease-phase", spec.name) : 0)

/** Passes begin this far apart while all is well. */
export const passPeriodOf = (settings: Pick<KubeSettings, "monitorPeriodMs" | "monitorDriftMs">): number =>
  settings.monitorPeriodMs + settings.monitorDriftMs

export const passPhaseOf = (
  settings: Pick<KubeSettings, "phases" | "monitorPhaseMs" | "monitorPeriodMs" | "monitorDriftMs">,
  chance: Chance
): number => (settings.phases === "seed" ? drawBelow(chance, passPeriodOf(settings), "monitor-phase", "") : settings.monitorPhaseMs)
