/** A workload's calls as their owner writes them: by Service, or by the name that the resolver is given. */
import { barePod, drill, eksAddons, flatNetwork, from, machines, plainCluster, scale, service, to } from "drill"
import { play } from "drill/testing"
import { describe, expect, test } from "vitest"
import { deployment } from "../../src/scenario/word/workload.ts"

const callOf = (text: string) => {
  const described = deployment("web", { replicas: 1, serves: [{ port: 80, calls: { "/": [text] } }] })
  return described._tag === "Workload" ? described.spec.template.serves[0]?.paths[0]?.calls[0] : undefined
}

test("a Service by its id is looked up by its shortest name", () => {
  expect(callOf("db:5432")).toEqual({ service: "default/db", port: 5_432, lookup: true })
  expect(callOf("data/db:5432")).toEqual({ service: "data/db", port: 5_432, lookup: true })
})

test("a Service by its name in DNS is looked up by that name", () => {
  for (const name of ["db.data", "db.data.svc", "db.data.svc.cluster.local", "db.data.svc.cluster.local."]) {
    expect(callOf(`${name}:5432`)).toEqual({ service: "data/db", port: 5_432, lookup: true, name })
  }
})

test("a path that is asked for is a part of the call", () => {
  expect(callOf("cart:8080/buy")).toEqual({ service: "default/cart", port: 8_080, lookup: true, path: "/buy" })
  expect(callOf("data/cart:8080/buy")).toEqual({ service: "data/cart", port: 8_080, lookup: true, path: "/buy" })
})

describe("calls that call", () => {
  const tier = (name: string, clusterIp: string, calls: ReadonlyArray<string>) => [
    deployment(name, { replicas: 1, serves: [{ port: 8080, calls: { "/buy": calls } }] }),
    service(name, { clusterIp, selector: { app: name }, ports: [{ port: 8080 }] })
  ]
  const shop = (lastCalls: ReadonlyArray<string>, first = "cart:8080/buy") =>
    drill("shop")
      .topology(flatNetwork({ zones: ["a"], shapes: { node: { milliCpu: 4_000, memoryMiB: 16_384, pods: 110 } } }))
      .cluster(
        plainCluster({ name: "c", version: "1.31" }).with(
          machines("nodes", { shape: "node", zones: ["a"], perZone: 1 }),
          eksAddons(),
          barePod("client", {}),
          tier("web", "10.100.0.1", [first]),
          tier("cart", "10.100.0.2", ["stock:8080/buy"]),
          tier("stock", "10.100.0.3", lastCalls)
        )
      )
      .probe("buy", from.pod("client"), to.service("web", 8080), { path: "/buy" })
      .until("2m")

  test("are answered only when those that they call are, however deep", async () => {
    const run = await play(shop([]).at("1m", scale("stock", 0)))
    const answers = run.events.flatMap(({ at, event }) =>
      event._tag === "probe/AnswerTurned" && at > 0 ? [`${event.success} ${event.failures[0]?.call ?? ""}`] : []
    )
    expect(answers.at(-1)).toBe("0 default/stock:8080")
  })

  test("in a circle are refused, with the way round", async () => {
    await expect(play(shop(["web:8080/buy"]))).rejects.toThrow(/go round in a circle/)
  })

  test("to a path that calls nobody are refused: the path says nothing", async () => {
    await expect(play(shop([], "cart:8080/sell"))).rejects.toThrow(/path/)
  })
})
