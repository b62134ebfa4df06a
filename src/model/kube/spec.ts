/**
 * What the owner says about a cluster: nodes, workloads, services, volumes, and the pins (names, placement, addresses) that
 * settling must arrive at by its own rules. Plain data, part of the plan.
 * Not modelled yet: requests beyond CPU and memory, affinity, priorities, autoscalers.
 */
import { Schema } from "effect"
import { LoadBalancerSpec } from "../balance/spec.ts"

const Name = Schema.NonEmptyString

/** CPU in thousandths of a core, memory in MiB. */
export const Requests = Schema.Struct({ milliCpu: Schema.Int, memoryMiB: Schema.Int })

/** Times in whole milliseconds. Kubernetes defaults are filled in by the words of a scenario. */
export const HttpProbe = Schema.Struct({ path: Schema.String, port: Schema.Int, initialDelayMs: Schema.Int, periodMs: Schema.Int })

/** A call that answering a path makes, first attempts only: a name is looked up in cluster DNS, then the Service is called. */
export const Call = Schema.Struct({ service: Name, port: Schema.Int, lookup: Schema.Boolean })

export const Serves = Schema.Struct({
  port: Schema.Int,
  protocol: Schema.Literals(["tcp", "udp"]),
  /** Paths with what answering them calls; a path not named here calls nothing. */
  paths: Schema.Array(Schema.Struct({ path: Schema.String, calls: Schema.Array(Call) }))
})

export const PodTemplate = Schema.Struct({
  labels: Schema.Record(Schema.String, Schema.String),
  requests: Schema.optionalKey(Requests),
  hostNetwork: Schema.Boolean,
  serves: Schema.Array(Serves),
  readinessProbe: Schema.optionalKey(HttpProbe),
  livenessProbe: Schema.optionalKey(HttpProbe),
  volume: Schema.optionalKey(Name)
})
export type PodTemplate = typeof PodTemplate.Type

/** What is known of one pod from the start. Settling keeps it; every rule must allow it. */
export const PodPin = Schema.Struct({ name: Name, node: Schema.optionalKey(Name), address: Schema.optionalKey(Schema.String) })
export type PodPin = typeof PodPin.Type

export const WorkloadSpec = Schema.Struct({
  kind: Schema.Literals(["Deployment", "StatefulSet", "DaemonSet", "Pod"]),
  name: Name,
  namespace: Name,
  /** Pods wanted; for a DaemonSet one a node (0 here), for a bare Pod 1. */
  replicas: Schema.Int,
  template: PodTemplate,
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
  loadBalancer: Schema.optionalKey(LoadBalancerSpec)
})
export type ServiceSpec = typeof ServiceSpec.Type

export const NodeSpec = Schema.Struct({
  name: Name,
  nodeGroup: Name,
  /** The subnet it stands in, by the owner's id; its zone follows from there. */
  subnet: Name,
  instanceType: Name,
  address: Schema.String,
  publicAddress: Schema.optionalKey(Schema.String),
  groups: Schema.Array(Name),
  maxPods: Schema.Int,
  labels: Schema.Record(Schema.String, Schema.String)
})
export type NodeSpec = typeof NodeSpec.Type

export const VolumeSpec = Schema.Struct({ name: Name, kind: Name, zone: Name })

export const ClusterSpec = Schema.Struct({
  id: Name,
  /** Kubernetes minor version of the cluster, `1.20`. The node-lifecycle profile is a setting of its own. */
  version: Name,
  serviceCidr: Schema.String,
  /** Where nodes reach the API server: a public address beyond the internet, or a place inside a subnet (not yet). */
  api: Schema.Struct({ endpoint: Schema.Literals(["public"]), name: Name, address: Schema.String, port: Schema.Int }),
  /** The Service that answers cluster DNS. */
  dnsService: Name,
  nodes: Schema.Array(NodeSpec),
  workloads: Schema.Array(WorkloadSpec),
  services: Schema.Array(ServiceSpec),
  volumes: Schema.Array(VolumeSpec)
})
export type ClusterSpec = typeof ClusterSpec.Type
