/**
 * What the owner says about a cluster: nodes, workloads, services, volumes, and the pins (names, placement, addresses) that
 * settling must arrive at by its own rules. Plain data, part of the plan.
 */
import { Schema } from "effect"
import { IngressSpec } from "../balance/ingress.ts"
import { LoadBalancerSpec } from "../balance/spec.ts"
import { LabelSelector, PodTemplate } from "./template.ts"

const Name = Schema.NonEmptyString

/** A number of pods, or a share of them: `2`, `"25%"`. */
export const Amount = Schema.Union([Schema.Int, Schema.String])
export type Amount = typeof Amount.Type

/** What is known of one pod from the start. Settling keeps it; every rule must allow it. */
export const PodPin = Schema.Struct({ name: Name, node: Schema.optionalKey(Name), address: Schema.optionalKey(Schema.String) })
export type PodPin = typeof PodPin.Type

export const WorkloadSpec = Schema.Struct({
  kind: Schema.Literals(["Deployment", "StatefulSet", "DaemonSet", "Job", "Pod"]),
  name: Name,
  namespace: Name,
  /** Pods wanted; for a DaemonSet one a node (0 here), for a bare Pod 1, for a Job its completions. */
  replicas: Schema.Int,
  template: PodTemplate,
  /** Of a Deployment; 25 % and 25 % when absent. `progressDeadlineMs` 600 s when absent. `recreate`: all old pods end before a new one is made. */
  strategy: Schema.optionalKey(
    Schema.Struct({
      maxSurge: Amount,
      maxUnavailable: Amount,
      progressDeadlineMs: Schema.optionalKey(Schema.Int),
      recreate: Schema.optionalKey(Schema.Boolean)
    })
  ),
  /** How long a Deployment's pod must have been Ready to be available; 0 when absent. */
  minReadyMs: Schema.optionalKey(Schema.Int),
  /** How a StatefulSet (`partition`) or a DaemonSet (`maxUnavailable`, 1 when absent) rolls out; `onDelete`: only what somebody deletes. */
  update: Schema.optionalKey(
    Schema.Struct({
      partition: Schema.optionalKey(Schema.Int),
      maxUnavailable: Schema.optionalKey(Amount),
      onDelete: Schema.optionalKey(Schema.Boolean)
    })
  ),
  /** A StatefulSet's pods are made and ended all at once. */
  parallel: Schema.optionalKey(Schema.Boolean),
  /** Of a Job: pods at once (1 when absent), and restarts of its containers after which it has failed (6 when absent). */
  parallelism: Schema.optionalKey(Schema.Int),
  backoffLimit: Schema.optionalKey(Schema.Int),
  /** A Deployment's pod-template hash, as its ReplicaSet's name bears it. */
  templateHash: Schema.optionalKey(Schema.String),
  pins: Schema.Array(PodPin)
})
export type WorkloadSpec = typeof WorkloadSpec.Type

export const ServiceSpec = Schema.Struct({
  name: Name,
  namespace: Name,
  type: Schema.Literals(["ClusterIP", "NodePort", "LoadBalancer"]),
  clusterIp: Schema.String,
  selector: Schema.Record(Schema.String, Schema.String),
  ports: Schema.Array(
    Schema.Struct({
      port: Schema.Int,
      targetPort: Schema.Int,
      protocol: Schema.Literals(["tcp", "udp"]),
      nodePort: Schema.optionalKey(Schema.Int)
    })
  ),
  loadBalancer: Schema.optionalKey(LoadBalancerSpec),
  /** Only endpoints on the node itself, for what comes from pods, or through a node port. */
  internalLocal: Schema.optionalKey(Schema.Boolean),
  externalLocal: Schema.optionalKey(Schema.Boolean),
  /** Endpoints of the sender's zone while there are some. Source: trafficDistribution PreferClose. */
  preferClose: Schema.optionalKey(Schema.Boolean),
  /** A client's calls stick to the endpoint that it first got. */
  sessionAffinity: Schema.optionalKey(Schema.Literals(["ClientIP"])),
  /** No address of its own: its name resolves to its pods. */
  headless: Schema.optionalKey(Schema.Boolean)
})
export type ServiceSpec = typeof ServiceSpec.Type

const NodeTaint = Schema.Struct({
  key: Name,
  value: Schema.optionalKey(Schema.String),
  effect: Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])
})

