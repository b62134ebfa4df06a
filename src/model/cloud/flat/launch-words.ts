/** What a network without a cloud says when it gives no machine. */
import type { LaunchWords } from "../../capacity/launch-words.ts"

export const launchWords: LaunchWords = {
  frozen: "no machine is given",
  capacity: "no {type} in {zone}",
  addresses: "no free address in {subnet}",
  blocks: "the pods' range has no free block for another node",
  cpus: "no more than {limit} CPUs",
  interfaces: "no more network interfaces"
}
