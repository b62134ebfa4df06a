/** What bounds launches, as plain data. */
import type { LaunchWords } from "./launch-words.ts"

/** What an account may have at once; absent: no bound that matters. */
export interface Quotas {
  readonly cpus?: number
  readonly interfaces?: number
  /** CPU of machines for one pod, in thousandths of a core. */
  readonly onePodMilliCpu?: number
}

export interface LaunchLimits {
  readonly quotas: Quotas
  readonly words: LaunchWords
  /** The cloud launches nothing at all. */
  isFrozen: boolean
  /** Offerings without capacity: `zone`, or `zone type`. */
  readonly lost: Set<string>
}
