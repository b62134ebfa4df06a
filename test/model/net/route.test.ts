import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Route } from "../../../src/model/net/fabric.ts"
import { parseAddress, parsePrefix } from "../../../src/model/net/ip.ts"
import { chooseRoute } from "../../../src/model/net/route.ts"
import { endOf, host, local, network, only, origin, route, table, tcp, toInternet } from "./small-network.ts"

const via = (component: string): Route["target"] => ({ _tag: "Via", component })
const winnerOf = (routes: ReadonlyArray<Route>, destination: string) => chooseRoute(table("t", routes), destination).won?.prefix

describe("the choice of a route", () => {
  test("is the longest prefix that holds the destination", () => {
    const routes = [
      route("0.0.0.0/0", via("x")),
      route("10.1.0.0/16", via("y")),
      route("10.1.2.0/24", via("z")),
      route("10.2.0.0/16", via("w"))
    ]
    expect(winnerOf(routes, "10.1.2.3")).toBe("10.1.2.0/24")
    expect(winnerOf(routes, "10.1.3.3")).toBe("10.1.0.0/16")
    expect(winnerOf(routes, "8.8.8.8")).toBe("0.0.0.0/0")
  })
  test("is none when nothing holds the destination, and then nothing lost either", () => {
    expect(chooseRoute(table("t", [route("10.1.0.0/16", via("x"))]), "10.2.0.1")).toEqual({ won: undefined, tied: [], losers: [] })
  })
  test("among equal prefixes is the lower preference, whichever came first", () => {
    const learned = route("10.9.0.0/16", via("vpn"), { class: "learned", preference: 20 })
    const written = route("10.9.0.0/16", via("igw"), { preference: 10 })
    for (const routes of [
      [learned, written],
      [written, learned]
    ])
      expect(chooseRoute(table("t", routes), "10.9.0.1").won).toBe(written)
  })
  test("of some senders only is there for those, and for nobody whose sets are unknown", () => {
    const routes = [route("0.0.0.0/0", via("x")), route("10.1.0.0/16", via("y"), { senders: ["web", "db"] })]
    const chosen = (sets?: ReadonlyArray<string>) => chooseRoute(table("t", routes), "10.1.0.1", sets).won?.prefix
    expect([chosen(["db"]), chosen(["lb"]), chosen()]).toEqual(["10.1.0.0/16", "0.0.0.0/0", "0.0.0.0/0"])
  })
  test("a connected route that dismisses learned ones beats even a more specific one, but no written one", () => {
    const connected = route("10.0.0.0/16", { _tag: "Connected" }, { dismisses: ["learned"] })
    const learned = route("10.0.1.0/24", via("vpn"), { class: "learned" })
    const written = route("10.0.2.0/24", via("box"))
    expect(winnerOf([learned, connected, written], "10.0.1.9")).toBe("10.0.0.0/16")
    expect(winnerOf([learned, connected, written], "10.0.2.9")).toBe("10.0.2.0/24")
  })
  test("dismisses nothing where the dismissing route does not hold the destination", () => {
    const connected = route("10.0.0.0/16", { _tag: "Connected" }, { dismisses: ["learned"] })
    expect(winnerOf([connected, route("172.16.0.0/12", via("vpn"), { class: "learned" })], "172.16.0.1")).toBe("172.16.0.0/12")
  })
  test("keeps every loser with why it lost", () => {
    const { losers } = chooseRoute(
      table("t", [
        route("0.0.0.0/0", via("a")),
        route("10.0.0.0/16", via("b"), { preference: 0 }),
        route("10.0.0.0/16", via("c"), { preference: 5 }),
        route("10.0.0.0/16", via("d"), { preference: 0, origin: origin("zz") })
      ]),
      "10.0.0.1"
    )
    expect(losers.map(({ route: { target }, why }) => [target._tag === "Via" ? target.component : "", why])).toEqual([
      ["a", "less specific"],
      ["c", "equal prefix, lower preference"],
      ["d", "equal prefix and preference, later id"]
    ])
  })

  const prefixes = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.128/25", "10.1.2.200/32", "172.16.0.0/12"]
  const anyRoutes = fc
    .array(fc.record({ prefix: fc.constantFrom(...prefixes), preference: fc.constantFrom(0, 10, 20) }), { maxLength: 8 })
    .map((drawn) =>
      drawn.map(({ prefix, preference }, index) => route(prefix, via(`to${index}`), { preference, origin: origin("t", String(index)) }))
    )
  const anyDestination = fc.constantFrom("10.1.2.200", "10.1.2.129", "10.1.2.1", "10.1.9.9", "10.9.9.9", "172.16.0.1", "8.8.8.8")

  test("does not depend on the order in which routes are written", () => {
    fc.assert(
      fc.property(
        anyRoutes.chain((routes) => fc.tuple(fc.constant(routes), fc.shuffledSubarray(routes, { minLength: routes.length }))),
        anyDestination,
        ([routes, shuffled], destination) => {
          expect(chooseRoute(table("t", shuffled), destination).won).toEqual(chooseRoute(table("t", routes), destination).won)
        }
      )
    )
  })
  test("leaves no matching route out: one wins, the others lose, and none that matches is longer than the winner", () => {
    fc.assert(
      fc.property(anyRoutes, anyDestination, (routes, destination) => {
        const number = parseAddress(destination) as number
        const holds = (text: string) => {
          const prefix = parsePrefix(text)
          return prefix !== undefined && number >= prefix.first && number <= prefix.last
        }
        const matching = routes.filter(({ prefix }) => holds(prefix))
        const { won, losers } = chooseRoute(table("t", routes), destination)
        expect(losers.length + (won === undefined ? 0 : 1)).toBe(matching.length)
        const lengths = matching.map(({ prefix }) => Number(prefix.split("/")[1]))
        if (won !== undefined) expect(Number(won.prefix.split("/")[1])).toBe(Math.max(...lengths))
      })
    )
  })
})

