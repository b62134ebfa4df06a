/** Ports of shared addresses: never two holders of one port, never more than there are, first come, first served. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { PortHoldings, PortPool } from "../../../src/model/net/exit-terms.ts"
import {
  admitSender,
  dismissSender,
  noHoldings,
  portsHeld,
  portsOfPool,
  portsTaken,
  seenAs,
  setOpen
} from "../../../src/model/net/port-pool.ts"

const pool = (more: Partial<PortPool> = {}): PortPool => ({
  _tag: "PortPool",
  id: "pool",
  origin: { resource: "pool" },
  addresses: ["203.0.113.1"],
  portFirst: 1_024,
  portsPerAddress: 100,
  portsPerSender: 30,
  oneDestinationPerPort: false,
  codes: { exhausted: "X", protocol: "Y" },
  ...more
})

const after = (terms: PortPool, ...senders: ReadonlyArray<string>): PortHoldings => {
  const holdings = noHoldings()
  for (const sender of senders) admitSender(terms, holdings, sender)
  return holdings
}

describe("a pool", () => {
  test("serves as many senders as its blocks fit, and the next when one goes", () => {
    const terms = pool()
    const holdings = after(terms, "a", "b", "c", "d", "e")
    expect(["a", "b", "c", "d", "e"].map((sender) => portsHeld(holdings, sender))).toEqual([30, 30, 30, 0, 0])
    expect(dismissSender(terms, holdings, "b")).toEqual(["d"])
    expect([seenAs(terms, holdings, "d"), seenAs(terms, holdings, "e")]).toEqual([
      { address: "203.0.113.1", ports: { from: 1_054, to: 1_083 } },
      undefined
    ])
  })

  test("a sender that comes again keeps what it has", () => {
    const terms = pool()
    expect(after(terms, "a", "a").blocks).toEqual(new Map([["a", [{ from: 0, to: 30 }]]]))
  })

  test("numbers ports through over its addresses; a block that lies on two shows on the first", () => {
    const terms = pool({ addresses: ["203.0.113.1", "203.0.113.2"] })
    const holdings = after(terms, "a", "b", "c", "d", "e", "f", "g")
    expect(portsHeld(holdings, "f")).toBe(30)
    expect(portsHeld(holdings, "g")).toBe(0)
    expect(seenAs(terms, holdings, "d")).toEqual({ address: "203.0.113.1", ports: { from: 1_114, to: 1_123 } })
    expect(seenAs(terms, holdings, "e")).toEqual({ address: "203.0.113.2", ports: { from: 1_044, to: 1_073 } })
  })

  test("one port serves many destinations, unless it is one for all", () => {
    const open = (oneDestinationPerPort: boolean): number => {
      const terms = pool({ oneDestinationPerPort })
      const holdings = after(terms, "a")
      setOpen(terms, holdings, "a", "x", 20)
      setOpen(terms, holdings, "a", "y", 7)
      setOpen(terms, holdings, "a", "z", 5)
      setOpen(terms, holdings, "a", "z", 0)
      return portsTaken(terms, holdings, "a", "y")
    }
    expect([open(false), open(true)]).toEqual([7, 27])
  })

  test("a sender's ports double up to their most, and not into another's", () => {
    const terms = pool({ portsPerSenderMax: 60 })
    const holdings = after(terms, "a", "b")
    setOpen(terms, holdings, "a", "x", 30)
    setOpen(terms, holdings, "b", "x", 30)
    expect([portsHeld(holdings, "a"), portsHeld(holdings, "b")]).toEqual([60, 30])
    setOpen(terms, holdings, "a", "x", 60)
    expect(portsHeld(holdings, "a")).toBe(60)
  })
})

const step = fc.oneof(
  fc.record({ does: fc.constant("comes" as const), sender: fc.constantFrom("a", "b", "c", "d", "e"), count: fc.constant(0) }),
  fc.record({ does: fc.constant("goes" as const), sender: fc.constantFrom("a", "b", "c", "d", "e"), count: fc.constant(0) }),
  fc.record({
    does: fc.constant("opens" as const),
    sender: fc.constantFrom("a", "b", "c", "d", "e"),
    count: fc.integer({ min: 0, max: 99 })
  })
)

test("ports handed out never exceed the addresses', and no port has two holders", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 64 }),
      fc.option(fc.integer({ min: 1, max: 256 }), { nil: undefined }),
      (steps, addresses, portsPerSender, most) => {
        const terms = pool({
          addresses: Array.from({ length: addresses }, (_, index) => `203.0.113.${index + 1}`),
          portsPerSender,
          ...(most === undefined ? {} : { portsPerSenderMax: most })
        })
        const holdings = noHoldings()
        for (const { does, sender, count } of steps) {
          if (does === "comes") admitSender(terms, holdings, sender)
          else if (does === "goes") dismissSender(terms, holdings, sender)
          else if (holdings.blocks.has(sender)) setOpen(terms, holdings, sender, "x", count)
          const held = [...holdings.blocks.values()].flat().sort((left, right) => left.from - right.from)
          expect(held.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThanOrEqual(portsOfPool(terms))
          for (const [index, block] of held.entries()) {
            expect(block.from).toBeGreaterThanOrEqual(held[index - 1]?.to ?? 0)
            expect(block.to).toBeLessThanOrEqual(portsOfPool(terms))
          }
          for (const known of holdings.blocks.keys())
            expect(portsHeld(holdings, known)).toBeLessThanOrEqual(Math.max(portsPerSender, most ?? 0))
        }
      }
    )
  )
})

describe("a pool whose blocks shrink", () => {
  const tiers = [
    { sendersUpTo: 2, ports: 40 },
    { sendersUpTo: 4, ports: 20 }
  ]
  const names = ["a", "b", "c", "d", "e"]
  const held = (holdings: PortHoldings): ReadonlyArray<number> => names.map((sender) => portsHeld(holdings, sender))

  test("deals anew to everybody when one more comes than its tier allows, and when one goes again", () => {
    const terms = pool({ tiers })
    const holdings = after(terms, "a", "b")
    expect(held(holdings)).toEqual([40, 40, 0, 0, 0])
    admitSender(terms, holdings, "c")
    expect(held(holdings)).toEqual([20, 20, 20, 0, 0])
    dismissSender(terms, holdings, "a")
    expect(held(holdings)).toEqual([0, 40, 40, 0, 0])
  })

  test("has nothing for anybody beyond its last tier", () => {
    expect(held(after(pool({ tiers }), ...names))).toEqual([0, 0, 0, 0, 0])
  })
})

describe("a pool that all share", () => {
  test("ends for everybody when its ports toward a destination are taken, whoever took them", () => {
    const terms = pool({ shared: true })
    const holdings = after(terms, "a", "b")
    setOpen(terms, holdings, "a", "one", 60)
    setOpen(terms, holdings, "b", "one", 40)
    expect(["a", "b"].map((sender) => [portsTaken(terms, holdings, sender, "one"), portsHeld(holdings, sender)])).toEqual([
      [100, 100],
      [100, 100]
    ])
    expect(portsTaken(terms, holdings, "b", "two")).toBe(0)
  })
})
