/**
 * From a draft to its plan: names that belong together are put together, defaults are filled in, every part is checked against the
 * others, and the place of every call is kept beside the plan. All mistakes are told at once.
 */

import type { LoadBalancerSpec } from "../model/balance/spec.ts"
import type { AwsTopology } from "../model/cloud/aws/topology.ts"
import type { Action } from "../model/fault/action.ts"
import type { ClusterSpec } from "../model/kube/spec.ts"
import { canonicalText } from "../model/value/canonical.ts"
import { formatDuration } from "../model/value/instant.ts"
import type { SettingValue } from "../model/value/setting.ts"
import { completeSettings } from "../model/world/settings.ts"
import { checkAks } from "./check-aks.ts"
import { checkAzure } from "./check-azure.ts"
import { checkCapacity } from "./check-capacity.ts"
import { checkCluster } from "./check-cluster.ts"
import { checkFargate } from "./check-fargate.ts"
import { checkGcp, checkGke } from "./check-gcp.ts"
import { checkOutside } from "./check-outside.ts"
import { checkPlacing } from "./check-placing.ts"
import { checkExpectations, checkProbes, checkTimeline } from "./check-timeline.ts"
import { checkFlat, checkTopology } from "./check-topology.ts"
import { withClusterGroup } from "./cluster-group.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import type { Expectation } from "./expectation.ts"
import { joinedAtAzure, lostApiServer } from "./joined-at-azure.ts"
import { joinedAtGcp } from "./joined-at-gcp.ts"
import { listed, meant } from "./near.ts"
import { type Place, type Places, Plan, planFormat } from "./plan.ts"
import { privateEndpointOf } from "./private-endpoint.ts"
import { publicSubnetsOf } from "./public-subnets.ts"
import { mistakesIn } from "./read.ts"
import { readSetting } from "./settings.ts"
import type { Shape } from "./word/claim.ts"
import { type Cluster, clusterSpecOf, ownGroupBalancers } from "./word/cluster.ts"
import type { BalancerChange, Placed, Told } from "./word/draft.ts"
import type { DescribedNetwork } from "./word/network.ts"
import type { Described } from "./word/workload.ts"

