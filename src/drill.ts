/**
 * What a scenario file imports: `import { drill, … } from "drill"`. The words, and the types that help an editor; nothing else.
 */
export { cutZone, healZone } from "./scenario/word/action.ts"
export { delivered, evictions, notReadyNodes, pendingPods, readyReplicas } from "./scenario/word/claim.ts"
export { type Cluster, eksAddons, eksCluster, type NodeGroup, nodeGroup } from "./scenario/word/cluster.ts"
export { type Draft, drill } from "./scenario/word/draft.ts"
export { awsVpc, eksctlVpc, type Network } from "./scenario/word/network.ts"
export { from, to } from "./scenario/word/probe.ts"
export { barePod, type Described, daemonSet, deployment, service, statefulSet, volume } from "./scenario/word/workload.ts"
