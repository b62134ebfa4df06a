/**
 * Everything that filters at an instance, as one filter of several stages for each direction: policies of the organization and of
 * folders from the top down, then the network's rules and its policies in the order that the network says, then what is implied.
 * A decision ends the row, `goto_next` and no match go on. Connections are remembered: replies pass.
 * Not modelled: secure tags, threat intelligence, FQDN objects, protocols without a flow of their own (esp, ah, sctp, ipip).
 * Source: VPC docs, firewall rules; Cloud NGFW docs, firewall policies, evaluation order.
 */
import type { Filter, FilterRule, Match } from "../../net/fabric.ts"
import type { PortRange } from "../../net/flow.ts"
import type { Origin } from "../../net/origin.ts"
import { compareText } from "../../value/text.ts"
import { lastPriority } from "./limits.ts"
import type { GcpTopology } from "./topology.ts"
import { accountSet, found, tagSet } from "./topology-lookup.ts"

type Rule = GcpTopology["firewallRules"][number]
type Policy = NonNullable<GcpTopology["firewallPolicies"]>[number]
type PolicyRule = Policy["rules"][number]
type Layer4 = Rule["layer4"][number]
export type Direction = Rule["direction"]

/** Where a filter stands: the network, the region, and the sets of its port. */
export interface Standing {
  readonly network: string
  readonly region: string
  readonly sets: ReadonlyArray<string>
}

/** A rule without its stage. */
type Bare = Omit<FilterRule, "stage">

const portRange = (text: string): PortRange => {
  const [from, to] = text.split("-")
  return { from: Number(from), to: Number(to ?? from) }
}

/** Protocols that no flow has match nothing. */
const layer4Match = ({ protocol, ports }: Layer4): ReadonlyArray<Match> => {
  switch (protocol) {
    case "all":
      return [{ protocol: "any" }]
    case "tcp":
    case "udp":
      return [{ protocol, ...(ports === undefined ? {} : { destinationPorts: ports.map(portRange) }) }]
    case "icmp":
      return [{ protocol }]
    default:
      return []
  }
}

const layer4Text = (layer4: ReadonlyArray<Layer4>): string =>
  layer4.map(({ protocol, ports }) => (ports === undefined ? protocol : `${protocol} ${ports.join(",")}`)).join("; ")

const rulesFrom = (
  layer4: ReadonlyArray<Layer4>,
  ends: ReadonlyArray<Match>,
  verdict: FilterRule["verdict"],
  origin: Origin
): ReadonlyArray<Bare> =>
  ends.flatMap((end) => layer4.flatMap(layer4Match).map((match): Bare => ({ match: { ...match, ...end }, verdict, origin })))

/** Lower priority first; at the same, deny first; then by name. */
const inOrder = <T extends { readonly priority: number; readonly action: string }>(
  rules: ReadonlyArray<T>,
  nameOf: (rule: T) => string
): ReadonlyArray<T> =>
  [...rules].sort(
    (left, right) =>
      left.priority - right.priority ||
      Number(left.action !== "deny") - Number(right.action !== "deny") ||
      compareText(nameOf(left), nameOf(right))
  )

const anywhere: ReadonlyArray<Match> = [{}]

const rangesMatch = (
  direction: Direction,
  sources: ReadonlyArray<string> | undefined,
  destinations: ReadonlyArray<string> | undefined
): Match => ({
  ...(sources === undefined ? {} : { source: sources }),
  ...(direction === "ingress" || destinations === undefined ? {} : { destination: destinations })
})

/** Any of an ingress rule's ranges, tags and accounts. */
const endsOf = (rule: Rule): ReadonlyArray<Match> => {
  const { network, direction, sourceRanges, destinationRanges, sourceTags, sourceServiceAccounts } = rule
  if (direction === "egress") return [rangesMatch(direction, sourceRanges, destinationRanges)]
  const sets = [
    ...(sourceTags ?? []).map((tag) => tagSet(network, tag)),
    ...(sourceServiceAccounts ?? []).map((account) => accountSet(network, account))
  ]
  const ends = [...(sourceRanges === undefined ? [] : [{ source: sourceRanges }]), ...(sets.length === 0 ? [] : [{ sourceSets: sets }])]
  return ends.length === 0 ? anywhere : ends
}

const targetsOf = ({ network, targetTags, targetServiceAccounts }: Rule): ReadonlyArray<string> => [
  ...(targetTags ?? []).map((tag) => tagSet(network, tag)),
  ...(targetServiceAccounts ?? []).map((account) => accountSet(network, account))
]

/** The sets that some rule or policy is meant for: others make no difference to what filters at a port. */
export const targetSets = (topology: GcpTopology): ReadonlyArray<string> => [
  ...topology.firewallRules.flatMap(targetsOf),
  ...(topology.firewallPolicies ?? []).flatMap(({ rules }) =>
    rules.flatMap(({ targetServiceAccounts }) =>
      topology.networks.flatMap(({ id }) => (targetServiceAccounts ?? []).map((account) => accountSet(id, account)))
    )
  )
]

