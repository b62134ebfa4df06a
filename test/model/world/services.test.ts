/** Services and policies as probes see them: traffic policies, zones, headless names, terminating endpoints, NetworkPolicies. */
import { describe, expect, test } from "vitest"
import type { PolicySpec } from "../../../src/model/kube/spec.ts"
import type { Plan } from "../../../src/scenario/plan.ts"
import { appOf, type FlatWish, flatPlan, serviceOf } from "../../flat-plan.ts"
import { played } from "../../played.ts"

const pinned = (name: string, nodes: ReadonlyArray<string>, more: Parameters<typeof appOf>[2] = {}) =>
  appOf(name, nodes.length, more, { templateHash: "x", pins: nodes.map((node, index) => ({ name: `${name}-x-${index}`, node })) })
const client = (node: string, name = `client-${node}`, labels: Readonly<Record<string, string>> = { role: "client" }) =>
  appOf(name, 1, { labels, serves: [] }, { kind: "Pod", pins: [{ name, node }] })
const probe = (
  from: string,
  to: Plan["probes"][number]["to"] = { _tag: "Service", service: "default/web", port: 80 }
): Plan["probes"][number] => ({
  id: from,
  from: { _tag: "Pod", pod: `default/${from}` },
  to,
  protocol: "tcp"
})

/** The answers of each probe, in order, as `seconds success`, and how the first failing share of the last looks. */
const answers = (wish: FlatWish): Readonly<Record<string, ReadonlyArray<string>>> => {
  const said: Record<string, Array<string>> = {}
  for (const { at, event } of played(flatPlan(wish)).events) {
    if (event._tag !== "probe/AnswerTurned") continue
    const how = event.timeout !== "0" ? " timeout" : event.refused !== "0" ? " refused" : ""
    ;(said[event.probe] ??= []).push(`${at / 1_000} ${event.success}${how}`)
  }
  return said
}

describe("traffic policies", () => {
  const web = pinned("web", ["a1", "b1"])
  const clients = [client("a1"), client("c1")]
  const probes = [probe("client-a1"), probe("client-c1")]

  test("internal Local: the node's own endpoints or nothing, and nothing is silence", () => {
    const said = answers({ workloads: [web, ...clients], services: [serviceOf("web", { internalLocal: true })], probes, untilSeconds: 10 })
    expect(said).toEqual({ "client-a1": ["0 1"], "client-c1": ["0 0 timeout"] })
  })

  test("external Local: a node without endpoints drops what comes to its node port", () => {
    const services = [serviceOf("web", { externalLocal: true, ports: [{ port: 80, targetPort: 80, protocol: "tcp", nodePort: 30_080 }] })]
    const port = (node: string) => ({ ...probe("client-c1", { _tag: "NodePort", node, port: 30_080 }), id: node })
    const said = answers({ workloads: [web, ...clients], services, probes: ["a1", "b1", "c1"].map(port), untilSeconds: 10 })
    expect(said).toEqual({ a1: ["0 1"], b1: ["0 1"], c1: ["0 0 timeout"] })
  })

  test("prefer close: the sender's own zone while it has an endpoint, else any", () => {
    const wish: FlatWish = {
      workloads: [web, ...clients],
      services: [serviceOf("web", { preferClose: true })],
      probes,
      timeline: [[10, { _tag: "CutNodes", nodes: ["b1"] }]],
      untilSeconds: 60
    }
    // From zone a nothing changes; from zone c half goes to the dead one until the slices follow.
    expect(answers(wish)).toEqual({ "client-a1": ["0 1"], "client-c1": ["0 1", "10 1/2 timeout", "51 1"] })
  })
})

