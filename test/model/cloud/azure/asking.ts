/** A small Azure network to vary, asking one question of it, and wording the answer as the cases do. */
import { compileAzure } from "../../../../src/model/cloud/azure/compile.ts"
import type { AzureTopology } from "../../../../src/model/cloud/azure/topology.ts"
import type { Fabric, Question } from "../../../../src/model/net/fabric.ts"
import { emptyFabric, putPart } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import type { Branch, Step } from "../../../../src/model/net/verdict.ts"

export type Instance = AzureTopology["instances"][number]
export type Subnet = AzureTopology["subnets"][number]
export type Rule = AzureTopology["securityGroups"][number]["rules"][number]
export type UserRoute = AzureTopology["routeTables"][number]["routes"][number]
export type Appliance = NonNullable<AzureTopology["appliances"]>[number]

export const network = (id: string, ...ranges: ReadonlyArray<string>): AzureTopology["networks"][number] => ({ id, ranges })

export const subnet = (id: string, cidr: string, more: Partial<Subnet> = {}): Subnet => ({
  id,
  network: "vnet",
  cidr,
  defaultOutboundAccess: false,
  ...more
})

export const instance = (id: string, address: string, more: Partial<Instance> = {}): Instance => ({
  id,
  subnet: "sub",
  address,
  groups: [],
  forwards: false,
  running: true,
  listening: [{ protocol: "tcp", port: 80 }],
  ...more
})

export const rule = (id: string, priority: number, more: Partial<Rule> = {}): Rule => ({
  id,
  priority,
  direction: "Inbound",
  access: "Allow",
  protocol: "*",
  sources: ["*"],
  sourcePorts: ["*"],
  destinations: ["*"],
  destinationPorts: ["*"],
  ...more
})

export const route = (destination: string, nextHop: UserRoute["nextHop"]): UserRoute => ({ id: `to ${destination}`, destination, nextHop })
export const via = (address: string): UserRoute["nextHop"] => ({ _tag: "VirtualAppliance", address })
export const table = (id: string, ...routes: ReadonlyArray<UserRoute>): AzureTopology["routeTables"][number] => ({
  id,
  disablesGatewayRoutePropagation: false,
  routes
})

export const appliance = (id: string, address: string, more: Partial<Appliance> = {}): Appliance => ({
  id,
  subnet: "hub",
  address,
  running: true,
  rules: [{ id: "all", action: "Allow", protocol: "any", sources: ["*"], destinations: ["*"] }],
  destinationRules: [],
  sourceTranslation: "outside",
  ...more
})

export const nat = (more: Partial<NonNullable<AzureTopology["natGateways"]>[number]> = {}) => ({
  id: "nat",
  sku: "Standard" as const,
  publicAddresses: ["203.0.113.100"],
  ...more
})

/** Network `vnet`, subnet `sub`, instances `vm` and `other`, and no security group. */
export const small = (parts: Partial<AzureTopology> = {}): AzureTopology => ({
  _tag: "AzureTopology",
  id: "case",
  region: "westeurope",
  zones: ["westeurope-1", "westeurope-2", "westeurope-3"],
  networks: [network("vnet", "10.0.0.0/16")],
  subnets: [subnet("sub", "10.0.0.0/24")],
  routeTables: [],
  securityGroups: [],
  instances: [instance("vm", "10.0.0.4"), instance("other", "10.0.0.5")],
  ...parts
})

export const fabricOf = (topology: AzureTopology): Fabric => {
  const cloud = compileAzure(topology)
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

export const askAll = (topology: AzureTopology, question: Question): ReadonlyArray<Branch> =>
  traceFlow(fabricOf(topology), question).branches

export const ask = (topology: AzureTopology, question: Question): Branch => askAll(topology, question)[0] as Branch

export const endOf = (branch: Branch): string => {
  if (branch.ok) return "ok"
  const { fate, at, reason } = branch.forward.end
  if (fate !== "delivered") return `${fate} at ${at}: ${reason}`
  return `reply ${branch.reply?.end.fate} at ${branch.reply?.end.at}: ${branch.reply?.end.reason}`
}

export const hopNames = (branch: Branch): ReadonlyArray<string> => branch.forward.hops.map(({ component }) => component)

export const stepsOf = <T extends Step["_tag"]>(branch: Branch, tag: T): ReadonlyArray<Extract<Step, { _tag: T }>> =>
  branch.forward.hops.flatMap(({ steps }) => steps).filter((step): step is Extract<Step, { _tag: T }> => step._tag === tag)

/** Source, range and next hop of the route that a flow took first. */
export const routeOf = (branch: Branch): string | undefined => stepsOf(branch, "Routed")[0]?.won.part

/** Group and rule that decided last: let the flow in, or kept it out. */
export const decidedBy = (branch: Branch): string | undefined => {
  const rule = stepsOf(branch, "Filtered").at(-1)?.rule ?? branch.forward.end.origin
  return rule === undefined ? undefined : `${rule.resource} ${rule.part}`
}

/** From which address a flow is seen outside. */
export const seenAs = (branch: Branch): string | undefined => stepsOf(branch, "Translated").find(({ field }) => field === "source")?.to
