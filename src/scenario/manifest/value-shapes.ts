/** What a manifest's values must be: kinds of values, each with how it is told to who wrote another. */
import { milliCpuOf } from "./quantity.ts"

interface Shape {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isScalar = (value: unknown): boolean => typeof value === "string" || typeof value === "number" || typeof value === "boolean"
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

export const shapes = {
  count: { expected: "a whole number from 0", fits: isCount },
  number: { expected: "a whole number", fits: Number.isSafeInteger },
  text: { expected: "a text", fits: isScalar },
  texts: { expected: "a list of texts", fits: (value) => Array.isArray(value) && value.every(isScalar) },
  flag: { expected: "true or false", fits: (value) => typeof value === "boolean" },
  amount: {
    expected: 'a whole number from 0 or a percentage such as "25%"',
    fits: (value) => isCount(value) || (typeof value === "string" && /^\d+%$/.test(value))
  },
  port: {
    expected: "a port from 1 to 65535 or a port's name",
    fits: (value) =>
      typeof value === "number" ? isCount(value) && value >= 1 && value <= 65_535 : typeof value === "string" && /[a-z]/i.test(value)
  },
  labels: { expected: "texts by name", fits: (value) => isRecord(value) && Object.values(value).every(isScalar) },
  quantities: {
    expected: "quantities by name, such as cpu: 250m and memory: 512Mi",
    fits: (value) => isRecord(value) && Object.values(value).every((each) => milliCpuOf(each) !== undefined)
  }
} as const satisfies Readonly<Record<string, Shape>>