export const NodeSpec = Schema.Struct({
  name: Name,
  nodeGroup: Name,
  /** The subnet it stands in, by the owner's id; its zone follows from there, where the subnet has one. */
  subnet: Name,
  /** In a subnet that spans zones; absent there: in none. */
  zone: Schema.optionalKey(Name),
  instanceType: Name,
  address: Schema.String,
  publicAddress: Schema.optionalKey(Schema.String),
  groups: Schema.Array(Name),
  maxPods: Schema.Int,
  labels: Schema.Record(Schema.String, Schema.String),
  taints: Schema.optionalKey(Schema.Array(NodeTaint)),
  /** Extended resources it offers, in whole units by name. */
  extended: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  /** It joins when the timeline says so, not while the cluster settles. */
  isLate: Schema.optionalKey(Schema.Boolean),
  /** Its cloud reboots it when it has not been Ready for long (`nodeRepairMs`). */
  repaired: Schema.optionalKey(Schema.Boolean),
  /** From its registration until its kubelet says Ready; else the setting `nodeReadyMs`. */
  readyMs: Schema.optionalKey(Schema.Int),
  /** Phases of its loops, when they are known: lease and status, and the putting right of pod conditions. */
  leasePhaseMs: Schema.optionalKey(Schema.Int),
  podSyncPhaseMs: Schema.optionalKey(Schema.Int)
})
export type NodeSpec = typeof NodeSpec.Type

/** The zone of machines that stand in none, as their nodes are labelled. Source: kubernetes-sigs/cloud-provider-azure, fault domains. */
export const noZone = "0"

/** Where nodes have a block of pod addresses each: the range, and the length of a block, in the order in which nodes come. */
export const PodRange = Schema.Struct({
  cidr: Schema.String,
  blockLength: Schema.Int,
  /** A part of it that is no node's: that of Services, which a routes-based cluster cuts out of it. */
  kept: Schema.optionalKey(Schema.String),
  /** How the network knows them: by routes to nodes when absent, by their nodes' interfaces, or not at all, but for the nodes themselves. */
  known: Schema.optionalKey(Schema.Literals(["aliases", "overlay"])),
  /** Node groups with a range of their own, which need not lie beside the other. */
  groups: Schema.optionalKey(Schema.Record(Name, Schema.String))
})

/**
 * Addresses that a node takes of a subnet for its pods: as many as it may have, or whole blocks of sixteen, when it is created; or
 * batches of sixteen, ahead of need.
 */
export const PodHolding = Schema.Struct({
  by: Schema.Literals(["addresses", "blocks", "batches"]),
  /** Absent: the node's own. */
  subnet: Schema.optionalKey(Name)
})
export type PodHolding = typeof PodHolding.Type

/** A volume; without a zone it can be attached anywhere. `attaches: false` for what is mounted over the network at once. */
export const VolumeSpec = Schema.Struct({
  name: Name,
  kind: Name,
  zone: Schema.optionalKey(Name),
  attaches: Schema.optionalKey(Schema.Boolean),
  /** It comes to be where its first pod is placed (WaitForFirstConsumer), in that zone. */
  bindsLater: Schema.optionalKey(Schema.Boolean)
})
export type VolumeSpec = typeof VolumeSpec.Type

/** A PodDisruptionBudget: exactly one of the two amounts. */
export const BudgetSpec = Schema.Struct({
  name: Name,
  namespace: Name,
  selector: LabelSelector,
  minAvailable: Schema.optionalKey(Amount),
  maxUnavailable: Schema.optionalKey(Amount),
  /** Pods that are not Ready may be evicted whatever the budget says; else only while it is kept. */
  alwaysAllowUnready: Schema.optionalKey(Schema.Boolean)
})
export type BudgetSpec = typeof BudgetSpec.Type

const PolicyRule = Schema.Struct({
  /** Anybody when empty. Pods in the policy's own namespace unless `namespaces` selects others (by their name label). */
  peers: Schema.Array(
    Schema.Struct({
      pods: Schema.optionalKey(LabelSelector),
      namespaces: Schema.optionalKey(LabelSelector),
      cidr: Schema.optionalKey(Schema.String),
      except: Schema.optionalKey(Schema.Array(Schema.String))
    })
  ),
  /** Every port when empty. */
  ports: Schema.Array(
    Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), from: Schema.optionalKey(Schema.Int), to: Schema.optionalKey(Schema.Int) })
  )
})
export type PolicyRule = typeof PolicyRule.Type

/** A NetworkPolicy: pods it selects take (or send) only what a rule of one of their policies lets through. */
export const PolicySpec = Schema.Struct({
  name: Name,
  namespace: Name,
  selector: LabelSelector,
  ingress: Schema.optionalKey(Schema.Array(PolicyRule)),
  egress: Schema.optionalKey(Schema.Array(PolicyRule))
})
export type PolicySpec = typeof PolicySpec.Type

/** A HorizontalPodAutoscaler on the CPU its pods use against what they request. `load`: see the action `SetLoad`. */
export const PodAutoscalerSpec = Schema.Struct({
  workload: Name,
  minReplicas: Schema.Int,
  maxReplicas: Schema.Int,
  targetPercent: Schema.Int
})
export type PodAutoscalerSpec = typeof PodAutoscalerSpec.Type

