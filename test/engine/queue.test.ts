import fc from "fast-check"
import { expect, test } from "vitest"
import { EventQueue } from "../../src/engine/queue.ts"

const drained = <T>(queue: EventQueue<T>): Array<T> => {
  const out: Array<T> = []
  while (queue.size > 0) out.push(queue.pop())
  return out
}

test("entries leave by instant, then rank, then order of asking", () => {
  const queue = new EventQueue<string>()
  queue.push(10, 4, "timeline")
  queue.push(10, 0, "heartbeat")
  queue.push(10, 1, "pass")
  queue.push(5, 4, "earlier")
  queue.push(10, 1, "second pass")
  expect(queue.nextAt).toBe(5)
  expect(drained(queue)).toEqual(["earlier", "heartbeat", "pass", "second pass", "timeline"])
  expect(queue.nextAt).toBeUndefined()
})

test("any mix of pushes and pops leaves in the order of a stable sort", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(4), fc.boolean()), { maxLength: 3_000 }), (asks) => {
      const queue = new EventQueue<number>()
      const waiting: Array<readonly [number, number, number]> = []
      const seen: Array<number> = []
      const expected: Array<number> = []
      asks.forEach(([at, rank, pops], order) => {
        queue.push(at, rank, order)
        waiting.push([at, rank, order])
        if (!pops) return
        waiting.sort((left, right) => left[0] - right[0] || left[1] - right[1] || left[2] - right[2])
        expected.push((waiting.shift() as readonly [number, number, number])[2])
        seen.push(queue.pop())
      })
      expect(seen).toEqual(expected)
      waiting.sort((left, right) => left[0] - right[0] || left[1] - right[1] || left[2] - right[2])
      expect(drained(queue)).toEqual(waiting.map(([, , order]) => order))
    }),
    { numRuns: 60 }
  )
})
