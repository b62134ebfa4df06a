/** The model as a library: what it answers is what the command answers. */
import {
  aksVnet,
  compile,
  effectiveRoutes,
  eksctlVpc,
  endSentence,
  formatRatio,
  fromAws,
  reach,
  type Trace,
  trace,
  worldAt
} from "drill/model"
import { play } from "drill/testing"
import { describe, expect, test } from "vitest"
import outage from "../scenarios/az-outage.ts"

const { plan } = await play(outage)
const asked = (atMs: number, from: string, to: string, port: number): Trace => {
  const answer = reach(worldAt(plan, { atMs }), { from, to, port, protocol: "tcp" })
  if ("unknown" in answer) throw new Error(answer.unknown.name)
  return answer
}

describe("drill/model", () => {
  test("a subnet at Azure shows its effective routes", () => {
    const { topology } = aksVnet({ name: "t", region: "r", cidr: "10.0.0.0/16", nodeSubnet: { id: "aks", cidr: "10.0.1.0/24" } })
    const [first, second] = effectiveRoutes(topology, "aks")
    expect([first, second]).toEqual([
      { source: "Default", state: "Active", prefix: "10.0.0.0/16", nextHopType: "VnetLocal" },
      { source: "Default", state: "Active", prefix: "0.0.0.0/0", nextHopType: "Internet" }
    ])
  })

  test("a topology is compiled, and asked", () => {
    const { topology } = eksctlVpc({ name: "t", region: "r", cidr: "10.0.0.0/16", zones: ["a", "b"], nat: "Single", nodeGroups: ["n"] })
    if (topology._tag !== "AwsTopology") throw new Error("eksctl lays out networks at AWS")
    const bastion = {
      id: "bastion",
      subnet: "private-b",
      address: "10.0.96.10",
      securityGroups: ["eksctl-t-nodegroup-n-SG"],
      sourceDestCheck: true,
      listening: []
    }
    const answer = trace(compile({ ...topology, instances: [bastion] }), {
      from: "bastion",
      to: { _tag: "Address", address: "198.51.100.7" },
      protocol: "tcp",
      port: 443
    })
    expect(formatRatio(answer.success)).toBe("1")
    expect(answer.branches[0]?.forward.hops.map(({ component }) => component)).toEqual([
      "bastion",
      "private-b",
      "t-vpc",
      "t-nat-a",
      "public-a",
      "t-vpc",
      "t-igw",
      "internet"
    ])
  })

  test("a dump of AWS's answers is a topology as any other", () => {
    const aws = fromAws("./scenario/dump/shop/")
    const answer = trace(compile(aws.topology), {
      from: aws.instance("db"),
      to: { _tag: "Address", address: aws.addressOf("bastion") },
      protocol: "tcp",
      port: 22
    })
    expect(answer.branches.map(({ forward }) => endSentence(forward.end)).join()).toContain("sg-0bas")
  })

  test("a plan's world is asked at a moment, with the shares of drill reach", () => {
    const balancer = "eks-demo-web.us-west-2.elb.amazonaws.com"
    expect(formatRatio(asked(60_000, "internet", balancer, 80).success)).toBe("1")
    expect(formatRatio(asked(150_000, "internet", balancer, 80).success)).toBe("4/9")
    const [refused] = asked(180_000, "dnsutils", "postgres", 5_432).branches
    expect(refused === undefined ? "" : endSentence(refused.forward.end)).toContain("has no target to send to")
  })

  test("what nothing is called is named, with what there is", () => {
    const answer = reach(worldAt(plan, { atMs: 0 }), { from: "dnsutil", to: "postgres", port: 5_432, protocol: "tcp" })
    expect(answer).toMatchObject({ unknown: { end: "from", name: "dnsutil" } })
    expect("unknown" in answer ? answer.unknown.known : []).toContain("dnsutils")
  })
})