describe("a packet on its route", () => {
  const client = host("client", "a", "10.0.1.1", { port: { publicAddress: "203.0.113.1", publicVia: "igw" } })
  test("does not fall through a blackhole to a shorter prefix that would carry it", () => {
    const dead = route("8.8.0.0/16", via("gone"), { blackhole: true })
    const branch = only(network(client, table("table", [local, toInternet, dead])), tcp("client", "8.8.8.8"))
    expect(endOf(branch)).toMatchObject({
      fate: "drop",
      at: "a",
      reason: "RouteBlackholed",
      fails: "timeout",
      origin: { resource: "table", part: "8.8.0.0/16" }
    })
    expect(only(network(client, table("table", [local, toInternet])), tcp("client", "8.8.8.8")).ok).toBe(true)
  })
  test("is discarded by a route that says so, and that is told apart from a dead one", () => {
    const branch = only(
      network(client, table("table", [local, toInternet, route("8.8.8.8/32", { _tag: "Discard" })])),
      tcp("client", "8.8.8.8")
    )
    expect(endOf(branch)).toMatchObject({ fate: "drop", at: "a", reason: "RouteDiscards" })
  })
  test("shows the winner and the losers on the hop where it was routed", () => {
    const branch = only(network(client, host("server", "b", "10.0.2.1")), tcp("client", "10.0.2.1"))
    const step = branch.forward.hops.flatMap(({ steps }) => steps).find(({ _tag }) => _tag === "Routed")
    expect(step).toMatchObject({ prefix: "10.0.0.0/16", losers: [{ prefix: "0.0.0.0/0", why: "less specific" }] })
  })
  test("toward a gateway that is not there is dropped, not lost from the answer", () => {
    const branch = only(network(client, table("table", [local, route("0.0.0.0/0", via("gone"))])), tcp("client", "8.8.8.8"))
    expect(endOf(branch)).toMatchObject({ fate: "drop", at: "gone", reason: "RouteBlackholed" })
  })
  test("without any route gets the table's own refusal", () => {
    expect(endOf(only(network(client, table("table", [local])), tcp("client", "8.8.8.8")))).toMatchObject({
      fate: "drop",
      at: "a",
      reason: "NoRoute",
      origin: { resource: "table" }
    })
  })
})
