/** Trouble: nodes that are not as they should be. Monitor passes run while there is some. */
import type { Instant } from "../value/instant.ts"
import type { Cluster, NodeState } from "./state.ts"

/** Taints that the node lifecycle sets. Source: kubernetes pkg/controller/nodelifecycle. */
export const unreachableKey = "node.kubernetes.io/unreachable"
export const notReadyKey = "node.kubernetes.io/not-ready"

export const isLifecycleTaint = (key: string): boolean => key === unreachableKey || key === notReadyKey

export const noteTrouble = (cluster: Cluster, name: string, node: NodeState, at: Instant): void => {
  if (node.cutOff !== undefined || node.ready !== "True" || node.taints.some(({ key }) => isLifecycleTaint(key))) {
    cluster.troubled.add(name)
    cluster.trouble ??= { began: at, by: name }
  } else {
    cluster.troubled.delete(name)
    settleTrouble(cluster)
  }
}

/** Trouble is over when every node is as it should be and every zone is Normal again. */
export const settleTrouble = (cluster: Cluster): void => {
  if (cluster.troubled.size > 0) return
  for (const zone of cluster.zones.values()) if (zone.state !== "Normal") return
  delete cluster.trouble
}
