/**
 * Fields of an eksctl ClusterConfig: understood, known to be without effect in the model, or known and not modelled. A field that is
 * none of these is a mistake. Source: eksctl schema, eksctl.io/v1alpha5.
 */
import type { Fields } from "./fields.ts"

const group: Fields = {
  name: "text",
  instanceType: "text",
  desiredCapacity: "count",
  minSize: "count",
  maxSize: "count",
  privateNetworking: "flag",
  availabilityZones: "texts",
  maxPodsPerNode: "count",
  labels: "labels",
  taints: "unmodelled",
  instanceTypes: "unmodelled",
  spot: "unmodelled",
  instancesDistribution: "unmodelled",
  subnets: "unmodelled",
  localZones: "unmodelled",
  securityGroups: "unmodelled",
  updateConfig: "unmodelled",
  volumeSize: "inert",
  volumeType: "inert",
  volumeIOPS: "inert",
  volumeThroughput: "inert",
  volumeEncrypted: "inert",
  ami: "inert",
  amiFamily: "inert",
  ssh: "inert",
  tags: "inert",
  iam: "inert",
  propagateASGTags: "inert",
  disableIMDSv1: "inert",
  ebsOptimized: "inert",
  preBootstrapCommands: "inert",
  overrideBootstrapCommand: "inert",
  asgSuspendProcesses: "unmodelled"
}

export const clusterConfigFields: Fields = {
  apiVersion: ["eksctl.io/v1alpha5"],
  kind: ["ClusterConfig"],
  metadata: { name: "text", region: "text", version: "use", tags: "inert", annotations: "inert" },
  availabilityZones: "texts",
  localZones: "unmodelled",
  kubernetesNetworkConfig: { serviceIPv4CIDR: "text", ipFamily: ["IPv4"] },
  vpc: {
    cidr: "text",
    nat: { gateway: ["Single", "HighlyAvailable", "Disable"] },
    clusterEndpoints: { publicAccess: "flag", privateAccess: "flag" },
    publicAccessCIDRs: "unmodelled",
    id: "unmodelled",
    subnets: "unmodelled",
    securityGroup: "unmodelled",
    autoAllocateIPv6: "unmodelled",
    manageSharedNodeSecurityGroupRules: "unmodelled"
  },
  nodeGroups: group,
  managedNodeGroups: group,
  fargateProfiles: {
    name: "text",
    selectors: { namespace: "text", labels: "labels" },
    subnets: "unmodelled",
    podExecutionRoleARN: "inert",
    tags: "inert",
    status: "inert"
  },
  karpenter: "unmodelled",
  autoModeConfig: "unmodelled",
  privateCluster: "unmodelled",
  iam: "inert",
  identityProviders: "inert",
  addons: "inert",
  addonsConfig: "inert",
  cloudWatch: "inert",
  secretsEncryption: "inert",
  gitops: "inert",
  accessConfig: "inert",
  upgradePolicy: "inert",
  zonalShiftConfig: "unmodelled"
}
