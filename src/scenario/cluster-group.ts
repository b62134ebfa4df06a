/**
 * The security group that EKS makes for a cluster, where Fargate profiles stand in it: its members speak freely among themselves. Where
 * eksctl made the others, these let it in and it lets them in.
 * Source: Amazon EKS user guide, security group requirements; eksctl pkg/cfn/builder (IngressDefaultClusterToNodeSG and its reverse).
 */
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import type { ClusterSpec } from "../model/kube/spec.ts"
import { controlPlaneGroup, sharedNodeGroup } from "./word/network.ts"

type Group = AwsTopology["securityGroups"][number]

export const clusterGroup = (cluster: string): string => `eks-cluster-sg-${cluster}`

const everything = { protocol: "all", fromPort: 0, toPort: 65_535 } as const

/** The groups of a topology, with the cluster's own when a profile is in it. `vpc`: the cluster's. */
export const withClusterGroup = (groups: ReadonlyArray<Group>, spec: ClusterSpec, vpc: string): ReadonlyArray<Group> => {
  const own = clusterGroup(spec.id)
  if (!(spec.fargateProfiles ?? []).some((profile) => profile.groups.includes(own))) return groups
  const shared = sharedNodeGroup(spec.id)
  const peers = [own, ...(groups.some(({ id }) => id === shared) ? [shared] : [])]
  const ingress = peers.map((peer) => ({ ...everything, peer }))
  const made: ReadonlyArray<Group> = groups.some(({ id }) => id === own)
    ? []
    : [{ id: own, vpc, ingress: [], egress: [{ ...everything, peer: "0.0.0.0/0" }] }]
  const more = new Map<string, Group["ingress"]>([
    [own, ingress],
    [shared, [{ ...everything, peer: own }]],
    [controlPlaneGroup(spec.id), [{ protocol: "tcp", fromPort: 443, toPort: 443, peer: own }]]
  ])
  return [...groups, ...made].map((group) => ({ ...group, ingress: [...group.ingress, ...(more.get(group.id) ?? [])] }))
}
