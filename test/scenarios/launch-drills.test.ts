/** Drills of what cannot be launched, against the rules they teach. */
import { type PlayedRun, play } from "drill/testing"
import { describe, expect, test } from "vitest"
import freeze from "../../scenarios/launch-freeze.ts"
import upgrade from "../../scenarios/upgrade-without-ips.ts"
import type { EventOf, EventTag } from "../../src/model/world/message.ts"

const told = <Tag extends EventTag>(run: PlayedRun, tag: Tag): ReadonlyArray<EventOf<Tag> & { readonly second: number }> =>
  run.events.flatMap(({ at, event }) => (event._tag === tag && at >= 0 ? [{ ...(event as EventOf<Tag>), second: at / 1_000 }] : []))

describe("launch-freeze", async () => {
  const run = await play(freeze)

  test("every launch is refused with the cloud's own words, and what runs keeps running", () => {
    const failed = told(run, "kube/LaunchFailed")
    expect(new Set(failed.map(({ message }) => message))).toEqual(new Set(["InternalError: An internal error has occurred"]))
    expect(told(run, "kube/InstanceLaunched")).toEqual([])
  })

  test("the autoscaler's back-off doubles from five minutes to thirty, and outlasts the freeze", () => {
    const waits = told(run, "kube/GroupBackedOff").map(({ second, untilMs }) => untilMs / 1_000 - second)
    expect(waits).toEqual([300, 600, 1_200, 1_800])
    const thawed = told(run, "capacity/LaunchesFrozen").find(({ frozen }) => !frozen)?.second ?? 0
    expect((told(run, "kube/GroupBackedOff").at(-1)?.untilMs ?? 0) / 1_000).toBeGreaterThan(thawed)
  })

  test("three pods wait until the zone is back", () => {
    expect(run).toBreak("web is whole within ten minutes")
    const last = told(run, "kube/PodScheduled").at(-1)
    expect(last?.second).toBe(4_220)
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("with room for a zone nothing has to be launched", async () => {
    const roomy = await play(freeze, { variant: "room for a zone" })
    expect(roomy).toHoldExpectations()
    expect(told(roomy, "kube/LaunchFailed")).toEqual([])
  })

  test("on an ordinary day one node comes, and the tier is whole", async () => {
    const ordinary = await play(freeze, { variant: "launches work" })
    expect(ordinary).toHoldExpectations()
    expect(told(ordinary, "kube/InstanceLaunched")).toHaveLength(1)
  })
})

describe("upgrade-without-ips", async () => {
  const run = await play(upgrade)

  test("is refused with its arithmetic: five asked for, three free; the cluster stays on its version", () => {
    expect(told(run, "kube/UpgradeRefused")).toMatchObject([{ second: 60, version: "1.32", asked: 5, free: 3 }])
    expect(told(run, "kube/ControlPlaneUpgraded")).toEqual([])
    expect(run).toHoldExpectations()
  })

  test("equals its golden", () => {
    expect(run).toEqualGolden()
  })

  test("is accepted in subnets of its own", async () => {
    const own = await play(upgrade, { variant: "subnets of its own" })
    expect(told(own, "kube/ControlPlaneUpgraded")).toMatchObject([{ second: 60, version: "1.32" }])
  })
})
