import { expect, test } from "vitest"
import { Kernel, type Machine } from "../../../src/engine/kernel.ts"
import type { Balancers } from "../../../src/model/balance/balancer.ts"
import { type BalanceWorld, beginChecks, check, failCheck } from "../../../src/model/balance/health-checks.ts"
import type { BalanceEvent, BalanceTimer } from "../../../src/model/balance/message.ts"
import { evolveBalancers, evolveFrontEndsOfZone } from "../../../src/model/balance/state.ts"
import {
  followAnswer,
  followHealth,
  keepAnswer,
  listAddress,
  noteFrontEnd,
  noteTargets,
  noteZone
} from "../../../src/model/balance/zonal-dns.ts"
import { chanceOf } from "../../../src/model/value/chance.ts"
import type { Decider } from "../../../src/model/value/turn.ts"

/** One balancer with front ends in `a` and `b`, one node each; a step sets the paths of checks or the life of a zone. */
type Step = { readonly paths?: Record<string, string>; readonly zone?: readonly [zone: string, up: boolean] }
type Told = BalanceEvent | { readonly _tag: "fault/ZoneLost" | "fault/ZoneReturned"; readonly zone: string }
interface Stage extends BalanceWorld {
  readonly balancers: Balancers
  readonly settings: { readonly values: Record<string, number> }
}
type Heard = Decider<Stage, Told, Told, BalanceTimer>
type BalanceTurn = Parameters<typeof noteFrontEnd>[3]

const isOfBalancers = (event: Told): event is BalanceEvent => event._tag.startsWith("balance/")

const hears: Record<string, ReadonlyArray<Heard>> = {
  "fault/ZoneLost": [noteZone as unknown as Heard],
  "fault/ZoneReturned": [noteZone as unknown as Heard],
  "balance/FrontEndPlaced": [
    (world, told, turn) => {
      if (told._tag === "balance/FrontEndPlaced") noteFrontEnd(world, told.balancer, told.zone, turn as unknown as BalanceTurn)
    }
  ],
  "balance/CheckPathTurned": [beginChecks as unknown as Heard],
  "balance/TargetTurnedHealthy": [noteTargets as unknown as Heard],
  "balance/TargetTurnedUnhealthy": [noteTargets as unknown as Heard],
  "balance/ZonalHealthTurned": [listAddress as unknown as Heard],
  "balance/AddressListed": [keepAnswer as unknown as Heard],
  "balance/AddressWithdrawn": [keepAnswer as unknown as Heard]
}
const keeps: Record<string, { rank: number; decide: Heard }> = {
  "balance/HealthCheckDue": { rank: 1, decide: check as unknown as Heard },
  "balance/HealthCheckTimeoutDue": { rank: 2, decide: failCheck as unknown as Heard },
  "balance/ZonalHealthDue": { rank: 2, decide: followHealth as unknown as Heard },
  "balance/CachesDue": { rank: 2, decide: followAnswer as unknown as Heard }
}

const spec = {
  id: "lb",
  dnsName: "lb.example",
  kind: "classic" as const,
  subnets: ["sa", "sb"],
  groups: [],
  crossZone: false,
  healthCheck: { protocol: "tcp" as const, intervalMs: 10_000, timeoutMs: 5_000, unhealthyThreshold: 6, healthyThreshold: 2 }
}

