/** Who reaches whom, and how much more fits, from the command line. */
import { afterAll, describe, expect, it } from "vitest"
import { openShell } from "./shell.ts"

const shell = openShell("az-outage.ts", "nodegroup-ip-limits.ts")
afterAll(shell.remove)

describe("drill reach", () => {
  it("traces a flow of a scenario at a moment, there and back, with the rules that decided", async () => {
    const balanced = await shell.drill(
      "reach",
      "az-outage.ts",
      "--from",
      "internet",
      "--to",
      "eks-demo-web.us-west-2.elb.amazonaws.com:80",
      "--at",
      "2m30s"
    )
    expect(balanced.exit).toBe(1)
    expect(balanced.out).toContain("success 4/9")
    expect(balanced.out).toContain("not 0.0.0.0/0 → eks-demo-igw: less specific")
  })

  it("answers the same for a recording of that run, and as JSON", async () => {
    await shell.drill("run", "az-outage.ts", "-q")
    const { exit, out } = await shell.drill("reach", "latest@3m", "--from", "dnsutils", "--to", "postgres:5432", "--json")
    const document = JSON.parse(out)
    expect(exit).toBe(1)
    expect(document).toMatchObject({
      format: 1,
      command: "reach",
      success: "0",
      flow: { from: "dnsutils", to: "postgres", port: 5432, atMs: 180_000 }
    })
    expect(document.branches[0].forward.end).toMatchObject({ reason: "NoTarget", fails: "refused" })
    const whole = await shell.drill("reach", "latest@1m", "--from", "dnsutils", "--to", "postgres:5432")
    expect([whole.exit, whole.out.split("\n")[1]]).toEqual([0, "success 1"])
  })

  it("says what a mistyped end may have meant", async () => {
    const from = await shell.drill("reach", "az-outage.ts", "--from", "dnsutil", "--to", "postgres:5432")
    expect([from.exit, from.err]).toEqual([
      2,
      expect.stringContaining('--from "dnsutil": nothing is called that at 0:00.000. Did you mean "dnsutils"?')
    ])
    const to = await shell.drill("reach", "az-outage.ts", "--from", "dnsutils", "--to", "postgres")
    expect([to.exit, to.err]).toEqual([2, expect.stringContaining("expected a name and a port, such as web:80")])
  })
})

describe("drill capacity", () => {
  it("says how many more nodes fit, and by what they are bounded", async () => {
    const { exit, out } = await shell.drill("capacity", "nodegroup-ip-limits.ts", "workers")
    expect(exit).toBe(0)
    expect(out).toContain("2 more full nodes, 54 more pods (27 a node), bounded by addresses of nodes-a")
    const later = await shell.drill("capacity", "nodegroup-ip-limits.ts", "workers", "--at", "5m", "--json")
    expect(JSON.parse(later.out)).toMatchObject({ command: "capacity", atMs: 300_000, of: "node group", nodes: 10, nodesMore: 0 })
  })

  it("says what a mistyped name may have meant", async () => {
    const { exit, err } = await shell.drill("capacity", "nodegroup-ip-limits.ts", "worker")
    expect([exit, err]).toEqual([
      2,
      expect.stringContaining('no subnet, node group or Fargate profile is called that at 0:00.000. Did you mean "workers"?')
    ])
  })
})
