/** What loads: plain drafts, functions of parameters, variants, settings, imports of the user's own. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { openFiles, smallScenario } from "./files.ts"

const files = openFiles()
afterAll(files.remove)
files.write("small.ts", smallScenario())

describe("a scenario file", () => {
  test("becomes a plan with the place of every word", async () => {
    const { plan, places } = await files.load("small.ts")
    expect(plan.name).toBe("small")
    expect(plan.timeline.map(({ atMs, action }) => [atMs, action._tag])).toEqual([
      [60_000, "CutZone"],
      [480_000, "HealZone"]
    ])
    expect([places["timeline/0"]?.line, places["expectation/db is there"]?.line, places["probe/web"]?.line]).toEqual([18, 22, 17])
    expect(places["until"]?.path).toBe(join(files.folder, "small.ts"))
  })

  test("places nodes over its subnets in turn and names them by their address", async () => {
    const { plan } = await files.load("small.ts")
    expect(plan.cluster.nodes.map(({ name, subnet, address, maxPods }) => [name, subnet, address, maxPods])).toEqual([
      ["ip-10-0-0-10", "public-eu-west-1a", "10.0.0.10", 29],
      ["ip-10-0-32-10", "public-eu-west-1b", "10.0.32.10", 29]
    ])
  })

  test("counts the nodes of a second group on from the first's", async () => {
    const second =
      'nodeGroup("spot", { instanceType: "m5.large", nodes: 2, subnets: ["public-eu-west-1b"], groups: ["eksctl-small-nodegroup-ng-SG"] }),'
    files.write("two.ts", smallScenario(["  eksAddons(", `  ${second}\n  eksAddons(`]))
    const { plan } = await files.load("two.ts")
    expect(plan.cluster.nodes.map(({ address }) => address)).toEqual(["10.0.0.10", "10.0.32.10", "10.0.32.11", "10.0.32.12"])
    expect(new Set(plan.cluster.nodes.map(({ publicAddress }) => publicAddress)).size).toBe(4)
  })

  test("loads the same each time, and keeps compiled text beside the package", async () => {
    const [first, second] = [await files.load("small.ts"), await files.load("small.ts")]
    expect(second).toEqual(first)
    expect(existsSync(join(files.folder, ".drill", "cache"))).toBe(true)
  })

  test("may import what is its own, and use what TypeScript has", async () => {
    files.write("parts/zone.ts", 'export enum Zone { Dark = "eu-west-1b" }\n')
    files.write("own.ts", `import { Zone } from "./parts/zone"\n${smallScenario(['cutZone("eu-west-1b")', "cutZone(Zone.Dark)"])}`)
    expect((await files.load("own.ts")).plan.timeline[0]?.action).toEqual({ _tag: "CutZone", zone: "eu-west-1b" })
  })
})

describe("parameters, settings and variants", () => {
  const parametrised = smallScenario(
    ["export default drill(", 'export default ({ dark = "eu-west-1b", minutes = 10 } = {}) => drill('],
    ['cutZone("eu-west-1b")', "cutZone(dark)"],
    ['healZone("eu-west-1b")', "healZone(dark)"],
    ['.until("10m")', ".until(`${minutes}m`)"]
  )
  files.write("parameters.ts", parametrised)
  files.write(
    "variants.ts",
    smallScenario([
      '.until("10m")',
      '.until("10m").variant("slow", (base) => base.set({ graceMs: "50s" })).variant("lost", () => undefined as never)'
    ])
  )

  test("a function is given what --set says, and keeps its defaults", async () => {
    expect((await files.load("parameters.ts")).plan.untilMs).toBe(600_000)
    const { plan } = await files.load("parameters.ts", { set: ["minutes=12", "dark=eu-west-1a", "grace=45s"] })
    expect([plan.untilMs, (plan.timeline[0]?.action as { zone?: string } | undefined)?.zone, plan.settings["graceMs"]]).toEqual([
      720_000,
      "eu-west-1a",
      45_000
    ])
  })

  test("a name that is neither is refused with the parameters that there are", async () => {
    const [diagnostic] = await files.refuse("parameters.ts", { set: ["minuets=12"] })
    expect(diagnostic).toMatchObject({ code: "D015", help: 'did you mean "minutes"?' })
    expect(diagnostic?.notes.join()).toContain('"dark", "minutes"')
  })

  test("the command line's setting wins over the file's; a span needs its unit", async () => {
    const { plan } = await files.load("variants.ts", { variant: "slow", set: ["graceMs=41s"] })
    expect(plan.settings["graceMs"]).toBe(41_000)
    expect((await files.load("variants.ts", { variant: "slow" })).plan.settings["graceMs"]).toBe(50_000)
    expect((await files.load("variants.ts")).variants).toEqual(["slow", "lost"])
  })

  test("an unknown variant, and one that returns nothing", async () => {
    expect(await files.refuse("variants.ts", { variant: "slwo" })).toMatchObject([{ code: "D015", help: 'did you mean "slow"?' }])
    expect(await files.refuse("variants.ts", { variant: "lost" })).toMatchObject([{ code: "D008" }])
    expect(await files.refuse("small.ts", { set: ["grace"] })).toMatchObject([{ code: "D015" }])
    expect(await files.refuse("small.ts", { set: ["nodeLifecycle=upstream-1.3"] })).toMatchObject([
      { code: "D015", notes: ['expected "upstream-1.20", "upstream-1.31", "upstream-1.32", "eks", "custom"'] }
    ])
  })
})
