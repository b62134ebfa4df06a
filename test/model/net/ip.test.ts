import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  containsAddress,
  containsPrefix,
  firstFreeBlock,
  formatAddress,
  formatPrefix,
  isIn,
  isPrivate,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix
} from "../../../src/model/net/ip.ts"

const prefixOf = (text: string): Prefix => {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(`${text} is no prefix`)
  return prefix
}
const anyAddress = fc.integer({ min: 0, max: 4_294_967_295 })
const anyPrefix = fc.tuple(anyAddress, fc.integer({ min: 0, max: 32 })).map(([number, length]) => {
  const size = 2 ** (32 - length)
  return prefixOf(`${formatAddress(Math.floor(number / size) * size)}/${length}`)
})

describe("an address", () => {
  test("is read back from its own text, whatever it is", () => {
    fc.assert(
      fc.property(anyAddress, (number) => {
        expect(parseAddress(formatAddress(number))).toBe(number)
      })
    )
  })
  test("is unsigned to its last", () => {
    expect(parseAddress("255.255.255.255")).toBe(4_294_967_295)
    expect(parseAddress("0.0.0.0")).toBe(0)
  })
  test.each([
    "",
    "10.0.0",
    "10.0.0.0.0",
    "10.0.0.256",
    "10.0.0.-1",
    "10.0.0.1 ",
    "010.0.0.1",
    "10.0.0.0x1",
    "1e1.0.0.1",
    "10..0.1",
    "10.0.0.1/32",
    "::1"
  ])("is not guessed from %j", (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe("a prefix", () => {
  test("knows its first and last address", () => {
    const { first, last, length } = prefixOf("192.168.32.0/19")
    expect([formatAddress(first), formatAddress(last), length]).toEqual(["192.168.32.0", "192.168.63.255", 19])
  })
  test("may be everything, or one address", () => {
    expect(prefixOf("0.0.0.0/0")).toEqual({ first: 0, last: 4_294_967_295, length: 0 })
    expect(prefixOf("10.0.0.1/32")).toMatchObject({ first: 167_772_161, last: 167_772_161 })
  })
  test.each([
    "10.0.0.1/8",
    "192.168.1.0/23",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0.0/",
    "/8",
    "10.0.0.0/8/8",
    "pl-s3"
  ])("is not guessed from %j", (text) => {
    expect(parsePrefix(text)).toBeUndefined()
  })
  test("is read back from its own text", () => {
    fc.assert(
      fc.property(anyPrefix, (prefix) => {
        expect(parsePrefix(formatPrefix(prefix))).toEqual(prefix)
      })
    )
  })
  test("nests in another or is apart from it, never in between", () => {
    fc.assert(
      fc.property(anyPrefix, anyPrefix, (left, right) => {
        expect(overlaps(left, right)).toBe(containsPrefix(left, right) || containsPrefix(right, left))
      })
    )
  })
  test("holds its edges and not what lies beside them", () => {
    const prefix = prefixOf("10.0.1.0/24")
    expect([prefix.first - 1, prefix.first, prefix.last, prefix.last + 1].map((address) => containsAddress(prefix, address))).toEqual([
      false,
      true,
      true,
      false
    ])
  })
  test("of bad text holds nothing", () => {
    expect([isIn("10.0.0.1", "10.0.0.0/8"), isIn("10.0.0.1", "pl-s3"), isIn("ten", "0.0.0.0/0")]).toEqual([true, false, false])
  })
})

describe("private space", () => {
  test.each([
    ["10.0.0.0", true],
    ["10.255.255.255", true],
    ["11.0.0.0", false],
    ["172.15.255.255", false],
    ["172.16.0.0", true],
    ["172.31.255.255", true],
    ["172.32.0.0", false],
    ["192.168.0.1", true],
    ["192.169.0.1", false],
    ["100.64.0.0", true],
    ["100.127.255.255", true],
    ["100.128.0.0", false]
  ])("%s: %s", (address, expected) => {
    expect(isPrivate(address)).toBe(expected)
  })
})

describe("the first free block", () => {
  const free = (within: string, taken: ReadonlyArray<string>, length: number): string | undefined => {
    const block = firstFreeBlock(prefixOf(within), taken.map(prefixOf), length)
    return block === undefined ? undefined : formatPrefix(block)
  }
  test("is the container's first when nothing is taken", () => {
    expect(free("10.0.0.0/16", [], 24)).toBe("10.0.0.0/24")
  })
  test("steps over a taken block that is larger than it", () => {
    expect(free("10.0.0.0/16", ["10.0.0.0/20"], 24)).toBe("10.0.16.0/24")
  })
  test("steps over a whole block for one taken address in it", () => {
    expect(free("10.0.0.0/16", ["10.0.0.9/32"], 24)).toBe("10.0.1.0/24")
  })
  test("may be the container's last", () => {
    expect(free("10.0.0.0/23", ["10.0.0.0/24"], 24)).toBe("10.0.1.0/24")
  })
  test("is not there when all is taken", () => {
    expect(free("10.0.0.0/23", ["10.0.0.0/24", "10.0.1.128/25"], 24)).toBeUndefined()
  })
  test("is not there when it is larger than its container", () => {
    expect(free("10.0.0.0/24", [], 23)).toBeUndefined()
  })
  test("lies inside, touches nothing taken, and none before it would do", () => {
    const within = prefixOf("10.0.0.0/24")
    const inside = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 })).map(([offset, length]) => {
      const size = 2 ** (32 - length)
      return {
        first: within.first + Math.floor(offset / size) * size,
        last: within.first + Math.floor(offset / size) * size + size - 1,
        length
      }
    })
    fc.assert(
      fc.property(fc.array(inside, { maxLength: 8 }), fc.integer({ min: 24, max: 32 }), (taken, length) => {
        const size = 2 ** (32 - length)
        const starts = Array.from({ length: 256 / size }, (_, index) => within.first + index * size)
        const wanted = starts.find((first) => taken.every((other) => other.last < first || other.first > first + size - 1))
        expect(firstFreeBlock(within, taken, length)?.first).toBe(wanted)
      })
    )
  })
})
