import { describe, expect, test } from "vitest"
import { askWithCalls, type CallQuestion, type CallsOf, originText } from "../../../src/model/net/ask.ts"
import { setCondition } from "../../../src/model/net/fabric-change.ts"
import { formatRatio } from "../../../src/model/value/ratio.ts"
import { byName, filter, host, listener, listenerTable, name, network, origin, pod, refusal, rule, target, tcp } from "./small-network.ts"

const dns = "172.20.0.53"
const db = "172.20.0.32"
/** The shop answers by looking up the database and then calling it; each of two shops on its own host. */
const fabricWith = (resolvers: ReadonlyArray<string>, databases = ["10.0.2.20"]) =>
  network(
    host("h1", "a", "10.0.1.1", { component: { listeners: "live" } }),
    host("h2", "b", "10.0.2.1", { component: { listeners: "live" } }),
    pod("shop1", "h1", "a", "10.0.1.11"),
    pod("shop2", "h2", "b", "10.0.2.12"),
    pod("db", "h2", "b", "10.0.2.20", { component: { listening: [{ protocol: "tcp", port: 5_432 }] } }),
    pod("dns1", "h1", "a", "10.0.1.53", { component: { listening: [{ protocol: "udp", port: 53 }] } }),
    pod("dns2", "h2", "b", "10.0.2.53", { component: { listening: [{ protocol: "udp", port: 53 }] } }),
    listenerTable("live", {
      [`${dns}:udp:53`]: listener(resolvers.map((address) => target(`dns ${address}`, address, { port: 53 }))),
      [`${db}:tcp:5432`]: listener(databases.map((address) => target("db", address, { port: 5_432 })))
    }),
    host("client", "a", "10.0.1.99"),
    name("shops", ["10.0.1.11", "10.0.2.12"])
  )
const lookup: CallQuestion = { call: "lookup of db", to: { _tag: "Address", address: dns }, protocol: "udp", port: 53 }
const query: CallQuestion = { call: "db:5432", to: { _tag: "Address", address: db }, protocol: "tcp", port: 5_432 }
const calls: CallsOf = (reached, port) => (reached.startsWith("shop") && port === 80 ? [lookup, query] : [])
const both = ["10.0.1.53", "10.0.2.53"]
const asked = (fabric: ReturnType<typeof fabricWith>, callsOf = calls) => askWithCalls(fabric, byName("client", "shops"), callsOf)
const lostOf = (answer: ReturnType<typeof askWithCalls>) =>
  answer.branches.flatMap(({ share, failure }) => (failure === undefined ? [] : [{ share: formatRatio(share), ...failure }]))

describe("a request that is answered by calling others", () => {
  test("succeeds wholly when they do", () => {
    expect(formatRatio(asked(fabricWith(both)).success)).toBe("1")
  })
  test("succeeds no further than its calls, share by share", () => {
    const fabric = fabricWith(both)
    setCondition(fabric, "dns2", "silent")
    expect(formatRatio(asked(fabric).success)).toBe("1/2")
    expect(formatRatio(asked(fabric, () => []).success)).toBe("1")
  })
  test("multiplies the shares of one call after another", () => {
    const fabric = fabricWith([...both, "10.0.1.99"], ["10.0.2.20", "10.0.2.99"])
    expect(formatRatio(asked(fabric).success)).toBe("1/3")
  })
  test("takes a call of several flows for answered when each of them is", () => {
    const fabric = fabricWith([...both, "10.0.1.99"])
    const thrice = asked(fabric, (reached, port) =>
      calls(reached, port, undefined).map((call) => (call === lookup ? { ...call, flows: 3 } : call))
    )
    expect(formatRatio(thrice.success)).toBe("8/27")
    expect(lostOf(thrice).map(({ share }) => share)).toEqual(["19/54", "19/54"])
  })
  test("fails with the first call that fails, and with no later one", () => {
    const lost = lostOf(asked(fabricWith([], [])))
    expect(lost).toHaveLength(2)
    expect(lost).toMatchObject([
      { share: "1/2", call: "lookup of db", at: "shop1", fails: "refused", reason: "NoTarget" },
      { share: "1/2", call: "lookup of db", at: "shop2" }
    ])
  })
  test("makes no call where it was not itself answered", () => {
    const fabric = fabricWith(both)
    setCondition(fabric, "h2", "silent")
    const lost = lostOf(asked(fabric))
    expect(lost.filter(({ call }) => call === undefined)).toMatchObject([
      { share: "1/2", at: "h2", reason: "ComponentSilent", fails: "timeout" }
    ])
  })
  test("has shares that sum to 1 whatever fails", () => {
    for (const fabric of [fabricWith(both), fabricWith([]), fabricWith(both, ["10.0.2.20", "10.0.2.99", "10.0.1.98"])]) {
      const [of, over] = asked(fabric).branches.reduce(
        ([top, bottom], { share }) => [top * share.over + share.of * bottom, bottom * share.over],
        [0, 1] as [number, number]
      )
      expect(of).toBe(over)
    }
  })
  test("calls from where it was answered, on the port that answered", () => {
    const seen: Array<[string, number]> = []
    asked(fabricWith(both), (reached, port) => {
      seen.push([reached, port])
      return []
    })
    expect(seen).toEqual([
      ["shop1", 80],
      ["shop2", 80]
    ])
  })
  test("reads what its calls read", () => {
    const { touched } = asked(fabricWith(both))
    expect(touched).toEqual([...new Set(touched)].sort())
    expect(touched).toEqual(expect.arrayContaining(["component/dns2", "component/db", `listener/live/${db}:tcp:5432`, "name/shops"]))
  })
})

describe("the evidence of a failure", () => {
  const server = (inward: Parameters<typeof filter>[1]) =>
    network(
      host("client", "a", "10.0.1.1"),
      host("server", "b", "10.0.2.1", {
        component: { origin: origin("db-1") },
        port: { inward: [filter("sg-1", inward, { refusal: { ...refusal("DeniedByFilter", "sg-1"), code: "ENI_SG_RULES_MISMATCH" } })] }
      })
    )
  test("names place, obstacle, code and whose rule it is, in the owner's words", () => {
    const [lost] = lostOf(askWithCalls(server([]), tcp("client", "10.0.2.1"), () => []))
    expect(lost).toEqual({
      share: "1",
      fails: "timeout",
      at: "db-1",
      reason: "DeniedByFilter",
      code: "ENI_SG_RULES_MISMATCH",
      origin: "sg-1"
    })
  })
  test("names the rule itself when one denied", () => {
    const [lost] = lostOf(askWithCalls(server([rule("deny", {}, "rule 90 deny all")]), tcp("client", "10.0.2.1"), () => []))
    expect(lost?.origin).toBe("rule: rule 90 deny all")
  })
  test("is the reply's when the way there was free", () => {
    const fabric = network(host("client", "a", "10.0.1.1", { port: { inward: [filter("shut", [])] } }), host("server", "b", "10.0.2.1"))
    expect(lostOf(askWithCalls(fabric, tcp("client", "10.0.2.1"), () => []))).toMatchObject([
      { at: "client", origin: "shut", reason: "DeniedByFilter" }
    ])
  })
  test("of an origin without a part is the resource alone", () => {
    expect([originText(origin("rtb")), originText(origin("rtb", "0.0.0.0/0 → igw"))]).toEqual(["rtb", "rtb: 0.0.0.0/0 → igw"])
  })
})
