/**
 * `drill/model`: the model as a library. A topology in its owner's words is compiled to a fabric, and flows are traced over it; a plan's
 * world can be asked at any moment. The same answers as `drill reach` gives. Nothing here reads a clock, a file or a random number.
 */
import { kernelOf } from "./engine/run.ts"
import { type EffectiveRoute, effectiveRoutes as routesOfSubnet } from "./model/cloud/azure/routes.ts"
import type { AzureTopology } from "./model/cloud/azure/topology.ts"
import { subnetOf } from "./model/cloud/azure/topology-lookup.ts"
import { cloudOf, type Topology } from "./model/cloud/cloud-of.ts"
import type { Fabric } from "./model/net/fabric.ts"
import { emptyFabric, putPart, takeMoved } from "./model/net/fabric-change.ts"
import { traceFlow } from "./model/net/trace.ts"
import type { Trace } from "./model/net/verdict.ts"
import { questionFor, type Unknown, type Wish } from "./model/world/flow-question.ts"
import type { World } from "./model/world/world.ts"
import type { Plan } from "./scenario/plan.ts"

export { AwsTopology } from "./model/cloud/aws/topology.ts"
export { AzureTopology } from "./model/cloud/azure/topology.ts"
export { changeTopology, NetworkChange, tellChange } from "./model/cloud/change.ts"
export { Topology } from "./model/cloud/cloud-of.ts"
export type { Cloud } from "./model/cloud/compile.ts"
export { FlatTopology } from "./model/cloud/flat/topology.ts"
export { GcpTopology } from "./model/cloud/gcp/topology.ts"
export type { Fabric, Question } from "./model/net/fabric.ts"
export { traceFlow as trace } from "./model/net/trace.ts"
export type { Branch, End, Hop, Leg, Reason, Step, Trace } from "./model/net/verdict.ts"
export { formatRatio, type Ratio } from "./model/value/ratio.ts"
export type { Unknown, Wish } from "./model/world/flow-question.ts"
export { type GroupRoom, roomOf as capacity, type SubnetRoom } from "./model/world/room.ts"
export type { World } from "./model/world/world.ts"
export { endSentence, originText, reasonSentence } from "./report/reason.ts"
export type { Plan } from "./scenario/plan.ts"
export { type AzureNetwork, aksVnet, azureVnet } from "./scenario/word/azure-network.ts"
export { type AwsImport, type AwsNames, fromAws } from "./scenario/word/from-aws.ts"
export { type GcpNetwork, gcpVpc, gkeVpc } from "./scenario/word/gcp-network.ts"
export { flatNetwork } from "./scenario/word/machines.ts"
export { awsVpc, eksctlVpc, type Network } from "./scenario/word/network.ts"

/**
 * The network that a topology describes, with nothing attached to it but what it names itself. Throws for an id that is not in it;
 * `drill validate` says such mistakes in sentences.
 */
export const compile = (topology: Topology): Fabric => {
  const cloud = cloudOf(topology)
  const fabric = emptyFabric()
  for (const part of cloud.parts) putPart(fabric, part)
  fabric.internet = cloud.internet
  takeMoved(fabric)
  return fabric
}

/** Routes of a subnet as Azure shows them of an interface there: source, state, range, next hop. Throws for a subnet that is not there. */
export const effectiveRoutes = (topology: AzureTopology, subnet: string): ReadonlyArray<EffectiveRoute> =>
  routesOfSubnet(topology, subnetOf(topology, subnet))

/** What the ranges of clusters at AKS and GKE hold, by prefix and pods a node. */
export * as aks from "./model/cloud/azure/aks-addresses.ts"
export * as gke from "./model/cloud/gcp/gke-addresses.ts"

/** A plan's world when everything up to a moment has come to be. `atMs`: since the start; before it the cluster settles. */
export const worldAt = (plan: Plan, options: { readonly atMs: number; readonly seed?: number }): World => {
  const kernel = kernelOf(plan, options.seed ?? usualSeed)
  kernel.advance(options.atMs + 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return kernel.world
}

/** The seed of `drill run` without `--seed`. */
const usualSeed = 42

/** Who reaches whom in a world, in the owner's words: `{ from: "client", to: "web", port: 80, protocol: "tcp" }`. */
export const reach = (world: World, wish: Wish): Trace | { readonly unknown: Unknown } => {
  const question = questionFor(world, wish)
  return "unknown" in question ? question : traceFlow(world.fabric, question)
}
