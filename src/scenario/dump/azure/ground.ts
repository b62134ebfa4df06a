/** Finding one's way in Azure's answers: what an ARM id stands for, and how its resource is called here. */
import type { Findings } from "../findings.ts"
import type { Lists } from "../lists.ts"
import type { AzureEntry, AzureKinds } from "./kinds.ts"

export interface AzureGround {
  readonly dump: Lists<AzureKinds>
  readonly findings: Findings
}

/** Kinds whose entries bear an ARM id. */
export type Identified = Exclude<keyof AzureKinds, "learnedRoutes" | "effectiveRoutes" | "serviceTags">

interface Resource {
  readonly id: string
  readonly name: string
}

/** ARM ids differ in case from answer to answer. */
export const sameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

export const nameIn = (id: string): string => id.slice(id.lastIndexOf("/") + 1)

export const groupIn = (id: string): string => /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? ""

/** A part of an ARM id: `virtualNetworks` of a subnet's. */
export const partIn = (id: string, kind: string): string => new RegExp(`/${kind}/([^/]+)`, "i").exec(id)?.[1] ?? ""

/** Its name, with its resource group where several of its kind bear it. */
export const idOf = (ground: AzureGround, kind: Identified, { id, name }: Resource): string =>
  (ground.dump.all(kind) as ReadonlyArray<Resource>).filter((other) => other.name === name).length > 1 ? `${groupIn(id)}/${name}` : name

/** A resource of the answers by its ARM id; a mistake where they do not have it. */
export const behind = <Kind extends Identified>(
  ground: AzureGround,
  kind: Kind,
  id: string,
  by: { readonly entry: object; readonly what: string }
): AzureEntry<Kind> | undefined => {
  const { dump, findings } = ground
  const found = (dump.all(kind) as ReadonlyArray<Resource>).find((each) => sameId(each.id, id))
  const place = dump.placeOf(by.entry)
  if (found === undefined)
    findings.mistake(`${place.path}: ${by.what} names ${nameIn(id)}, which is not in ${dump.fileOf(kind)}`, {
      place,
      underlined: nameIn(id),
      notes: ["the answers were taken at different times, of other resource groups, or of another subscription"],
      help: `write both again: ${dump.commandFor(kind)}`
    })
  return found as AzureEntry<Kind> | undefined
}

export type GivenSubnet = NonNullable<AzureEntry<"vnets">["subnets"]>[number]

export interface KnownSubnet {
  readonly id: string
  readonly network: string
  readonly given: GivenSubnet
  readonly vnet: AzureEntry<"vnets">
}

/** Every subnet by its name, with its network's where several bear it. */
export const subnetsIn = (ground: AzureGround): ReadonlyArray<KnownSubnet> => {
  const all = ground.dump.all("vnets").flatMap((vnet) => (vnet.subnets ?? []).map((given) => ({ vnet, given })))
  return all.map(({ vnet, given }) => {
    const network = idOf(ground, "vnets", vnet)
    const isShared = all.filter((other) => other.given.name === given.name).length > 1
    return { id: isShared ? `${network}/${given.name}` : given.name, network, given, vnet }
  })
}

export const subnetBehind = (ground: AzureGround, id: string): KnownSubnet | undefined =>
  subnetsIn(ground).find(({ given }) => sameId(given.id, id))

/** The subnet of an id; a mistake where no network of the answers has it. */
export const subnetNamed = (ground: AzureGround, id: string, by: { readonly entry: object; readonly what: string }): string | undefined => {
  const found = subnetBehind(ground, id)
  const place = ground.dump.placeOf(by.entry)
  if (found === undefined)
    ground.findings.mistake(`${place.path}: ${by.what} is in ${nameIn(id)}, which is not in ${ground.dump.fileOf("vnets")}`, {
      place,
      underlined: nameIn(id),
      notes: ["the answers were taken at different times, of other resource groups, or of another subscription"],
      help: `write both again: ${ground.dump.commandFor("vnets")}`
    })
  return found?.id
}

export const isV4 = (range: string): boolean => !range.includes(":")

/** The address of a public one, by its ARM id. */
export const publicAddressOf = (
  ground: AzureGround,
  id: string | undefined,
  by: { readonly entry: object; readonly what: string }
): string | undefined => (id === undefined ? undefined : behind(ground, "publicIps", id, by)?.ipAddress)
