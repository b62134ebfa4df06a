/** Which compiler a topology is for: the one place that asks. */
import { Schema } from "effect"
import { compileAws } from "./aws/compile.ts"
import { AwsTopology } from "./aws/topology.ts"
import type { Cloud } from "./compile.ts"
import { compileFlat } from "./flat/compile.ts"
import { FlatTopology } from "./flat/topology.ts"

/** The topology of any cloud, or of none. */
export const Topology = Schema.Union([AwsTopology, FlatTopology])
export type Topology = typeof Topology.Type

export const cloudOf = (topology: Topology): Cloud => {
  switch (topology._tag) {
    case "AwsTopology":
      return compileAws(topology)
    case "FlatTopology":
      return compileFlat(topology)
  }
}