describe("session affinity", () => {
  const wish = (sessionAffinity?: "ClientIP"): FlatWish => ({
    workloads: [pinned("web", ["a1", "b1"]), ...["1", "2", "3", "4"].map((name) => client("c1", name))],
    services: [serviceOf("web", sessionAffinity === undefined ? {} : { sessionAffinity })],
    probes: ["1", "2", "3", "4"].map((name) => probe(name)),
    timeline: [
      [10, { _tag: "CutNodes", nodes: ["b1"] }],
      [100, { _tag: "HealNodes", nodes: ["b1"] }],
      [200, { _tag: "CutNodes", nodes: ["b1"] }]
    ],
    untilSeconds: 220
  })

  test("a client's calls all go to its endpoint, and who had to move stays where it went", () => {
    const said = Object.values(answers(wish("ClientIP")))
    const moved = said.filter((answer) => answer.length > 1)
    // Whoever was at the dead one is lost whole, until it leaves the table; its second death then meets nobody.
    expect(moved.length).toBeGreaterThan(0)
    expect(moved.length).toBeLessThan(said.length)
    for (const answer of moved) expect(answer).toEqual(["0 1", "10 0 timeout", "51 1"])
  })

  test("without it each call chooses anew, and the second death costs half again", () => {
    for (const answer of Object.values(answers(wish()))) expect(answer.map((text) => text.split(" ")[1])).toEqual(["1", "1/2", "1", "1/2"])
  })
})

test("a name that is asked for more than once is lost more often while a resolver is dead", () => {
  const success = (name: string | undefined, settings: FlatWish["settings"] = {}): string | undefined => {
    const call = { service: "default/db", port: 80, lookup: true, ...(name === undefined ? {} : { name }) }
    const plan = flatPlan({
      workloads: [
        pinned("dns", ["a1", "b1"], { serves: [{ port: 53, protocol: "udp", paths: [] }] }),
        pinned("web", ["c1"], { serves: [{ port: 80, protocol: "tcp", paths: [{ path: "/", calls: [call] }] }] }),
        pinned("db", ["c1"]),
        client("c1")
      ],
      services: [
        serviceOf("dns", { clusterIp: "10.100.0.10", ports: [{ port: 53, targetPort: 53, protocol: "udp" }] }),
        serviceOf("web"),
        serviceOf("db", { clusterIp: "10.100.0.2" })
      ],
      probes: [{ ...probe("client-c1"), path: "/" }],
      timeline: [[10, { _tag: "CutNodes", nodes: ["b1"] }]],
      untilSeconds: 20,
      settings
    })
    const { events } = played({ ...plan, cluster: { ...plan.cluster, dnsService: "default/dns" } })
    return events.flatMap(({ event }) => (event._tag === "probe/AnswerTurned" ? [event.success] : [])).at(-1)
  }
  expect(success(undefined)).toBe("1/2")
  expect(success("db.default")).toBe("1/4")
  expect(success("db.default.svc.cluster.local")).toBe("1/16")
  expect(success("db.default.svc.cluster.local", { dnsNodeSearchDomains: 1 })).toBe("1/32")
  expect(success("db.default.svc.cluster.local", { dnsNdots: 2 })).toBe("1/2")
  expect(success("db.default.svc.cluster.local.")).toBe("1/2")
})

test("a headless Service's name stands for its pods' addresses, the Service has none of its own", () => {
  const said = answers({
    workloads: [pinned("web", ["a1", "b1"]), client("c1")],
    services: [serviceOf("web", { headless: true, clusterIp: "" })],
    probes: [probe("client-c1")],
    timeline: [[10, { _tag: "CutNodes", nodes: ["b1"] }]],
    untilSeconds: 60
  })
  expect(said).toEqual({ "client-c1": ["0 1", "10 1/2 timeout", "51 1"] })
})

test("clients that keep a headless Service's answer follow its list one time-to-live later", () => {
  const said = (dnsClientCacheMs: number) =>
    answers({
      workloads: [pinned("web", ["a1", "b1"]), client("c1")],
      services: [serviceOf("web", { headless: true, clusterIp: "" })],
      probes: [probe("client-c1")],
      settings: { dnsClientCacheMs },
      timeline: [[10, { _tag: "CutNodes", nodes: ["b1"] }]],
      untilSeconds: 120
    })["client-c1"]
  expect(said(0)).toEqual(["0 1", "10 1/2 timeout", "51 1"])
  expect(said(30_000)).toEqual(["0 1", "10 1/2 timeout", "81 1"])
})

