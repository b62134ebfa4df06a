/** What Azure says when it launches nothing. Source: Azure docs, allocation failures; common deployment errors (SubnetIsFull); quota errors. */
import type { LaunchWords } from "../../capacity/launch-words.ts"

export const launchWords: LaunchWords = {
  frozen: "InternalExecutionError: An internal execution error occurred. Please retry later.",
  capacity: "ZonalAllocationFailed: no sufficient capacity for {type} in zone {zone}",
  addresses: "SubnetIsFull: Subnet {subnet} with address prefix {cidr} does not have enough capacity for {asked} IP addresses.",
  blocks: "InsufficientSubnetSize: the pod CIDR has no free block for another node",
  cpus: "OperationNotAllowed: exceeds the approved cores quota. Current limit: {limit}, current usage: {used}, additional required: {more}.",
  interfaces: "NetworkInterfaceCountLimitReached: no more network interfaces in this region"
}
