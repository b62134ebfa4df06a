/**
 * Routes as Azure shows them of an interface, held against those that the model works out for its subnet: what one has and the other
 * has not is told. The answer does not say whose it is; its file's name does: `effective-routes-<subnet or interface>.json`.
 * Source: Azure docs, diagnose a virtual machine routing problem.
 */
import { effectiveRoutes } from "../../../model/cloud/azure/routes.ts"
import type { AzureTopology } from "../../../model/cloud/azure/topology.ts"
import { type AzureGround, isV4, sameId, subnetBehind } from "./ground.ts"
import { primaryOf } from "./hosts.ts"
import type { AzureEntry } from "./kinds.ts"

type Shown = AzureEntry<"effectiveRoutes">

export const compareEffective = (ground: AzureGround, topology: AzureTopology): void => {
  const files = new Map<string, Array<Shown>>()
  for (const route of ground.dump.all("effectiveRoutes")) {
    const { path } = ground.dump.placeOf(route)
    files.set(path, [...(files.get(path) ?? []), route])
  }
  for (const [path, routes] of files) compareFile(ground, topology, path, routes)
}

/** What follows the first dash that begins a subnet's or an interface's name. */
const subnetOfFile = (ground: AzureGround, topology: AzureTopology, path: string): string | undefined => {
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/i, "")
  const subnet = topology.subnets.find(({ id }) => stem.endsWith(`-${id}`))
  if (subnet !== undefined) return subnet.id
  const nic = [...ground.dump.all("nics"), ...ground.dump.all("vmssNics")].find(({ name }) => stem.endsWith(`-${name}`))
  const id = nic === undefined ? undefined : primaryOf(nic)?.subnet?.id
  return id === undefined ? undefined : subnetBehind(ground, id)?.id
}

const compareFile = (ground: AzureGround, topology: AzureTopology, path: string, shown: ReadonlyArray<Shown>): void => {
  const { findings } = ground
  const id = subnetOfFile(ground, topology, path)
  const subnet = topology.subnets.find((each) => each.id === id)
  if (subnet === undefined) return findings.leftOut(path, "effective routes of an interface or subnet that the file's name does not tell")
  const theirs = new Set(
    shown
      .filter(({ state }) => sameId(state, "Active"))
      .flatMap(({ source, addressPrefix, nextHopType }) =>
        [addressPrefix]
          .flat()
          .filter(isV4)
          .map((prefix) => textOf(source, prefix, nextHopType))
      )
  )
  const ours = new Set(
    effectiveRoutes(topology, subnet)
      .filter(({ state }) => state === "Active")
      .map(({ source, prefix, nextHopType }) => textOf(source, prefix, nextHopType))
  )
  for (const text of theirs)
    if (!ours.has(text)) findings.leftOut(path, `routes of ${subnet.id} that Azure shows and the model has not`, text)
  for (const text of ours)
    if (!theirs.has(text)) findings.filledIn(path, `routes of ${subnet.id} that the model has and Azure does not show`, text)
}

const textOf = (source: string, prefix: string, nextHopType: string): string => `${source} ${prefix} ${nextHopType}`.toLowerCase()
