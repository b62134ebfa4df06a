/** The network as the changes made so far have left it. */
import { changeTopology, type NetworkChange } from "../cloud/change.ts"
import { cloudOf, type Topology } from "../cloud/cloud-of.ts"
import type { Cloud } from "../cloud/compile.ts"

/** What the changes up to now make of the plan's topology, worked out once: it changes how fast, never what, is answered. */
export interface Drawn {
  changes: ReadonlyArray<NetworkChange>
  topology: Topology
  cloud: Cloud
}

export const drawNetwork = (topology: Topology): Drawn => ({ changes: [], topology, cloud: cloudOf(topology) })

interface Changing {
  readonly ground: { readonly plan: { readonly topology: Topology }; readonly drawn: Drawn }
  readonly changes: ReadonlyArray<NetworkChange>
}

/** The topology and its compiled form now. A recorded change that is refused is a defect. */
export const networkNow = ({ ground, changes }: Changing): Pick<Drawn, "topology" | "cloud"> => {
  const { drawn, plan } = ground
  if (drawn.changes === changes || (drawn.changes.length === 0 && changes.length === 0)) return drawn
  let { topology } = plan
  for (const change of changes) {
    const changed = changeTopology(topology, change)
    if ("refused" in changed) throw new Error(`a recorded change cannot be made: ${changed.refused}`)
    topology = changed.topology
  }
  drawn.changes = changes
  drawn.topology = topology
  drawn.cloud = cloudOf(topology)
  return drawn
}
