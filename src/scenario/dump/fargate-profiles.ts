/**
 * Fargate profiles of a dump's cluster. Their pods are in the cluster's own security group. Left out: profiles on their way out.
 * Source: API reference of Amazon EKS, FargateProfile.
 */
import { compareText } from "../../model/value/text.ts"
import type { Described } from "../word/workload.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

export const fargateProfilesOf = (cluster: DumpEntry<"clusters">, ground: Ground): ReadonlyArray<Described> => {
  const { dump, findings } = ground
  const own = cluster.resourcesVpcConfig.clusterSecurityGroupId
  return dump
    .all("fargateProfiles")
    .filter(({ clusterName }) => clusterName === cluster.name)
    .sort((left, right) => compareText(left.fargateProfileName, right.fargateProfileName))
    .flatMap((profile): ReadonlyArray<Described> => {
      const { fargateProfileName: name, status = "ACTIVE", subnets = [], selectors = [] } = profile
      const place = dump.placeOf(profile)
      if (["DELETING", "DELETE_FAILED", "CREATE_FAILED"].includes(status)) {
        findings.leftOut(place.path, "Fargate profiles that are not in force", `${name} (${status})`)
        return []
      }
      for (const subnet of subnets) ground.names(profile, `Fargate profile ${name}`, "subnets", subnet)
      if (own === undefined) findings.filledIn(place.path, "security groups of Fargate profiles, a cluster group made here", name)
      else ground.names(cluster, `cluster ${cluster.name}`, "securityGroups", own)
      return [{ _tag: "FargateProfile", place, spec: { name, subnets, selectors, groups: own === undefined ? [] : [own] } }]
    })
}
