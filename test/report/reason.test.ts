/** Why something does not arrive, as it is told. */
import { describe, expect, it } from "vitest"
import { endSentence, failureSentence, reasonSentence, reasons, reasonText, refusalSentence } from "../../src/report/reason.ts"

const failure = { share: "1/3", fails: "timeout", at: "front-end/lb/c", reason: "ComponentSilent", origin: "lb, front end c" } as const

describe("a reason", () => {
  it.each(reasons)("%s has a sentence of its own", (reason) => {
    const sentence = reasonSentence(reason)
    expect(sentence.length).toBeGreaterThan(8)
    expect(reasons.filter((other) => reasonSentence(other) === sentence)).toEqual([reason])
    expect(reasonText(reason)).toBe(sentence)
    const refusal = refusalSentence({
      reason,
      origin: { resource: "rtb-public", part: "0.0.0.0/0 → igw" },
      code: "BLACKHOLE",
      fails: "timeout"
    })
    expect(refusal).toBe(`rtb-public, 0.0.0.0/0 → igw: ${sentence} [BLACKHOLE]; the caller gets no answer`)
  })

  it("that is none is given back as it was recorded", () => {
    expect(reasonText("SomethingNew")).toBe("SomethingNew")
  })

  it("of a refusal says how the caller sees it", () => {
    const origin = { resource: "sg-1" }
    const seen = (["refused", "reset", "error"] as const).map((fails) => refusalSentence({ reason: "DeniedByFilter", origin, fails }))
    expect(seen).toEqual([
      "sg-1: a filter denies it; the caller is refused",
      "sg-1: a filter denies it; the caller is reset",
      "sg-1: a filter denies it; the caller gets an error"
    ])
  })

  it("of an end says where, why and whose rule", () => {
    expect(endSentence({ fate: "delivered", at: "pod/x" })).toBe("delivered at pod/x")
    expect(
      endSentence({
        fate: "deny",
        at: "eni-1",
        reason: "DeniedByFilter",
        code: "ENI_SG_RULES_MISMATCH",
        origin: { resource: "sg-1", part: "ingress" }
      })
    ).toBe("denied at eni-1: a filter denies it [ENI_SG_RULES_MISMATCH] (sg-1, ingress)")
  })

  it("of a probe's failure names share, call, place, rule and code", () => {
    expect(failureSentence({ ...failure, share: "1", code: "X", call: "db:5432" })).toBe(
      "everything times out when calling db:5432 at front-end/lb/c: gives no answer at all (lb, front end c) [X]"
    )
    expect(failureSentence({ ...failure, fails: "reset", origin: failure.at })).toBe(
      "1/3 is reset at front-end/lb/c: gives no answer at all"
    )
  })
})
