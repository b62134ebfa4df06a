/** What AWS says when it launches nothing. Source: EC2 API reference, error codes; EC2 user guide, Troubleshoot instance launch. */
import type { LaunchWords } from "../../capacity/launch-words.ts"

export const launchWords: LaunchWords = {
  frozen: "InternalError: An internal error has occurred",
  capacity: "InsufficientInstanceCapacity: no {type} in {zone}",
  addresses:
    "InsufficientFreeAddressesInSubnet: There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances.",
  blocks: "the pods' range has no free block for another node",
  cpus: "VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the instance bucket that the specified instance type belongs to.",
  interfaces: "NetworkInterfaceLimitExceeded: Maximum number of network interfaces reached."
}
