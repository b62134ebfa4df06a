/**
 * `fromAws("./dump/")`: the network that an account has, from what `aws … describe-*` wrote into a folder. It is a network as `awsVpc` gives
 * one, and knows its resources by their names; clusters and balancers are asked for. What is filled in, and what is left out because the
 * model has no word for it, is told by file; what is missing is a mistake with the command that writes it. See docs/import.md.
 */
import { Schema } from "effect"
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import { errorOf } from "../diagnostic.ts"
import { type BalancerOptions, balancerFrom } from "../dump/balancers.ts"
import { clusterFrom } from "../dump/clusters.ts"
import { commandFor, type DumpEntry } from "../dump/files.ts"
import { openFindings } from "../dump/findings.ts"
import { type Ground, groundOf } from "../dump/ground.ts"
import { instancesIn } from "../dump/machines.ts"
import { idBehind, type NamedKind, namedKindWords } from "../dump/names.ts"
import { openFolder, refuse } from "../dump/opened.ts"
import { type Dump, readDump } from "../dump/read-dump.ts"
import { topologyOf } from "../dump/topology-of.ts"
import { unknownName } from "../names.ts"
import { listed } from "../near.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName, readOptions } from "../read.ts"
import type { Cluster } from "./cluster.ts"
import type { Network } from "./network.ts"

const Options = Schema.Struct({
  /** What instances listen on, by id or Name tag; no answer of AWS says it. Nothing otherwise. */
  listening: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Array(Schema.Struct({ protocol: Schema.Literals(["tcp", "udp"]), port: Schema.Int })))
  )
})

/** Ids by what people call them: `vpc("shop")`, `subnet("private-a")`, `routeTable("rtb-0a1")`. A name that several bear is a mistake. */
export type AwsNames = { readonly [Kind in NamedKind]: (name: string) => string }

export interface AwsImport extends Network, AwsNames {
  readonly topology: AwsTopology
  /** An instance's private address, for `to.address(…)`. */
  readonly addressOf: (instance: string) => string
  /** An EKS cluster with its node groups, and what EKS puts into every cluster; the only one when it is not named. */
  readonly cluster: (name?: string) => Cluster
  /** A balancer's options, for `service(…, { networkBalancer })` and `ingress(…, { balancer })`. */
  readonly balancer: (name: string) => BalancerOptions
}

export const fromAws = (folder: string, options: typeof Options.Type = {}): AwsImport => {
  const place = placeOfCall(fromAws)
  const { listening = {} } = readOptions(Options, options, "fromAws", place)
  const command = commandFor("vpcs", folder.replace(/\/+$/, ""))
  const found = openFolder(folder, { word: "fromAws", place }, { whose: "AWS's", command })
  const findings = openFindings()
  const dump = readDump(found, findings, place)
  refuse(findings.mistakes)
  const ground = groundOf(dump, findings)
  const topology = topologyOf(ground, (id, name) => listening[id] ?? (name === undefined ? undefined : listening[name]))
  const strangers = Object.keys(listening).flatMap((name) => {
    const id = idBehind(ground, "instance", name, place)
    return typeof id === "string" ? [] : [id]
  })
  refuse([...findings.mistakes, ...strangers])
  return {
    topology,
    place,
    notes: findings.told({ what: `fromAws("${folder}")`, place, underlined: "fromAws" }),
    ...namesOf(ground),
    ...askedOf(dump),
    addressOf: addressesIn(ground)
  }
}

const namesOf = (ground: Ground): AwsNames => {
  const named = (kind: NamedKind) => {
    const word = (name: string): string => {
      const place = placeOfCall(word)
      const id = idBehind(ground, kind, readName(name, `${kind}(`, place), place)
      return typeof id === "string" ? id : misuse(id)
    }
    return word
  }
  return Object.fromEntries(namedKindWords.map((kind) => [kind, named(kind)])) as AwsNames
}

const addressesIn = (ground: Ground): AwsImport["addressOf"] => {
  const addressOf = (instance: string): string => {
    const place = placeOfCall(addressOf)
    const id = idBehind(ground, "instance", readName(instance, "addressOf(", place), place)
    if (typeof id !== "string") return misuse(id)
    const address = instancesIn(ground).find(({ InstanceId }) => InstanceId === id)?.PrivateIpAddress
    return (
      address ??
      misuse(errorOf("D025", `fromAws(…).addressOf: ${id} has no address`, { place, underlined: instance, notes: ["it is terminated"] }))
    )
  }
  return addressOf
}

/** What is read when it is asked for, so that a cluster that nobody plays keeps nothing from being played. */
const askedOf = (dump: Dump): Pick<AwsImport, "cluster" | "balancer"> => {
  const cluster = (name?: string): Cluster => {
    const place = placeOfCall(cluster)
    const given = chosen(dump, "clusters", "cluster", ({ name: own }) => own, name, place)
    return sound(dump, (ground) => clusterFrom(ground, given, place))
  }
  const balancer = (name: string): BalancerOptions => {
    const place = placeOfCall(balancer)
    const given = chosen(dump, "balancers", "balancer", ({ LoadBalancerName: own }) => own, readName(name, "balancer(", place), place)
    return sound(dump, (ground) => balancerFrom(ground, given))
  }
  return { cluster, balancer }
}

/** With findings of its own. */
const sound = <Made>(dump: Dump, work: (ground: Ground) => Made): Made => {
  const findings = openFindings()
  const made = work(groundOf(dump, findings))
  refuse(findings.mistakes)
  return made
}

/** The entry of this name, or the only one. */
const chosen = <Kind extends "clusters" | "balancers">(
  dump: Dump,
  kind: Kind,
  word: string,
  nameOf: (entry: DumpEntry<Kind>) => string,
  name: string | undefined,
  place: Place | undefined
): DumpEntry<Kind> => {
  const all = dump.all(kind)
  if (!dump.has(kind))
    misuse(
      errorOf("D025", `${dump.fileOf(kind)} is missing: a ${word} is asked for`, {
        place,
        underlined: word,
        help: `write it: ${commandFor(kind, dump.folder)}`
      })
    )
  const [first] = all
  const found = name === undefined ? (all.length === 1 ? first : undefined) : all.find((entry) => nameOf(entry) === name)
  if (found !== undefined) return found
  const known = all.map(nameOf)
  return misuse(
    name === undefined
      ? errorOf("D004", `fromAws(…).${word}: which one?`, { place, underlined: word, notes: [`the dump has ${listed(known)}`] })
      : unknownName(`fromAws(…).${word}`, word, name, known, place)
  )
}
