/** Asking one question of a compiled topology, and wording the answer as the cases do. */
import { compileAws } from "../../../../src/model/cloud/aws/compile.ts"
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"
import type { Fabric, Question } from "../../../../src/model/net/fabric.ts"
import { emptyFabric, putPart } from "../../../../src/model/net/fabric-change.ts"
import { traceFlow } from "../../../../src/model/net/trace.ts"
import type { Branch } from "../../../../src/model/net/verdict.ts"

export const fabricOf = (topology: AwsTopology): Fabric => {
  const cloud = compileAws(topology)
  const fabric = emptyFabric()
  for (const part of cloud.parts) putPart(fabric, part)
  fabric.internet = cloud.internet
  return fabric
}

export const ask = (topology: AwsTopology, question: Question): Branch => traceFlow(fabricOf(topology), question).branches[0] as Branch

export const endOf = (branch: Branch): string => {
  if (branch.ok) return "ok"
  if (branch.forward.end.fate !== "delivered") return `${branch.forward.end.fate} at ${branch.forward.end.at}`
  return `reply ${branch.reply?.end.fate} at ${branch.reply?.end.at}`
}

/** Our neutral places under the names the cases use. */
export const hopNames = (branch: Branch): ReadonlyArray<string> =>
  // Where the suites have one hop from VPC to VPC, we have the peering between them.
  branch.forward.hops.map(({ component }) => component).filter((component) => !component.startsWith("pcx"))
