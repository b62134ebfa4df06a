/** A cluster and a network at GCP that stand together: nodes reach the control plane at the addresses it has in the network. */
import type { GcpTopology } from "../model/cloud/gcp/topology.ts"
import type { ClusterSpec } from "../model/kube/spec.ts"
import { type Cluster, clusterSpecOf } from "./word/cluster.ts"

/** Machines of the control plane are told by their name. */
const isControlPlane = (cluster: string, id: string): boolean => id.startsWith(`gke-${cluster}-control-plane`)

export const joinedAtGcp = (topology: GcpTopology, cluster: Cluster): { readonly topology: GcpTopology; readonly spec: ClusterSpec } => {
  const subnets = new Map(topology.subnetworks.map(({ id, cidr }) => [id, { id, cidr, isPublic: false, isOwn: true }]))
  const addresses = topology.instances.flatMap(({ id, address }) => (isControlPlane(cluster.name, id) ? [address] : []))
  const api = addresses.length === 0 ? undefined : ({ endpoint: "private", address: addresses[0] ?? "", addresses } as const)
  const spec = clusterSpecOf(cluster, subnets, api)
  return { topology, spec: { ...spec, api: { ...spec.api, name: `${cluster.name}.gke` } } }
}
