/**
 * `fromEksctl("cluster.yaml")`: the network and the cluster that eksctl makes of a ClusterConfig. What the file leaves to eksctl is filled
 * in as eksctl does, and said; what is not understood is a mistake with its line.
 * Source: eksctl pkg/apis/eksctl.io/v1alpha5 (defaults.go), pkg/vpc.
 */
import { type Diagnostic, errorOf, WordMisused, warningOf } from "../diagnostic.ts"
import { manifestFiles } from "../load-manifests.ts"
import { checkFields } from "../manifest/check-fields.ts"
import { type Manifest, manifestsIn } from "../manifest/document.ts"
import { clusterConfigFields } from "../manifest/eksctl-fields.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName } from "../read.ts"
import { type Cluster, eksAddons, eksCluster } from "./cluster.ts"
import { fargateProfile, selectorsMax } from "./fargate-profile.ts"
import { eksctlVpc, type Network } from "./network.ts"
import { type NodeGroup, nodeGroup } from "./node-group.ts"
import type { Described } from "./workload.ts"

type Values = Readonly<Record<string, unknown>>
const record = (value: unknown): Values => (typeof value === "object" && value !== null ? (value as Values) : {})
const records = (value: unknown): ReadonlyArray<Values> => (Array.isArray(value) ? value.map(record) : [])
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)
const countOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)
const textsOf = (value: unknown): ReadonlyArray<string> | undefined => (Array.isArray(value) ? value.map(String) : undefined)

/** eksctl's own defaults. Zones it would draw: the first three letters of the region stand for them. */
const defaults = { cidr: "192.168.0.0/16", nat: "Single", version: "1.31", instanceType: "m5.large", nodes: 2 } as const
const usualZones = ["a", "b", "c"]
/** In us-east-1 eksctl takes two zones. Source: eksctl pkg/az. */
const zonesOf = (region: string): ReadonlyArray<string> =>
  usualZones.slice(0, region === "us-east-1" ? 2 : 3).map((letter) => `${region}${letter}`)

export interface EksctlCluster {
  readonly network: Network
  /** With what EKS puts into every cluster; workloads are added with `with`. */
  readonly cluster: Cluster
}

export const fromEksctl = (file: string): EksctlCluster => {
  const place = placeOfCall(fromEksctl)
  const folder = place?.path.slice(0, Math.max(0, place.path.lastIndexOf("/"))) ?? ""
  const [found] = manifestFiles(readName(file, "fromEksctl(", place), folder === "" ? "." : folder)
  if (found === undefined)
    return misuse(
      errorOf("D019", `fromEksctl("${file}"): no such file`, { place, underlined: file, help: "paths are seen from the scenario's folder" })
    )
  const { manifests, diagnostics } = manifestsIn(found.path, found.text)
  const config = manifests.find(({ value }) => value["kind"] === "ClusterConfig")
  if (diagnostics.length > 0) throw new WordMisused(diagnostics)
  if (config === undefined)
    return misuse(
      errorOf("D019", `${found.path}: no ClusterConfig in it`, { place, underlined: file, notes: ["eksctl's kind is ClusterConfig"] })
    )
  const findings = checkFields(config, clusterConfigFields, "ClusterConfig")
  const mistakes = [...findings.diagnostics.filter(({ severity }) => severity === "error"), ...missingIn(config)]
  if (mistakes.length > 0) throw new WordMisused(mistakes)
  return made(config, found.path, findings.diagnostics, place)
}

/** What eksctl itself asks for. */
const missingIn = (config: Manifest): ReadonlyArray<Diagnostic> => {
  const metadata = record(config.value["metadata"])
  const missing = (what: string, path: ReadonlyArray<string | number>): Diagnostic =>
    errorOf("D019", `ClusterConfig: ${what} is missing`, { place: config.placeOf(path), help: `add ${what}` })
  const groups = (["nodeGroups", "managedNodeGroups", "fargateProfiles"] as const).flatMap((list) =>
    records(config.value[list]).flatMap((group, index) =>
      textOf(group["name"]) === undefined ? [missing(`${list}.name`, [list, index])] : []
    )
  )
  const selectors = records(config.value["fargateProfiles"]).flatMap((profile, index) => {
    const own = records(profile["selectors"])
    const path = ["fargateProfiles", index] as const
    if (own.length === 0) return [missing("fargateProfiles.selectors", path)]
    if (own.length > selectorsMax)
      return [
        errorOf("D019", `ClusterConfig: fargateProfiles.${index} has ${own.length} selectors`, {
          place: config.placeOf([...path, "selectors"]),
          help: `EKS takes up to ${selectorsMax} a profile: write another`
        })
      ]
    return own.flatMap((selector, at) =>
      textOf(selector["namespace"]) === undefined ? [missing("fargateProfiles.selectors.namespace", [...path, "selectors", at])] : []
    )
  })
  return [
    ...(["name", "region"] as const).flatMap((field) =>
      textOf(metadata[field]) === undefined ? [missing(`metadata.${field}`, ["metadata"])] : []
    ),
    ...groups,
    ...selectors
  ]
}

