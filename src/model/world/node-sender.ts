/** Who speaks for a node in the fabric: the node, or on a Fargate machine its pod, whose interface is the only one. */
import { isForOnePod } from "../kube/fargate-profile.ts"
import { nodeComponent, podComponent } from "./ids.ts"
import type { World } from "./world.ts"

/** The component's id; whether it is in the fabric is not asked. */
export const nodeSender = (world: World, name: string): string => {
  const node = world.cluster.nodes.get(name)
  const [pod] = node !== undefined && isForOnePod(node) ? node.pods : []
  return pod !== undefined && world.fabric.components.has(podComponent(pod)) ? podComponent(pod) : nodeComponent(name)
}
