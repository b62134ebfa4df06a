import type { LaunchWords } from "../../capacity/launch-words.ts"

/** Nobody's. */
export const launchWords: LaunchWords = {
  frozen: "no machine is given",
  capacity: "no {type} in {zone}",
  addresses: "no free address in {subnet}",
  cpus: "no more than {limit} CPUs",
  interfaces: "no more network interfaces"
}
