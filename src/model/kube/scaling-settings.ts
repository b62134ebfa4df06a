/** Settings of whatever grows and shrinks by itself: pods by load, nodes by pods, instance groups. Spans in whole milliseconds. */
import type { SettingDefinition } from "../value/setting.ts"

export const scalingSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "autoscalerScanMs",
    about: "The cluster autoscaler looks this often.",
    default: 10_000,
    atLeast: 1_000,
    source: "cluster-autoscaler --scan-interval"
  },
  {
    name: "provisionTimeoutMs",
    about: "A node that was asked for and has not come by then counts as failed.",
    default: 900_000,
    atLeast: 1_000,
    source: "cluster-autoscaler --max-node-provision-time"
  },
  {
    name: "groupBackoffMs",
    about: "A node group that failed to grow is left alone this long, doubled with every failure up to 30 min.",
    default: 300_000,
    atLeast: 1_000,
    source: "cluster-autoscaler --initial-node-group-backoff-duration, --max-node-group-backoff-duration"
  },
  {
    name: "unneededMs",
    about: "A node must be unneeded this long before the cluster autoscaler takes it away.",
    default: 600_000,
    atLeast: 1_000,
    source: "cluster-autoscaler --scale-down-unneeded-time"
  },
  {
    name: "batchIdleMs",
    about: "Karpenter closes a batch of waiting pods when none has come for this long.",
    default: 1_000,
    atLeast: 0,
    source: "karpenter --batch-idle-duration"
  },
  {
    name: "batchMaxMs",
    about: "The longest that Karpenter keeps a batch open.",
    default: 10_000,
    atLeast: 0,
    source: "karpenter --batch-max-duration"
  },
  {
    name: "unavailableOfferingMs",
    about: "Karpenter leaves a zone alone this long after a launch failed there.",
    default: 180_000,
    atLeast: 0,
    source: "aws/karpenter-provider-aws pkg/cache UnavailableOfferingsTTL"
  },
  {
    name: "disruptionValidationMs",
    about: "A node must be empty this long before Karpenter ends it.",
    default: 15_000,
    atLeast: 0,
    source: "kubernetes-sigs/karpenter pkg/controllers/disruption, consolidation TTL"
  },
  {
    name: "scaleDown",
    about: "Whether the cluster autoscaler takes unneeded nodes away.",
    default: true,
    source: "cluster-autoscaler --scale-down-enabled"
  },
  {
    name: "upgradeAddresses",
    about: "Free addresses in the cluster's subnets that an upgrade of the control plane asks for.",
    default: 5,
    atLeast: 0,
    source: "EKS user guide, Update existing cluster to new Kubernetes version: up to five"
  },
  {
    name: "asgRetryMs",
    about: "A node group that could not launch an instance anywhere tries again after this.",
    default: 60_000,
    atLeast: 1_000,
    source: "Chosen: EC2 Auto Scaling retries failed launches, its intervals are not documented"
  },
  {
    name: "asgLaunchMs",
    about: "From a node group's wish to an instance.",
    default: 5_000,
    atLeast: 0,
    source: "Chosen: EC2 answers RunInstances within seconds"
  },
  {
    name: "nodeLaunchMs",
    about: "From an instance to a node that registers.",
    default: 75_000,
    atLeast: 0,
    source: "Chosen: seen 75 to 90 s for EKS images"
  },
  {
    name: "fargateLaunchMs",
    about: "From a Fargate pod's launch to its node, which registers and runs it.",
    default: 45_000,
    atLeast: 0,
    source: "Chosen: AWS documents no figure; 30 to 60 s are reported"
  },
  {
    name: "fargateRetryMs",
    about: "The Fargate scheduler tries a pod again after this when no subnet of its profile could launch.",
    default: 60_000,
    atLeast: 1_000,
    source: "Chosen: it retries with a back-off (aws/containers-roadmap 768), its intervals are not documented"
  },
  {
    name: "asgReplaceImpairedMs",
    about: "An impaired instance is replaced this long after its trouble began.",
    default: 600_000,
    atLeast: 0,
    source: "Chosen: EC2 status checks and the group's health check together"
  },
  {
    name: "asgRebalanceMs",
    about: "From a zone's return until its group levels its zones again.",
    default: 0,
    atLeast: 0,
    source: "Chosen: an Auto Scaling group rebalances by itself when the zone is well"
  },
  {
    name: "nodeRepairMs",
    about: "A node that its cloud repairs is rebooted when it has not been Ready for so long, and again after as long.",
    default: 600_000,
    atLeast: 1_000,
    source: "AKS docs, node auto-repair; GKE docs, auto-repairing nodes: about ten minutes"
  },
  {
    name: "autoscalerPeriodMs",
    about: "HorizontalPodAutoscalers look this often.",
    default: 15_000,
    atLeast: 1_000,
    source: "kube-controller-manager --horizontal-pod-autoscaler-sync-period"
  },
  {
    name: "downscaleWindowMs",
    about: "A workload is scaled down to the highest wish of this window.",
    default: 300_000,
    atLeast: 0,
    source: "kube-controller-manager --horizontal-pod-autoscaler-downscale-stabilization"
  }
]
