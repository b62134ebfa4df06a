/** Kubernetes quantities: CPU in thousandths of a core, memory in MiB. Source: apimachinery resource.Quantity. */
const shape = /^(\d+)(?:\.(\d+))?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/
const factors: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40
}
const mebi = 2 ** 20

/** The number in thousandths of a unit; `undefined` when it is no quantity. */
const thousandths = (quantity: unknown): number | undefined => {
  const found = shape.exec(String(quantity))
  if (found === null) return undefined
  const [, whole = "", fraction = "", unit = ""] = found
  const digits = Number(`${whole}${fraction.padEnd(3, "0").slice(0, 3)}`)
  return unit === "m" ? Math.floor(digits / 1_000) : digits * (factors[unit] ?? 1)
}

export const milliCpuOf = (quantity: unknown): number | undefined => thousandths(quantity)

/** Rounded up to whole MiB. */
export const mebibytesOf = (quantity: unknown): number | undefined => {
  const bytes = thousandths(quantity)
  return bytes === undefined ? undefined : Math.ceil(bytes / 1_000 / mebi)
}

export const wholeOf = (quantity: unknown): number | undefined => {
  const found = thousandths(quantity)
  return found === undefined ? undefined : Math.ceil(found / 1_000)
}
