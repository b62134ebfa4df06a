/**
 * `fromGcp("./dump/")`: the network that a project has, from what `gcloud … list --format json` wrote into a folder, or the REST APIs
 * answered. Resources keep their names. Clusters are asked for. What is filled in and what is left out is told by file. See docs/import.md.
 */
import { Schema } from "effect"
import { errorOf, WordMisused } from "../diagnostic.ts"
import { openFindings } from "../dump/findings.ts"
import { gkeClusterFrom, withControlPlanes } from "../dump/gcp/clusters.ts"
import { gcpKinds, gcpUnread } from "../dump/gcp/kinds.ts"
import { type GcpGround, gcpTopologyOf } from "../dump/gcp/network.ts"
import { readLists } from "../dump/lists.ts"
import { dumpFolder } from "../load-dump.ts"
import { unknownName } from "../names.ts"
import { listed } from "../near.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readName, readOptions } from "../read.ts"
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

export const fromGcp = (folder: string, options: typeof Options.Type = {}): GcpImport => {
  const place = placeOfCall(fromGcp)
  const { listening = {} } = readOptions(Options, options, "fromGcp", place)
  const from = place?.path.slice(0, Math.max(0, place.path.lastIndexOf("/"))) ?? ""
  const found = dumpFolder(readName(folder, "fromGcp(", place), from === "" ? "." : from)
  if (found === undefined)
    return misuse(
      errorOf("D025", `fromGcp("${folder}"): no such folder`, {
        place,
        underlined: folder,
        notes: ["paths are seen from the scenario's folder"],
        help: `make it, and write Google's answers into it: docs/import.md has the commands, the first is ${gcpKinds.networks.command}`
      })
    )
  const findings = openFindings()
  const dump = readLists(found, gcpKinds, { word: "fromGcp", place, unread: gcpUnread }, findings)
  const refuse = (mistakes: typeof findings.mistakes): void => {
    if (mistakes.length > 0) throw new WordMisused(mistakes)
  }
  refuse(findings.mistakes)
  const ground: GcpGround = { dump, findings }
  const strangers = Object.keys(listening).filter((name) => dump.all("instances").every((instance) => instance.name !== name))
  const known = dump.all("instances").map(({ name }) => name)
  const topology = withControlPlanes(
    ground,
    gcpTopologyOf(ground, found.path, (name) => listening[name] ?? [])
  )
  refuse([...findings.mistakes, ...strangers.map((name) => unknownName("fromGcp: listening", "instance", name, known, place))])
  const cluster = (name?: string): Cluster => {
    const asked = placeOfCall(cluster)
    const all = dump.all("clusters")
    const names = all.map((each) => each.name)
    const given = name === undefined && all.length === 1 ? all[0] : all.find((each) => each.name === name)
    if (given === undefined)
      return misuse(
        name === undefined
          ? errorOf("D004", "fromGcp(…).cluster: which one?", {
              place: asked,
              underlined: "cluster",
              notes: [names.length === 0 ? `no cluster is in ${dump.fileOf("clusters")}` : `the dump has ${listed(names)}`],
              help: `write it: ${dump.commandFor("clusters")}`
            })
          : unknownName("fromGcp(…).cluster", "cluster", name, names, asked)
      )
    const own = openFindings()
    const made = gkeClusterFrom({ dump, findings: own }, given, asked)
    refuse(own.mistakes)
    return made
  }
  return { topology, place, notes: findings.told({ what: `fromGcp("${folder}")`, place, underlined: "fromGcp" }), cluster }
}