const playBalancer = (steps: ReadonlyArray<{ atMs: number; action: Step }>, until: number, crossZone = false): ReadonlyArray<string> => {
  const machine = {
    evolve: (world: Stage, event: Told, at: number, seq: number) => {
      if (event._tag === "fault/ZoneLost" || event._tag === "fault/ZoneReturned")
        evolveFrontEndsOfZone(world.balancers, event.zone, event._tag === "fault/ZoneReturned", at)
      else if (isOfBalancers(event)) evolveBalancers(world.balancers, event, at, seq)
    },
    hears: (tag: Told["_tag"]) => hears[tag] as never,
    keeps: (tag: BalanceTimer["_tag"]) => keeps[tag] as never,
    acts: ((_world, step, turn) => {
      for (const [target, fails] of Object.entries(step.paths ?? {}))
        turn.emit({ _tag: "balance/CheckPathTurned", balancer: "lb", target, ok: fails === "", fails, why: "" })
      if (step.zone) turn.emit({ _tag: step.zone[1] ? "fault/ZoneReturned" : "fault/ZoneLost", zone: step.zone[0] })
    }) as Decider<Stage, Step, Told, BalanceTimer>,
    timelineRank: 4
  } satisfies Machine<Stage, Told, BalanceTimer, Step>
  const world: Stage = {
    balancers: {
      specs: new Map([["ns/web", { ...spec, crossZone }]]),
      zoneOf: new Map([
        ["n-a", "a"],
        ["n-b", "b"]
      ]),
      made: new Map()
    },
    settings: { values: { lbFrontEndDnsMs: 60_000, lbTargetDnsMs: 0, dnsTtlMs: 60_000 } }
  }
  for (const [seq, event] of (
    [
      { _tag: "balance/BalancerCreated", balancer: "lb", service: "ns/web" },
      ...["a", "b"].map((zone, index) => ({
        _tag: "balance/FrontEndPlaced",
        balancer: "lb",
        zone,
        subnet: `s${zone}`,
        address: `10.0.${index}.9`,
        publicAddress: `192.0.2.${index + 1}`
      })),
      { _tag: "balance/TargetRegistered", balancer: "lb", target: "n-a" },
      { _tag: "balance/TargetRegistered", balancer: "lb", target: "n-b" },
      { _tag: "balance/TargetTurnedHealthy", balancer: "lb", target: "n-a" },
      { _tag: "balance/TargetTurnedHealthy", balancer: "lb", target: "n-b" },
      ...["a", "b"].flatMap((zone, index) => [
        { _tag: "balance/ZonalHealthTurned", balancer: "lb", zone, of: "front end", well: true },
        { _tag: "balance/ZonalHealthTurned", balancer: "lb", zone, of: "targets", well: true },
        { _tag: "balance/AddressListed", balancer: "lb", zone, address: `192.0.2.${index + 1}` }
      ])
    ] as ReadonlyArray<BalanceEvent>
  ).entries())
    evolveBalancers(world.balancers, event, -1, seq)
  const kernel = new Kernel<Stage, Told, BalanceTimer, Step>({
    machine,
    world,
    chance: chanceOf(1),
    beginAt: 0,
    begin: { _tag: "balance/CachesDue", balancer: "lb", addresses: [] },
    timeline: steps
  })
  return kernel
    .advance(until, 10_000, 10_000)
    .filter(({ at }) => at > 0)
    .map(({ at, event }) => {
      const shown = event as unknown as Record<string, unknown>
      return `${at / 1_000} ${event._tag.split("/")[1]} ${String(shown.target ?? shown.zone ?? (shown.addresses as ReadonlyArray<string> | undefined)?.join(" "))}${shown.streak === undefined ? "" : ` ${String(shown.streak)}`}`
    })
}

test("a silent target is out at the sixth check plus its timeout, and back at the second good one", () => {
  const log = playBalancer(
    [
      { atMs: 20_000, action: { paths: { "n-a": "timeout" } } },
      { atMs: 120_000, action: { paths: { "n-a": "" } } }
    ],
    200_000
  )
  expect(log.filter((line) => line.includes("TargetTurned"))).toEqual(["85 TargetTurnedUnhealthy n-a", "140 TargetTurnedHealthy n-a"])
  expect(log).toContain("85 AddressWithdrawn a")
  expect(log).toContain("140 AddressListed a")
})

test("a refused check fails at once, one timeout earlier", () => {
  const log = playBalancer([{ atMs: 20_000, action: { paths: { "n-a": "refused" } } }], 200_000)
  expect(log.filter((line) => line.includes("TargetTurned"))).toEqual(["80 TargetTurnedUnhealthy n-a"])
})

test("an outage shorter than the threshold leaves the target in service and counts start anew", () => {
  const log = playBalancer(
    [
      { atMs: 20_000, action: { paths: { "n-a": "refused" } } },
      { atMs: 65_000, action: { paths: { "n-a": "" } } }
    ],
    300_000
  )
  expect(log.filter((line) => line.includes("HealthCheck"))).toEqual([
    "30 HealthCheckFailed n-a 1",
    "40 HealthCheckFailed n-a 2",
    "50 HealthCheckFailed n-a 3",
    "60 HealthCheckFailed n-a 4",
    "70 HealthCheckPassed n-a 0"
  ])
  expect(log.some((line) => line.includes("TargetTurned"))).toBe(false)
})

test("a dead front end leaves DNS one minute later, every cache a minute after that, and returns likewise", () => {
  const log = playBalancer(
    [
      { atMs: 20_000, action: { zone: ["b", false] } },
      { atMs: 320_000, action: { zone: ["b", true] } }
    ],
    600_000
  )
  expect(log.filter((line) => /Address|Caches/.test(line))).toEqual([
    "80 AddressWithdrawn b",
    "140 CachesFollowed 192.0.2.1",
    "380 AddressListed b",
    "440 CachesFollowed 192.0.2.1 192.0.2.2"
  ])
})

test("a front end that returns within the minute never leaves DNS", () => {
  const log = playBalancer(
    [
      { atMs: 20_000, action: { zone: ["b", false] } },
      { atMs: 50_000, action: { zone: ["b", true] } }
    ],
    600_000
  )
  expect(log.filter((line) => line.includes("Address"))).toEqual([])
})

test("a balancer that crosses zones keeps the address of a zone without healthy targets", () => {
  const log = playBalancer([{ atMs: 20_000, action: { paths: { "n-a": "refused" } } }], 200_000, true)
  expect(log.filter((line) => line.includes("Address"))).toEqual([])
  expect(log).toContain("80 ZonalHealthTurned a")
})
