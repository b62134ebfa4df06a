/**
 * How fast flows are traced, on three VPCs with a thousand interfaces, two of them peered; and a reachability diff: a thousand workloads
 * times a hundred ports, before and after one rule is revoked. Traces ask for ends only, as probes do.
 */
import type { AwsTopology } from "../../src/model/cloud/aws/topology.ts"
import { changeTopology } from "../../src/model/cloud/change.ts"
import { cloudOf, type Topology } from "../../src/model/cloud/cloud-of.ts"
import type { Fabric } from "../../src/model/net/fabric.ts"
import { emptyFabric, putPart } from "../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../src/model/net/trace.ts"
import { atLeast, atMost, median, type Row, secondsOf } from "./measure.ts"

const interfaces = 1_000
const vpcs = ["left", "middle", "right"] as const
const everything = { protocol: "all", fromPort: 0, toPort: 65_535 } as const
const rules = 20

const vpcOf = (index: number): number => index % vpcs.length
const addressOf = (index: number): string => `10.${vpcOf(index)}.${1 + Math.floor(index / 3 / 200)}.${10 + (Math.floor(index / 3) % 200)}`
const route = (destination: string, target: string) => ({ destination, target, state: "active", propagated: false }) as const

const topology: AwsTopology = {
  _tag: "AwsTopology",
  id: "bench",
  region: "r",
  zones: ["a"],
  vpcs: vpcs.map((id, index) => ({ id, cidrs: [`10.${index}.0.0/16`] })),
  internetGateways: [],
  subnets: vpcs.flatMap((vpc, index) => [1, 2].map((nth) => ({ id: `${vpc}-${nth}`, vpc, zone: "a", cidr: `10.${index}.${nth}.0/24` }))),
  routeTables: vpcs.map((vpc) => ({
    id: `${vpc}-main`,
    vpc,
    main: true,
    routes: vpc === "middle" ? [] : [route(vpc === "left" ? "10.2.0.0/16" : "10.0.0.0/16", "pcx")]
  })),
  natGateways: [],
  securityGroups: vpcs.map((vpc) => ({
    id: `sg-${vpc}`,
    vpc,
    egress: [{ ...everything, peer: "0.0.0.0/0" }],
    ingress: Array.from({ length: rules }, (_, rule) => ({
      protocol: "tcp",
      fromPort: 1_000 + rule * 5,
      toPort: 1_004 + rule * 5,
      peer: "10.0.0.0/8"
    }))
  })),
  networkAcls: [],
  instances: Array.from({ length: interfaces }, (_, index) => ({
    id: `eni-${index}`,
    subnet: `${vpcs[vpcOf(index)]}-${1 + Math.floor(index / 3 / 200)}`,
    address: addressOf(index),
    securityGroups: [`sg-${vpcs[vpcOf(index)]}`],
    sourceDestCheck: true,
    listening: Array.from({ length: 100 }, (_, port) => ({ protocol: "tcp" as const, port: 1_000 + port }))
  })),
  peerings: [{ id: "pcx", vpcs: ["left", "right"] }]
}

const fabricOf = (from: Topology): Fabric => {
  const cloud = cloudOf(from)
  const fabric = emptyFabric()
  for (const part of cloud.parts) putPart(fabric, part)
  fabric.internet = cloud.internet
  return fabric
}

const getsThrough = (fabric: Fabric, from: number, to: number, port: number): boolean =>
  traceFlow(fabric, { from: `eni-${from}`, to: { _tag: "Address", address: addressOf(to) }, protocol: "tcp", port }, { hops: false })
    .success.of > 0

const traced = 30_000
/** Flows a second. Chosen: a thousand probes are asked again in a tenth of a second. */
const flowsGoal = 10_000

const flowsRow = (fabric: Fabric): Row => {
  const work = (): void => {
    for (let flow = 0; flow < traced; flow++) getsThrough(fabric, flow % interfaces, (flow * 7 + 3) % interfaces, 1_000 + (flow % 100))
  }
  work()
  const seconds = median([1, 2, 3].map(() => secondsOf(work)))
  return atLeast(
    "flows traced there and back a second, 3 VPCs, 1,000 ENIs",
    flowsGoal,
    Math.round(traced / seconds),
    `${traced} flows in ${seconds.toFixed(2)} s`
  )
}

const ports = 100
/** Chosen: a person waits for it once. */
const diffGoalSeconds = 30

const diffRow = (before: Fabric): Row => {
  const revoked = { protocol: "tcp", fromPort: 1_000, toPort: 1_004, peer: "10.0.0.0/8" } as const
  const changed = changeTopology(topology, { _tag: "RevokeRule", group: "sg-right", direction: "ingress", rule: revoked })
  if ("refused" in changed) throw new Error(changed.refused)
  const after = fabricOf(changed.topology)
  let turned = 0
  const seconds = secondsOf(() => {
    for (let workload = 0; workload < interfaces; workload++)
      for (let port = 1_000; port < 1_000 + ports; port++) {
        // Each is asked from a workload of the left VPC.
        const from = (workload * 3) % 999
        if (getsThrough(before, from, workload, port) !== getsThrough(after, from, workload, port)) turned++
      }
  })
  return atMost(
    "reachability diff, 1,000 workloads × 100 ports, seconds",
    diffGoalSeconds,
    seconds,
    `${turned} of ${interfaces * ports} answers turned by one revoked rule`
  )
}

export const reachRows = (): ReadonlyArray<Row> => {
  const fabric = fabricOf(topology)
  return [flowsRow(fabric), diffRow(fabric)]
}