/** Nodes of one shape that a cloud keeps at a wanted number, spread over subnets. */
export const NodeGroupSpec = Schema.Struct({
  name: Name,
  /** One a zone; in those of `publicSubnets` an instance has a public address from its launch on. */
  subnets: Schema.Array(Name),
  publicSubnets: Schema.Array(Name),
  /** Those that it is spread over in subnets that span zones. */
  zones: Schema.optionalKey(Schema.Array(Name)),
  instanceType: Name,
  groups: Schema.Array(Name),
  maxPods: Schema.Int,
  labels: Schema.Record(Schema.String, Schema.String),
  taints: Schema.optionalKey(Schema.Array(NodeTaint)),
  min: Schema.Int,
  max: Schema.Int,
  /** Impaired instances are replaced, and zones kept level, by the cloud. */
  replacesImpaired: Schema.Boolean,
  rebalances: Schema.Boolean,
  /** It grows by all that is wanted or by nothing, and its machines are made anew where they stand. */
  isScaleSet: Schema.optionalKey(Schema.Boolean),
  /** Its nodes are repaired where they stand. */
  repairs: Schema.optionalKey(Schema.Boolean),
  /** The cluster autoscaler may grow and shrink it. */
  autoscaled: Schema.Boolean,
  /** Karpenter launches and ends its machines; `min` and `max` bound it. */
  karpenter: Schema.optionalKey(Schema.Boolean)
})
export type NodeGroupSpec = typeof NodeGroupSpec.Type

/** A Fargate profile: pods that a selector matches get a machine each, with one address of one of these private subnets. */
export const FargateProfileSpec = Schema.Struct({
  name: Name,
  subnets: Schema.Array(Name),
  groups: Schema.Array(Name),
  /** Any of them. In namespace, keys and values `*` stands for any text and `?` for one character. */
  selectors: Schema.Array(Schema.Struct({ namespace: Name, labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)) }))
})
export type FargateProfileSpec = typeof FargateProfileSpec.Type

export const ClusterSpec = Schema.Struct({
  id: Name,
  /** Kubernetes minor version of the cluster, `1.20`. The node-lifecycle profile is a setting of its own. */
  version: Name,
  serviceCidr: Schema.String,
  /**
   * Where nodes reach the API server: a public address beyond the internet, addresses inside their own network, or one inside the flat
   * network. `addresses`: what its name answers with; a node takes whichever answers.
   */
  api: Schema.Struct({
    endpoint: Schema.Literals(["public", "private", "inside"]),
    name: Name,
    address: Schema.String,
    addresses: Schema.optionalKey(Schema.Array(Schema.String)),
    /** Machines that the control plane runs on, where they stand in the network: it is lost when no majority of them is left. */
    machines: Schema.optionalKey(Schema.Array(Name)),
    port: Schema.Int
  }),
  /** The Service that answers cluster DNS. */
  dnsService: Name,
  nodes: Schema.Array(NodeSpec),
  workloads: Schema.Array(WorkloadSpec),
  services: Schema.Array(ServiceSpec),
  volumes: Schema.Array(VolumeSpec),
  budgets: Schema.optionalKey(Schema.Array(BudgetSpec)),
  ingresses: Schema.optionalKey(Schema.Array(IngressSpec)),
  podAutoscalers: Schema.optionalKey(Schema.Array(PodAutoscalerSpec)),
  nodeGroups: Schema.optionalKey(Schema.Array(NodeGroupSpec)),
  fargateProfiles: Schema.optionalKey(Schema.Array(FargateProfileSpec)),
  policies: Schema.optionalKey(Schema.Array(PolicySpec)),
  /** Subnets where the control plane has its interfaces. */
  controlPlaneSubnets: Schema.optionalKey(Schema.Array(Name)),
  /** Where pods' interfaces stand, by zone, when not in their node's own subnet. */
  podSubnets: Schema.optionalKey(Schema.Record(Schema.String, Name)),
  podRange: Schema.optionalKey(PodRange),
  /** Node groups whose nodes take their pods' addresses of a subnet. */
  podHoldings: Schema.optionalKey(Schema.Record(Name, PodHolding)),
  /** False: nothing in the cluster enforces NetworkPolicies. */
  enforcesPolicies: Schema.optionalKey(Schema.Boolean),
  /** What was described and is not modelled: told when the run begins, and counted against its results. */
  unmodelled: Schema.optionalKey(Schema.Array(Schema.Struct({ subject: Name, what: Schema.String })))
})
export type ClusterSpec = typeof ClusterSpec.Type