const made = (config: Manifest, path: string, warnings: ReadonlyArray<Diagnostic>, place: Place | undefined): EksctlCluster => {
  const { value } = config
  const metadata = record(value["metadata"])
  const vpc = record(value["vpc"])
  const [name, region] = [String(metadata["name"]), String(metadata["region"])]
  const filled: Array<string> = []
  const given = <Value>(found: Value | undefined, usual: Value, what: string): Value => {
    if (found === undefined) filled.push(`${what}: ${Array.isArray(usual) ? usual.join(", ") : String(usual)}`)
    return found ?? usual
  }
  const zones = given(textsOf(value["availabilityZones"]), zonesOf(region), "availabilityZones")
  const written = metadata["version"]
  const version = given(written === undefined ? undefined : String(written), defaults.version, "metadata.version")
  const groups = [...records(value["nodeGroups"]), ...records(value["managedNodeGroups"])]
  const network = eksctlVpc({
    name,
    region,
    zones,
    cidr: given(textOf(vpc["cidr"]), defaults.cidr, "vpc.cidr"),
    nat: given(textOf(record(vpc["nat"])["gateway"]) as "Single" | undefined, defaults.nat, "vpc.nat.gateway"),
    nodeGroups: groups.map((group) => String(group["name"]))
  })
  const nodeGroups = groups.map((group) =>
    groupOf(group, zones, (found, usual, what) => given(found, usual, `${String(group["name"])}.${what}`))
  )
  const serviceCidr = textOf(record(value["kubernetesNetworkConfig"])["serviceIPv4CIDR"])
  const cluster = eksCluster({
    name,
    version,
    endpoint: endpointOf(config),
    subnets: zones.map((zone) => `private-${zone}`),
    ...(serviceCidr === undefined ? {} : { serviceCidr })
  }).with(
    ...nodeGroups,
    records(value["fargateProfiles"]).map((profile, index) => profileOf(profile, zones, config.placeOf(["fargateProfiles", index]))),
    eksAddons(),
    [...warnings, ...filledIn(path, filled, place)].map(
      (diagnostic): Described => ({ _tag: "Note", spec: diagnostic, place: diagnostic.place })
    )
  )
  return { network: { ...network, place }, cluster }
}

type Given = <Value>(found: Value | undefined, usual: Value, what: string) => Value

/** Without a wish eksctl takes two nodes, or the least that the group may have. */
const groupOf = (group: Values, zones: ReadonlyArray<string>, given: Given): NodeGroup => {
  const [min, max] = [countOf(group["minSize"]), countOf(group["maxSize"])]
  const nodes = given(countOf(group["desiredCapacity"]), min ?? defaults.nodes, "desiredCapacity")
  const side = group["privateNetworking"] === true ? "private" : "public"
  const maxPods = countOf(group["maxPodsPerNode"])
  const labels = group["labels"] === undefined ? undefined : (record(group["labels"]) as Readonly<Record<string, string>>)
  return nodeGroup(String(group["name"]), {
    instanceType: given(textOf(group["instanceType"]), defaults.instanceType, "instanceType"),
    nodes,
    subnets: (textsOf(group["availabilityZones"]) ?? zones).map((zone) => `${side}-${zone}`),
    ...(maxPods === undefined ? {} : { maxPods }),
    ...(labels === undefined ? {} : { labels }),
    ...(min === undefined && max === undefined ? {} : { scaling: { min: min ?? nodes, max: max ?? Math.max(nodes, min ?? nodes) } })
  })
}

/** Without subnets of its own a profile has all private ones of the cluster. */
const profileOf = (profile: Values, zones: ReadonlyArray<string>, place: Place): Described => ({
  ...fargateProfile(String(profile["name"]), {
    subnets: zones.map((zone) => `private-${zone}`),
    selectors: records(profile["selectors"]).map(({ namespace, labels }) => ({
      namespace: String(namespace),
      ...(labels === undefined ? {} : { labels: record(labels) as Readonly<Record<string, string>> })
    }))
  }),
  place
})

/** Private access with public access beside it, or without; public alone otherwise. */
const endpointOf = (config: Manifest): "public" | "private" | "both" => {
  const endpoints = record(record(config.value["vpc"])["clusterEndpoints"])
  if (endpoints["privateAccess"] !== true) return "public"
  return endpoints["publicAccess"] === false ? "private" : "both"
}

const filledIn = (path: string, filled: ReadonlyArray<string>, place: Place | undefined): ReadonlyArray<Diagnostic> =>
  filled.length === 0
    ? []
    : [
        warningOf("D024", `${path}: ${filled.length} values are filled in`, {
          place,
          underlined: "fromEksctl",
          notes: filled,
          help: "write them into the file, where they matter"
        })
      ]
