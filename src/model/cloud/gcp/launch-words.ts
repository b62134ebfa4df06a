/** What Google says when it launches nothing. Source: Compute Engine docs, troubleshooting resource availability and quotas; GKE docs, IP address exhaustion. */
import type { LaunchWords } from "../../capacity/launch-words.ts"

export const launchWords: LaunchWords = {
  frozen: "INTERNAL_ERROR: Internal error. Please try again.",
  capacity: "ZONE_RESOURCE_POOL_EXHAUSTED: zone {zone} does not have enough resources for {type}",
  addresses: "IP_SPACE_EXHAUSTED: IP space of '{subnet}' is exhausted.",
  blocks: "IP_SPACE_EXHAUSTED: the pods' range has no free block for another node",
  cpus: "QUOTA_EXCEEDED: Quota 'CPUS' exceeded. Limit: {limit}.",
  interfaces: "QUOTA_EXCEEDED: Quota 'NETWORK_INTERFACES' exceeded."
}
