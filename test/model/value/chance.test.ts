import { expect, test } from "vitest"
import { chanceOf, drawBelow, drawSuffix } from "../../../src/model/value/chance.ts"

test("a draw depends on its key alone", () => {
  const chance = chanceOf(42)
  const first = drawBelow(chance, 1_000_000, "launch", "node-7")
  drawBelow(chance, 10, "launch", "node-8")
  expect(drawBelow(chance, 1_000_000, "launch", "node-7")).toBe(first)
  expect(drawBelow(chanceOf(43), 1_000_000, "launch", "node-7")).not.toBe(first)
  expect(drawBelow(chance, 1_000_000, "launch", "node-7", 1)).not.toBe(first)
})
test("draws spread evenly enough", () => {
  const counts = new Array<number>(10).fill(0)
  for (let index = 0; index < 10_000; index++) {
    const drawn = drawBelow(chanceOf(1), 10, "spread", `subject-${index}`)
    counts[drawn] = (counts[drawn] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
test("generated names are written in Kubernetes' alphabet", () => {
  expect(drawSuffix(chanceOf(42), 5, "pod-name", "default/app")).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/)
})
