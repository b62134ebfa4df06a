/** Amounts as Kubernetes writes them: `2`, `"25%"`. */
import type { Amount } from "./spec.ts"

const share = /^(\d+)%$/

/** `true` for a whole number ≥ 0 or a share in percent. */
export const isAmount = (amount: Amount): boolean =>
  typeof amount === "number" ? Number.isSafeInteger(amount) && amount >= 0 : share.test(amount)

/** A share of `of`, rounded up or down; a number as it is. Source: apimachinery intstr.GetScaledValueFromIntOrPercent. */
export const scaled = (amount: Amount, of: number, rounding: "up" | "down"): number => {
  if (typeof amount === "number") return amount
  const percent = Number(share.exec(amount)?.[1] ?? Number.NaN)
  if (Number.isNaN(percent)) throw new Error(`"${amount}" is no number of pods and no share of them`)
  return rounding === "up" ? Math.ceil((percent * of) / 100) : Math.floor((percent * of) / 100)
}
