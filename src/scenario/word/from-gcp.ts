/**
 * `fromGcp("./dump/")`: the network that a project has, from what `gcloud … list --format json` wrote into a folder, or the REST APIs
 * answered. Resources keep their names. Clusters are asked for. What is filled in and what is left out is told by file. See docs/import.md.
 */
import { Schema } from "effect"
import { openFindings } from "../dump/findings.ts"
import { gkeClusterFrom, withControlPlanes } from "../dump/gcp/clusters.ts"
import { gcpKinds, gcpUnread } from "../dump/gcp/kinds.ts"
import { type GcpGround, gcpTopologyOf } from "../dump/gcp/network.ts"
import { readLists } from "../dump/lists.ts"
import { clusterWord, openFolder, refuse, strangersIn } from "../dump/opened.ts"
import { placeOfCall } from "../place.ts"
import { readOptions } from "../read.ts"
import type { Cluster } from "./cluster.ts"
import type { GcpNetwork } from "./gcp-network.ts"

const Options = Schema.Struct({
  /** What instances listen on, by name; no answer of Google's says it. Nothing otherwise. */
  listening: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Array(Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), port: Schema.Int })))
  )
})

export interface GcpImport extends GcpNetwork {
  /** A GKE cluster with its node pools, and what GKE puts into every cluster; the only one when it is not named. */
  readonly cluster: (name?: string) => Cluster
}

const word = "fromGcp"

export const fromGcp = (folder: string, options: typeof Options.Type = {}): GcpImport => {
  const place = placeOfCall(fromGcp)
  const { listening = {} } = readOptions(Options, options, word, place)
  const found = openFolder(folder, { word, place }, { whose: "Google's", command: gcpKinds.networks.command })
  const findings = openFindings()
  const dump = readLists(found, gcpKinds, { word, place, unread: gcpUnread }, findings)
  refuse(findings.mistakes)
  const ground: GcpGround = { dump, findings }
  const topology = withControlPlanes(
    ground,
    gcpTopologyOf(ground, found.path, (name) => listening[name] ?? [])
  )
  const known = dump.all("instances").map(({ name }) => name)
  refuse([...findings.mistakes, ...strangersIn(listening, known, { word, place })])
  return {
    topology,
    place,
    notes: findings.told({ what: `${word}("${folder}")`, place, underlined: word }),
    cluster: clusterWord(word, {
      all: dump.all("clusters"),
      file: dump.fileOf("clusters"),
      command: dump.commandFor("clusters"),
      made: (given, own, asked) => gkeClusterFrom({ dump, findings: own }, given, asked)
    })
  }
}
