/**
 * What a scenario file imports: `import { drill, … } from "drill"`. The words, and the types that help an editor; nothing else.
 */
export {
  applyBudget,
  cordon,
  cutNodes,
  cutZone,
  degradeZone,
  deleteNodes,
  deletePods,
  deleteWorkloadPods,
  drain,
  evictPods,
  evictWorkload,
  healNodes,
  healZone,
  joinNodes,
  markOutOfService,
  mendZone,
  removeBudget,
  rollback,
  rollout,
  scale,
  setLoad,
  taintNode,
  turnKubelet,
  uncordon,
  untaintNode
} from "./scenario/word/action.ts"
export { aksAddons, aksCluster, nodePool } from "./scenario/word/aks.ts"
export { agicIngress } from "./scenario/word/aks-balancer.ts"
export {
  advertiseRange,
  attachRouteTable,
  deleteSecurityRule,
  deleteUserRoute,
  detachRouteTable,
  setFirewallRules,
  setOutboundPorts,
  setOutboundType,
  setSecurityRule,
  setUserRoute,
  withdrawRange
} from "./scenario/word/azure-change.ts"
export { type AzureNetwork, aksBalancer, aksPool, aksSecurityGroup, aksVnet, azureVnet } from "./scenario/word/azure-network.ts"
export { budget, podAutoscaler } from "./scenario/word/budget.ts"
export {
  cutCapacity,
  emptySubnet,
  fillSubnet,
  freezeLaunches,
  reclaimNodes,
  resizeGroup,
  restoreCapacity,
  resumeLaunches,
  setAddressing,
  upgradeControlPlane,
  upgradePool
} from "./scenario/word/capacity.ts"
export {
  associateNetworkAcl,
  associateRouteTable,
  authorizeRule,
  blockPublicAccess,
  createNatGateway,
  cutGateway,
  deleteAclEntry,
  deleteNatGateway,
  deletePeering,
  deleteRoute,
  detachInternetGateway,
  exhaustPorts,
  healGateway,
  holdConnections,
  restorePorts,
  revokeRule,
  setAclEntry,
  setRoute
} from "./scenario/word/change.ts"
export {
  closedConnections,
  connectionsCut,
  delivered,
  disturbances,
  drained,
  evictions,
  notReadyNodes,
  pendingPods,
  podLoad,
  readyReplicas,
  rolledOut,
  upgraded
} from "./scenario/word/claim.ts"
export { type Cluster, eksAddons, eksCluster, plainCluster } from "./scenario/word/cluster.ts"
export { type Draft, drill } from "./scenario/word/draft.ts"
export { type FargateProfileOptions, fargateProfile } from "./scenario/word/fargate-profile.ts"
export { type AwsImport, type AwsNames, fromAws } from "./scenario/word/from-aws.ts"
export { type AzureImport, fromAzure } from "./scenario/word/from-azure.ts"
export { type EksctlCluster, fromEksctl } from "./scenario/word/from-eksctl.ts"
export { fromGcp, type GcpImport } from "./scenario/word/from-gcp.ts"
export { fromManifests } from "./scenario/word/from-manifests.ts"
export { createStaticRoute, deleteFirewallRule, deleteStaticRoute, setFirewallRule, updateNat } from "./scenario/word/gcp-change.ts"
export { type GcpNetwork, gcpVpc, gkeIngressRule, gkeNetwork, gkeTag, gkeVpc } from "./scenario/word/gcp-network.ts"
export { gkeAddons, gkeCluster, gkeNodePool } from "./scenario/word/gke.ts"
export { gkeIngress } from "./scenario/word/gke-balancer.ts"
export { ingress } from "./scenario/word/ingress.ts"
export { flatNetwork, machines } from "./scenario/word/machines.ts"
export { type AwsNetwork, awsVpc, eksctlVpc, type Network } from "./scenario/word/network.ts"
export { type NodeGroup, nodeGroup } from "./scenario/word/node-group.ts"
export { from, to } from "./scenario/word/probe.ts"
export { breakChecks, endShift, mendChecks, shiftZone } from "./scenario/word/shift.ts"
export { barePod, type Described, daemonSet, deployment, job, service, statefulSet, volume } from "./scenario/word/workload.ts"
