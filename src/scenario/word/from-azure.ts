/**
 * `fromAzure("./dump/")`: the network that a subscription has, from what `az … list -o json` wrote into a folder, or the REST API answered.
 * Resources keep their names. Clusters are asked for. What is filled in and what is left out is told by file. See docs/import.md.
 */
import { Schema } from "effect"
import type { AzureTopology } from "../../model/cloud/azure/topology.ts"
import { aksClusterFrom, egressIn, withPodRoutes } from "../dump/azure/clusters.ts"
import { compareEffective } from "../dump/azure/effective.ts"
import type { AzureGround } from "../dump/azure/ground.ts"
import {
  firewallsIn,
  instancesIn,
  type Listening,
  loadBalancersIn,
  natGatewaysIn,
  privateEndpointsIn,
  withLoopbacks
} from "../dump/azure/hosts.ts"
import { azureKinds, azureUnread } from "../dump/azure/kinds.ts"
import {
  applicationGroupsIn,
  gatewaysIn,
  networksIn,
  peeringsIn,
  routeTablesIn,
  securityGroupsIn,
  serviceTagsIn,
  subnetsOf
} from "../dump/azure/network.ts"
import { openFindings } from "../dump/findings.ts"
import { readLists } from "../dump/lists.ts"
import { clusterWord, openFolder, refuse, strangersIn } from "../dump/opened.ts"
import { placeOfCall } from "../place.ts"
import { readOptions } from "../read.ts"
import type { AzureNetwork } from "./azure-network.ts"
import type { Cluster } from "./cluster.ts"

const Options = Schema.Struct({
  /** What machines listen on, by name; no answer of Azure's says it. Nothing otherwise. */
  listening: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Array(Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), port: Schema.Int })))
  )
})

export interface AzureImport extends AzureNetwork {
  /** An AKS cluster with its node pools, and what AKS puts into every cluster; the only one when it is not named. */
  readonly cluster: (name?: string) => Cluster
}

const word = "fromAzure"

export const fromAzure = (folder: string, options: typeof Options.Type = {}): AzureImport => {
  const place = placeOfCall(fromAzure)
  const { listening = {} } = readOptions(Options, options, word, place)
  const found = openFolder(folder, { word, place }, { whose: "Azure's", command: azureKinds.vnets.command })
  const findings = openFindings()
  const dump = readLists(found, azureKinds, { word, place, unread: azureUnread }, findings)
  refuse(findings.mistakes)
  const ground: AzureGround = { dump, findings }
  const written = withLoopbacks(topologyOf(ground, found.path, (name) => listening[name] ?? []))
  compareEffective(ground, written)
  const topology = withPodRoutes(ground, written)
  refuse([
    ...findings.mistakes,
    ...strangersIn(
      listening,
      topology.instances.map(({ id }) => id),
      { word, place }
    )
  ])
  return {
    topology,
    place,
    notes: findings.told({ what: `${word}("${folder}")`, place, underlined: word }),
    cluster: clusterWord(word, {
      all: dump.all("clusters"),
      file: dump.fileOf("clusters"),
      command: dump.commandFor("clusters"),
      made: (given, own, asked) => aksClusterFrom({ dump, findings: own }, given, asked)
    })
  }
}

const topologyOf = (ground: AzureGround, id: string, listening: Listening): AzureTopology => {
  const { dump } = ground
  const [routeTables, securityGroups, groups] = [routeTablesIn(ground), securityGroupsIn(ground), applicationGroupsIn(ground)]
  const zones = [
    ...dump.all("vms").flatMap((vm) => vm.zones ?? []),
    ...dump.all("natGateways").flatMap((nat) => nat.zones ?? []),
    ...dump
      .all("clusters")
      .flatMap(({ agentPoolProfiles }) => (agentPoolProfiles ?? []).flatMap(({ availabilityZones }) => availabilityZones ?? []))
  ]
  return {
    _tag: "AzureTopology",
    id,
    region: dump.all("vnets")[0]?.location ?? "",
    zones: [...new Set(zones)].sort(),
    networks: networksIn(ground),
    subnets: subnetsOf(ground),
    routeTables,
    securityGroups,
    instances: instancesIn(ground, listening),
    applicationSecurityGroups: groups,
    serviceTags: serviceTagsIn(ground, { routeTables, securityGroups, groups }),
    peerings: peeringsIn(ground),
    ...gatewaysIn(ground),
    natGateways: natGatewaysIn(ground),
    privateEndpoints: privateEndpointsIn(ground),
    loadBalancers: loadBalancersIn(ground),
    appliances: firewallsIn(ground),
    clusters: egressIn(ground)
  }
}
