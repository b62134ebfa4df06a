import { describe, expect, test } from "vitest"
import { internetClient, seatCount, seatsOf, stuckTo } from "../../../src/model/net/session-affinity.ts"
import { listener, target } from "./small-network.ts"

const [p1, p2, p3] = [target("p1", "10.0.1.1"), target("p2", "10.0.2.1"), target("p3", "10.0.3.1")]
const all = [p1, p2, p3]
const sharesOf = (seats: ReadonlyArray<string>, targets = all) =>
  stuckTo(listener(targets, { seats }), targets, "h1", internetClient).map(({ id, weight }) => `${id} ${weight}`)
const clients = Array.from({ length: 60 }, (_, index) => `10.9.0.${index}`)
const choices = (seats: ReadonlyArray<string>, targets = all, host = "h1") =>
  clients.map((client) => stuckTo(listener(targets, { seats }), targets, host, client).map(({ id }) => id))

describe("clients that stick to what they first got", () => {
  const first = seatsOf([], all)
  const without = seatsOf(first, [p1, p3])
  const back = seatsOf(without, all)

  test("stand evenly at first", () => {
    expect(sharesOf(first)).toEqual(["p1 280", "p2 280", "p3 280"])
    expect(first).toHaveLength(seatCount)
  })
  test("spread over the others when theirs leaves, and stay there when it returns", () => {
    expect(sharesOf(without, [p1, p3])).toEqual(["p1 420", "p3 420"])
    expect(sharesOf(back)).toEqual(["p1 420", "p3 420"])
  })
  test("are each sent to one endpoint, and only those of the endpoint that left go elsewhere", () => {
    const [before, after] = [choices(first), choices(without, [p1, p3])]
    expect(before.every(({ length }) => length === 1)).toBe(true)
    expect(new Set(before.flat())).toEqual(new Set(["p1", "p2", "p3"]))
    for (const [index, [id]] of before.entries()) if (id !== "p2") expect(after[index]).toEqual([id])
    expect(choices(back)).toEqual(after)
  })
  test("choose anew on another node", () => {
    expect(choices(first, all, "h2")).not.toEqual(choices(first))
  })
  test("all gather at the first that returns after none was left", () => {
    const none = seatsOf(first, [])
    expect(none).toEqual([])
    expect(sharesOf(seatsOf(seatsOf(none, [p2]), all))).toEqual(["p2 840"])
  })
  test("do not know an endpoint again by its name: another address is another endpoint", () => {
    const moved = target("p2", "10.0.2.9")
    expect(sharesOf(seatsOf(seatsOf([], [p2]), [p1, moved]), [p1, moved])).toEqual(["p1 420", "p2 420"])
  })
  test("take what their traffic policy leaves them", () => {
    expect(stuckTo(listener(all, { seats: first }), [p2], "h1", internetClient)).toMatchObject([{ id: "p2", weight: seatCount }])
  })
})

test("without affinity nothing is weighed", () => {
  expect(stuckTo(listener(all), all, "h1", internetClient)).toBe(all)
})