/** A plan with the places of its parts, or what keeps the draft from being one. Warnings let it play. */
export interface Planned {
  readonly plan: Plan | undefined
  readonly places: Places
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** `changed`: settings of the command line; they win over the draft's own. */
export const planOf = (draft: Told, changed: ReadonlyArray<{ readonly name: string; readonly value: unknown }> = []): Planned => {
  const notes = (draft.cluster?.described ?? []).flatMap((part) => (part._tag === "Note" ? [part.spec] : []))
  const diagnostics: Array<Diagnostic> = [...missingOf(draft), ...(draft.network?.notes ?? []), ...notes]
  const places = placesOf(draft)
  const { network, cluster, until } = draft
  const settings = settingsOf(draft, changed, diagnostics)
  if (network === undefined || cluster === undefined || until === undefined) return { plan: undefined, places, diagnostics }
  const { topology, spec, diagnostics: unmet } = joined(network.topology, cluster)
  diagnostics.push(...unmet)
  const balanced = withBalancers(spec, draft, diagnostics)
  const timeline = draft.timeline.map(({ value }) => value).sort((left, right) => left.atMs - right.atMs)
  const plan: Plan = {
    format: planFormat,
    name: draft.name,
    about: draft.about,
    lesson: draft.lesson,
    topology,
    cluster: balanced,
    probes: draft.probes.map(({ value }) => value),
    ...(draft.outside.length === 0 ? {} : { outside: draft.outside.map(({ value }) => value) }),
    timeline,
    untilMs: until.value,
    expectations: draft.expectations.flatMap((placed) => expectationOf(placed, draft, until.value, diagnostics)),
    settings
  }
  diagnostics.push(
    ...checkNetwork(topology, network.place),
    ...checkAks(plan, places),
    ...checkGke(plan, places),
    ...checkCapacity(plan, places),
    ...checkCluster(plan, places),
    ...checkPlacing(plan, places),
    ...checkFargate(plan, places),
    ...checkOutside(plan, places),
    ...checkTimeline(plan, places),
    ...checkProbes(plan, places),
    ...checkExpectations(plan, places)
  )
  diagnostics.push(...mistakesIn(Plan, plan, `drill "${draft.name}"`, draft.place))
  return { plan: diagnostics.some(({ severity }) => severity === "error") ? undefined : plan, places, diagnostics }
}

const checkNetwork = (topology: DescribedNetwork, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  switch (topology._tag) {
    case "AwsTopology":
      return checkTopology(topology, place)
    case "AzureTopology":
      return checkAzure(topology, place)
    case "GcpTopology":
      return checkGcp(topology, place)
    case "FlatTopology":
      return checkFlat(topology, place)
  }
}

const missingOf = (draft: Told): ReadonlyArray<Diagnostic> => {
  const missing = (what: string, line: string) =>
    errorOf("D008", `drill "${draft.name}" says no ${what}`, { place: draft.place, underlined: "drill", help: `add ${line}` })
  return [
    ...(draft.network === undefined ? [missing("network", ".topology(eksctlVpc({ … }))")] : []),
    ...(draft.cluster === undefined ? [missing("cluster", ".cluster(eksCluster({ … }))")] : []),
    ...(draft.until === undefined ? [missing("end", '.until("45m")')] : [])
  ]
}

const idOfPart = (part: Exclude<Described, { readonly _tag: "Note" }>): string => {
  switch (part._tag) {
    case "Volume":
      return part.spec.name
    case "FargateProfile":
      return part.spec.name
    case "PodAutoscaler":
      return part.spec.workload
    case "Unmodelled":
      return part.spec.subject
    default:
      return `${part.spec.namespace}/${part.spec.name}`
  }
}

/** In the plan's order: the timeline by time, the rest as written. */
const placesOf = (draft: Told): Places => {
  const places: Record<string, Place> = {}
  const put = (key: string, place: Place | undefined): void => {
    if (place !== undefined) places[key] = place
  }
  put("drill", draft.place)
  put("topology", draft.network?.place)
  put("cluster", draft.cluster?.place)
  put("until", draft.until?.place)
  const timeline = [...draft.timeline].sort((left, right) => left.value.atMs - right.value.atMs)
  for (const [index, { place }] of timeline.entries()) put(`timeline/${index}`, place)
  for (const { value, place } of draft.probes) put(`probe/${value.id}`, place)
  for (const { value, place } of draft.outside) put(`outside/${value.id}`, place)
  for (const { value, place } of draft.expectations) put(`expectation/${value.id}`, place)
  for (const { value, place } of draft.settings) put(`setting/${value.name}`, place)
  for (const part of draft.cluster?.described ?? []) {
    if (part._tag === "Note") continue
    const name = idOfPart(part)
    put(`${part._tag.toLowerCase()}/${name}`, part.place)
  }
  for (const group of draft.cluster?.nodeGroups ?? []) put(`nodeGroup/${group.name}`, group.place)
  return places
}

const settingsOf = (
  draft: Told,
  changed: ReadonlyArray<{ readonly name: string; readonly value: unknown }>,
  diagnostics: Array<Diagnostic>
): Plan["settings"] => {
  const values: Record<string, SettingValue> = {}
  const said = [...draft.settings, ...changed.map((value) => ({ value, place: undefined }))]
  for (const { value, place } of said) {
    const read = readSetting(value.name, value.value, place)
    if ("code" in read) diagnostics.push(read)
    else values[read.name] = read.value
  }
  return completeSettings(values)
}

/** The in-tree controller gives a balancer a security group of its own, and lets it into the first group of every node. */
const joined = (topology: DescribedNetwork, cluster: Cluster): Joined => {
  switch (topology._tag) {
    case "AwsTopology":
      return joinedAtAws(topology, cluster)
    case "AzureTopology":
      return { ...joinedAtAzure(topology, cluster), diagnostics: lostApiServer(topology, cluster) }
    case "GcpTopology":
      return { ...joinedAtGcp(topology, cluster), diagnostics: [] }
    case "FlatTopology":
      return {
        topology,
        diagnostics: [],
        spec: clusterSpecOf(cluster, new Map(topology.subnets.map(({ id, cidr }) => [id, { id, cidr, isPublic: false, isOwn: true }])), {
          endpoint: "inside",
          address: topology.apiAddress
        })
      }
  }
}

interface Joined {
  readonly topology: DescribedNetwork
  readonly spec: ClusterSpec
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** The VPC that the cluster stands in: that of the subnets it names, or of the first node group that names any. */
const vpcOf = (topology: AwsTopology, cluster: Cluster): string => {
  const named = [
    ...cluster.nodeGroups.flatMap(({ options }) =>
      typeof options.nodes === "number" ? (options.subnets ?? []) : options.nodes.map(({ subnet }) => subnet)
    ),
    ...cluster.described.flatMap((part) => (part._tag === "FargateProfile" ? part.spec.subnets : []))
  ]
  const [first] = [...(cluster.subnets ?? []), ...named]
  return topology.subnets.find(({ id }) => id === first)?.vpc ?? topology.vpcs[0]?.id ?? ""
}

const joinedAtAws = (described: AwsTopology, cluster: Cluster): Joined => {
  const endpoint = privateEndpointOf(described, cluster)
  const topology = endpoint?.topology ?? described
  const open = publicSubnetsOf(topology)
  const own = vpcOf(topology, cluster)
  const spec = clusterSpecOf(
    cluster,
    new Map(
      topology.subnets.map(({ id, cidr, vpc, zone, tags }) => [
        id,
        { id, cidr, zone, isPublic: open.has(id), isOwn: vpc === own, ...(tags === undefined ? {} : { tags }) }
      ])
    ),
    endpoint?.api
  )
  const balancers = ownGroupBalancers(spec)
  const nodeGroups = new Set([...spec.nodes, ...(spec.fargateProfiles ?? [])].flatMap(({ groups }) => groups.slice(0, 1)))
  const everything = { protocol: "all", fromPort: 0, toPort: 65_535 } as const
  return {
    spec,
    diagnostics: endpoint?.diagnostics ?? [],
    topology: {
      ...topology,
      securityGroups: [
        ...withClusterGroup(topology.securityGroups, spec, own).map((group) =>
          nodeGroups.has(group.id)
            ? { ...group, ingress: [...group.ingress, ...balancers.map((balancer) => ({ ...everything, peer: balancer.group }))] }
            : group
        ),
        ...balancers.map(({ group, ports }) => ({
          id: group,
          vpc: own,
          ingress: ports.map((port) => ({ protocol: "tcp" as const, fromPort: port, toPort: port, peer: "0.0.0.0/0" })),
          egress: [{ ...everything, peer: "0.0.0.0/0" }]
        }))
      ]
    }
  }
}

const withBalancers = (spec: ClusterSpec, draft: Told, diagnostics: Array<Diagnostic>): ClusterSpec => {
  let { services, ingresses } = spec
  for (const { value, place } of draft.balancers) {
    const names = [...services, ...(ingresses ?? [])].flatMap(({ name, loadBalancer }) =>
      loadBalancer === undefined ? [] : [name, loadBalancer.id]
    )
    if (!names.includes(value.id)) {
      diagnostics.push(
        errorOf("D004", `balancer "${value.id}" is not there`, {
          place,
          underlined: value.id,
          notes: [`Services and Ingresses with a balancer, and their balancers: ${listed(names)}`],
          help: meant(value.id, names)
        })
      )
    }
    services = services.map((service) =>
      isMeant(service, value.id) ? { ...service, loadBalancer: changed(service.loadBalancer, value.change) } : service
    )
    ingresses = ingresses?.map((ingress) =>
      isMeant(ingress, value.id) ? { ...ingress, loadBalancer: changed(ingress.loadBalancer, value.change) } : ingress
    )
  }
  return { ...spec, services, ...(ingresses === undefined ? {} : { ingresses }) }
}

const isMeant = <Owner extends { readonly name: string; readonly loadBalancer?: LoadBalancerSpec }>(
  owner: Owner,
  id: string
): owner is Owner & { readonly loadBalancer: LoadBalancerSpec } =>
  owner.loadBalancer !== undefined && (owner.name === id || owner.loadBalancer.id === id)

const changed = (spec: LoadBalancerSpec, { crossZone, unhealthyThreshold }: BalancerChange): LoadBalancerSpec => ({
  ...spec,
  ...(crossZone === undefined ? {} : { crossZone }),
  ...(unhealthyThreshold === undefined ? {} : { healthCheck: { ...spec.healthCheck, unhealthyThreshold } })
})

const isSameAction = (left: Action, right: Action): boolean => canonicalText(left) === canonicalText(right)

const expectationOf = (
  { value: { id, shape }, place }: Placed<{ readonly id: string; readonly shape: Shape }>,
  draft: Told,
  untilMs: number,
  diagnostics: Array<Diagnostic>
): ReadonlyArray<Expectation> => {
  if (shape._tag === "Sustained")
    return [{ _tag: "Sustained", id, claim: shape.claim, fromMs: shape.from ?? 0, untilMs: shape.until ?? untilMs }]
  const { after } = shape
  if (typeof after === "number") return [{ _tag: "Recovered", id, claim: shape.claim, afterMs: after, withinMs: shape.within }]
  const entries = draft.timeline.filter(({ value }) => isSameAction(value.action, after))
  if (entries.length === 1 && entries[0] !== undefined)
    return [{ _tag: "Recovered", id, claim: shape.claim, afterMs: entries[0].value.atMs, withinMs: shape.within }]
  const times = entries.map(({ value }) => formatDuration(value.atMs))
  diagnostics.push(
    errorOf("D004", `expectation "${id}" is after an action that the timeline has ${entries.length === 0 ? "not" : "more than once"}`, {
      place,
      underlined: "after",
      notes: entries.length === 0 ? [`the timeline has ${draft.timeline.length} entries`] : [`at ${times.join(", ")}`],
      help: `write the time instead: .after("${times[0] ?? "2m"}")`
    })
  )
  return []
}
