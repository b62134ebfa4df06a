/** Which compiler a topology is for: the one place that asks. */
import { compileAws } from "./aws/compile.ts"
import type { AwsTopology } from "./aws/topology.ts"
import type { Cloud } from "./compile.ts"

/** The topology of any cloud. */
export type Topology = AwsTopology

export const cloudOf = (topology: Topology): Cloud => {
  switch (topology._tag) {
    case "AwsTopology":
      return compileAws(topology)
  }
}
