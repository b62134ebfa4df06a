import fc from "fast-check"
import { expect, test } from "vitest"
import { canonicalText, digestOf, digestText } from "../../../src/model/value/canonical.ts"

test("keys stand in code-unit order and absent members leave no trace", () => {
  expect(canonicalText({ b: 1, a: [true, null, "x"], c: undefined })).toBe('{"a":[true,null,"x"],"b":1}')
  expect(canonicalText({ "€": 1, "\r": 2, "1": 3 })).toBe('{"\\r":2,"1":3,"€":1}')
})
test("the order in which an object was written does not change its digest", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse())
      return digestOf(record) === digestOf(reversed)
    })
  )
})
test("what is not plain data has no canonical text", () => {
  for (const value of [0.5, Number.NaN, new Map(), () => 1, new Date(0)]) expect(() => canonicalText(value)).toThrow("canonical text")
})
test("the digest is SHA-256", () => {
  expect(digestText("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
})
