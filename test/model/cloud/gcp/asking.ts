/** A small GCP network to vary, asking one question of it, and wording the answer as the cases do. */
import { compileGcp } from "../../../../src/model/cloud/gcp/compile.ts"
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import type { Fabric, Question } from "../../../../src/model/net/fabric.ts"
import { emptyFabric, putPart } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import type { Branch, Step } from "../../../../src/model/net/verdict.ts"

export type Instance = GcpTopology["instances"][number]
export type Rule = GcpTopology["firewallRules"][number]
export type StaticRoute = GcpTopology["routes"][number]
type Network = GcpTopology["networks"][number]
type Subnetwork = GcpTopology["subnetworks"][number]
export type Nat = NonNullable<GcpTopology["cloudNats"]>[number]

export const region = "europe-west1"

export const network = (id: string, more: Partial<Network> = {}): Network => ({
  id,
  mode: "custom",
  dynamicRouting: "regional",
  firewallOrder: "AFTER_CLASSIC_FIREWALL",
  ...more
})

export const subnetwork = (id: string, cidr: string, more: Partial<Subnetwork> = {}): Subnetwork => ({
  id,
  network: "net",
  region,
  cidr,
  privateGoogleAccess: false,
  ...more
})

export const instance = (id: string, address: string, more: Partial<Instance> = {}): Instance => ({
  id,
  zone: `${region}-b`,
  subnetwork: "sub",
  address,
  tags: [],
  canIpForward: false,
  running: true,
  listening: [{ protocol: "tcp", port: 80 }],
  ...more
})

export const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  network: "net",
  direction: "ingress",
  priority: 1_000,
  action: "allow",
  layer4: [{ protocol: "all" }],
  ...more
})

export const route = (id: string, destination: string, nextHop: StaticRoute["nextHop"], more: Partial<StaticRoute> = {}): StaticRoute => ({
  id,
  network: "net",
  destination,
  priority: 1_000,
  nextHop,
  ...more
})

export const toInternet = route("default-route", "0.0.0.0/0", { _tag: "DefaultInternetGateway" })
export const via = (id: string): StaticRoute["nextHop"] => ({ _tag: "Instance", instance: id })

export const nat = (more: Partial<Nat> = {}): Nat => ({
  id: "nat",
  network: "net",
  region,
  addresses: ["203.0.113.100"],
  subnetworks: "all",
  ports: { _tag: "Static", perVm: 64, endpointIndependentMapping: false },
  ...more
})

/** Network `net`, subnetwork `sub`, instances `vm` and `other`, everything let in, and the default route. */
export const small = (parts: Partial<GcpTopology> = {}): GcpTopology => ({
  _tag: "GcpTopology",
  id: "case",
  regions: [region],
  zones: [`${region}-b`],
  networks: [network("net")],
  subnetworks: [subnetwork("sub", "10.0.1.0/24")],
  routes: [toInternet],
  firewallRules: [rule("let-in")],
  instances: [instance("vm", "10.0.1.10"), instance("other", "10.0.1.11")],
  ...parts
})

export const fabricOf = (topology: GcpTopology): Fabric => {
  const cloud = compileGcp(topology)
  const fabric = emptyFabric()
  for (const part of cloud.parts) putPart(fabric, part)
  fabric.internet = cloud.internet
  return fabric
}

export const to = (address: string, port = 80, more: Partial<Question> = {}): Question => ({
  from: "vm",
  to: { _tag: "Address", address },
  protocol: "tcp",
  port,
  ...more
})

export const askAll = (topology: GcpTopology, question: Question): ReadonlyArray<Branch> => traceFlow(fabricOf(topology), question).branches

export const ask = (topology: GcpTopology, question: Question): Branch => askAll(topology, question)[0] as Branch

export const endOf = (branch: Branch): string => {
  if (branch.ok) return "ok"
  const { fate, at, code } = branch.forward.end
  const text = (end: string, vendor: string | undefined): string => (vendor === undefined ? end : `${end}: ${vendor}`)
  if (fate !== "delivered") return text(`${fate} at ${at}`, code)
  return text(`reply ${branch.reply?.end.fate} at ${branch.reply?.end.at}`, branch.reply?.end.code)
}

export const hopNames = (branch: Branch): ReadonlyArray<string> => branch.forward.hops.map(({ component }) => component)

export const stepsOf = <T extends Step["_tag"]>(branch: Branch, tag: T): ReadonlyArray<Extract<Step, { _tag: T }>> =>
  branch.forward.hops.flatMap(({ steps }) => steps).filter((step): step is Extract<Step, { _tag: T }> => step._tag === tag)

/** The rule that let a flow in, or kept it out, at its target. */
export const decidedBy = (branch: Branch): string | undefined => stepsOf(branch, "Filtered").at(-1)?.rule?.resource
