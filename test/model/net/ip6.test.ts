/** IPv6 texts: read, written, compared. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isIn, isPrivate, lengthOf } from "../../../src/model/net/ip.ts"
import { formatAddress6, parseAddress6, parsePrefix6 } from "../../../src/model/net/ip6.ts"

const address = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })

describe("an address", () => {
  test("is read as it is written, whatever it is", () => {
    fc.assert(fc.property(address, (number) => parseAddress6(formatAddress6(number)) === number))
  })

  // RFC 5952, section 4.
  test.each([
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:DB8::ABCD", "2001:db8::abcd"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"]
  ])("%s is written %s", (text, canonical) => {
    expect(formatAddress6(parseAddress6(text) ?? -1n)).toBe(canonical)
  })

  test.each([
    "",
    "1",
    ":",
    ":::",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8:9",
    "::ffff:10.0.0.1",
    "fe80::1%eth0"
  ])("%j is none", (text) => {
    expect(parseAddress6(text)).toBeUndefined()
  })
})

describe("a prefix", () => {
  test("holds what has its first bits, and nothing of the other family", () => {
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 128 }), (number, other, length) => {
        const shift = BigInt(128 - length)
        const prefix = `${formatAddress6((number >> shift) << shift)}/${length}`
        expect(isIn(formatAddress6(other), prefix)).toBe(other >> shift === number >> shift)
        expect(isIn("10.0.0.1", prefix)).toBe(false)
      })
    )
    expect(isIn("2001:db8::1", "0.0.0.0/0")).toBe(false)
  })

  test.each(["2001:db8::1/64", "2001:db8::/129", "2001:db8::/064", "2001:db8::", "/64", "::/x"])("%j is none", (text) => {
    expect(parsePrefix6(text)).toBeUndefined()
  })

  test("has a length, whichever its family", () => {
    expect(["10.0.0.0/8", "2600:1f18::/56", "nowhere"].map(lengthOf)).toEqual([8, 56, undefined])
  })
})

test("unique local and link-local addresses are no matter of the internet's", () => {
  expect(["fd00::1", "fe80::1", "2600:1f18::1"].map(isPrivate)).toEqual([true, true, false])
})