const isTarget = (rule: Rule, { network, sets }: Standing): boolean => {
  if (rule.network !== network || rule.disabled === true) return false
  const targets = targetsOf(rule)
  return targets.length === 0 || targets.some((target) => sets.includes(target))
}

const networkRules = (topology: GcpTopology, standing: Standing, direction: Direction): ReadonlyArray<Bare> =>
  inOrder(
    topology.firewallRules.filter((rule) => rule.direction === direction && isTarget(rule, standing)),
    ({ id }) => id
  ).flatMap((rule) => {
    const part = `priority ${rule.priority} ${direction} ${rule.action} ${layer4Text(rule.layer4)}`
    return rulesFrom(rule.layer4, endsOf(rule), rule.action === "allow" ? "accept" : "deny", { resource: rule.id, part })
  })

const policyVerdict = { allow: "accept", deny: "deny", goto_next: "pass" } as const

const policyRules = (policy: Policy, { network, sets }: Standing, direction: Direction): ReadonlyArray<Bare> => {
  const isMeant = ({ disabled, targetNetworks, targetServiceAccounts, ...rule }: PolicyRule): boolean =>
    rule.direction === direction &&
    disabled !== true &&
    (targetNetworks === undefined || targetNetworks.includes(network)) &&
    (targetServiceAccounts === undefined || targetServiceAccounts.some((account) => sets.includes(accountSet(network, account))))
  return inOrder(policy.rules.filter(isMeant), ({ layer4 }) => layer4Text(layer4)).flatMap((rule) => {
    const part = `priority ${rule.priority} ${direction} ${rule.action} ${layer4Text(rule.layer4)}`
    const ends = [rangesMatch(direction, rule.sourceRanges, rule.destinationRanges)]
    return rulesFrom(rule.layer4, ends, policyVerdict[rule.action], { resource: policy.id, part })
  })
}

/** Folders of a project, from the top down. */
const foldersOf = (topology: GcpTopology, network: string): ReadonlyArray<string> => {
  const { project } = found(topology.networks, network, "network")
  const path: Array<string> = []
  let folder = project === undefined ? undefined : topology.projects?.find(({ id }) => id === project)?.folder
  while (folder !== undefined && !path.includes(folder)) {
    path.unshift(folder)
    folder = found(topology.folders ?? [], folder, "folder").parent
  }
  return path
}

/** All stages, in their order. */
const stagesOf = (topology: GcpTopology, standing: Standing, direction: Direction): ReadonlyArray<ReadonlyArray<Bare>> => {
  const { network, region } = standing
  const policies = topology.firewallPolicies ?? []
  const rulesOf = (isIt: (policy: Policy) => boolean): ReadonlyArray<ReadonlyArray<Bare>> =>
    policies.filter(isIt).map((policy) => policyRules(policy, standing, direction))
  const classic = [networkRules(topology, standing, direction)]
  const ofNetwork = [
    ...rulesOf(({ attachedTo }) => attachedTo._tag === "Global" && attachedTo.networks.includes(network)),
    ...rulesOf(({ attachedTo }) => attachedTo._tag === "Region" && attachedTo.networks.includes(network) && attachedTo.region === region)
  ]
  const { firewallOrder } = found(topology.networks, network, "network")
  return [
    ...rulesOf(({ attachedTo }) => attachedTo._tag === "Organization"),
    ...foldersOf(topology, network).flatMap((folder) =>
      rulesOf(({ attachedTo }) => attachedTo._tag === "Folder" && attachedTo.folder === folder)
    ),
    ...(firewallOrder === "AFTER_CLASSIC_FIREWALL" ? [...classic, ...ofNetwork] : [...ofNetwork, ...classic])
  ]
}

/** Both directions bear one id: they share their memory. */
export const firewallFilter = (topology: GcpTopology, standing: Standing, direction: Direction): Filter => {
  const verdict = direction === "egress" ? "accept" : "deny"
  const implied: Origin = {
    resource: standing.network,
    part: `implied ${verdict === "deny" ? "deny" : "allow"} ${direction} ${lastPriority}`
  }
  const stages = [...stagesOf(topology, standing, direction), [{ match: {}, verdict, origin: implied } as const]]
  return {
    id: `firewall ${standing.network}`,
    origin: { resource: standing.network, part: `firewall ${direction}` },
    stateful: true,
    rules: stages.flatMap((rules, stage) => rules.map((rule) => ({ ...rule, stage }))),
    otherwise: "deny",
    refusal: { reason: "DeniedByFilter", code: "FIREWALL_RULE", origin: implied, fails: "timeout" }
  }
}
