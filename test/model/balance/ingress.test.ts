import { expect, test } from "vitest"
import { byPriority, type IngressRule } from "../../../src/model/balance/ingress.ts"

const rule = (path: string, pathType: IngressRule["pathType"]): IngressRule => ({ path, pathType, action: { _tag: "Answer", status: 200 } })

test("exact paths come first, then longer prefixes before shorter, else as written", () => {
  const written = [
    rule("/", "Prefix"),
    rule("/data/old", "Prefix"),
    rule("/host", "Exact"),
    rule("/data", "Prefix"),
    rule("/data", "Exact")
  ]
  expect(byPriority(written).map(({ path, pathType }) => `${path} ${pathType}`)).toEqual([
    "/host Exact",
    "/data Exact",
    "/data/old Prefix",
    "/data Prefix",
    "/ Prefix"
  ])
})