test("an answer without an address is not kept", () => {
  const { events } = played(
    flatPlan({
      workloads: [pinned("web", ["b1"]), client("c1")],
      services: [serviceOf("web", { headless: true, clusterIp: "" })],
      probes: [probe("client-c1")],
      settings: { dnsClientCacheMs: 30_000 },
      timeline: [
        [10, { _tag: "CutNodes", nodes: ["b1"] }],
        [100, { _tag: "HealNodes", nodes: ["b1"] }]
      ],
      untilSeconds: 160
    })
  )
  const followed = events.filter(({ at, event }) => at >= 0 && event._tag === "kube/NameCachesFollowed").map(({ at }) => at / 1_000)
  const relisted = events.flatMap(({ at, event }) => (event._tag === "kube/EndpointsTurned" && event.ready.length > 0 ? [at / 1_000] : []))
  const back = events.flatMap(({ at, event }) => (event._tag === "probe/AnswerTurned" && event.success === "1" ? [at / 1_000] : [])).at(-1)
  expect(followed[0]).toBe(81)
  expect(back).toBe(relisted.at(-1))
})

test("terminating endpoints are used when nothing else is ready, where that is modelled", () => {
  const wish = (terminatingEndpoints: string): FlatWish => ({
    workloads: [pinned("web", ["a1"], { stopMs: 20_000 }), client("c1")],
    services: [serviceOf("web")],
    probes: [probe("client-c1")],
    settings: { terminatingEndpoints, containerStartMs: 10_000 },
    timeline: [[10, { _tag: "DeleteWorkloadPods", workload: "default/web" }]],
    untilSeconds: 60
  })
  expect(answers(wish("never"))["client-c1"]).toEqual(["0 1", "11 0 refused", "21 1"])
  expect(answers(wish("fallback"))["client-c1"]).toEqual(["0 1"])
})

describe("NetworkPolicies", () => {
  const web = pinned("web", ["a1"])
  const clients = [client("a1", "friend"), client("a1", "stranger", { role: "other" }), client("b1", "far-friend")]
  const probes = ["friend", "stranger", "far-friend"].map((name) => probe(name))
  const policy = (more: Partial<PolicySpec>): PolicySpec => ({
    name: "web",
    namespace: "default",
    selector: { labels: { app: "web" }, requirements: [] },
    ...more
  })
  const allow = { peers: [{ pods: { labels: { role: "client" }, requirements: [] } }], ports: [] }
  const play = (policies: ReadonlyArray<PolicySpec>) =>
    answers({ workloads: [web, ...clients], services: [serviceOf("web")], probes, policies, untilSeconds: 10 })

  test("without one everybody reaches everybody", () => {
    expect(play([])).toEqual({ friend: ["0 1"], stranger: ["0 1"], "far-friend": ["0 1"] })
  })
  test("a selected pod takes only what a rule lets in, on the same node as well, and strangers hear nothing", () => {
    expect(play([policy({ ingress: [allow] })])).toEqual({ friend: ["0 1"], stranger: ["0 0 timeout"], "far-friend": ["0 1"] })
  })
  test("an empty list of rules denies everybody", () => {
    expect(play([policy({ ingress: [] })])).toEqual({ friend: ["0 0 timeout"], stranger: ["0 0 timeout"], "far-friend": ["0 0 timeout"] })
  })
  test("a rule for another port lets nobody in", () => {
    const other = { ...allow, ports: [{ protocol: "tcp" as const, from: 8_080, to: 8_080 }] }
    expect(play([policy({ ingress: [other] })])["friend"]).toEqual(["0 0 timeout"])
  })
  test("policies add up", () => {
    const second = policy({ name: "more", ingress: [{ peers: [{ pods: { labels: { role: "other" }, requirements: [] } }], ports: [] }] })
    expect(play([policy({ ingress: [allow] }), second])).toEqual({ friend: ["0 1"], stranger: ["0 1"], "far-friend": ["0 1"] })
  })
  test("egress holds what a selected pod sends; replies to what was let in go out", () => {
    const deaf = policy({ name: "out", selector: { labels: { role: "other" }, requirements: [] }, egress: [] })
    expect(play([deaf])["stranger"]).toEqual(["0 0 timeout"])
    expect(play([policy({ ingress: [allow], egress: [] })])["friend"]).toEqual(["0 1"])
  })
  test("a block of addresses, less an exception", () => {
    const block = (except: ReadonlyArray<string>) => policy({ ingress: [{ peers: [{ cidr: "100.64.0.0/10", except }], ports: [] }] })
    expect(play([block([])])).toEqual({ friend: ["0 1"], stranger: ["0 1"], "far-friend": ["0 1"] })
    // The second machine's pods have the second /24.
    expect(play([block(["100.64.1.0/24"])])).toEqual({ friend: ["0 1"], stranger: ["0 1"], "far-friend": ["0 0 timeout"] })
  })
})
