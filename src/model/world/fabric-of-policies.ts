/**
 * NetworkPolicies in the fabric: which sets a pod belongs to (so that others' rules know it), and the filters that its own policies make,
 * on every way in and out. Policies are those of the plan; a pod's labels do not change while it lives.
 * Source: kubernetes.io, Network Policies: policies add up, a pod that any selects for a direction takes only what one of them allows.
 */
import { labelsOfNamespace, selectorMatches } from "../kube/labels.ts"
import type { PolicyRule, PolicySpec } from "../kube/spec.ts"
import { templateOfPod } from "../kube/state.ts"
import type { Filter, FilterRule, Match } from "../net/fabric.ts"
import { withoutPrefixes } from "../net/ip.ts"
import type { View } from "../value/view.ts"
import type { World } from "./world.ts"

type Direction = "ingress" | "egress"
type Peer = View<PolicyRule>["peers"][number]

const setOf = (policy: PolicySpec, direction: Direction, rule: number, peer: number): string =>
  `policy ${policy.namespace}/${policy.name} ${direction} ${rule}.${peer}`

const isPeer = (policy: PolicySpec, peer: Peer, namespace: string, labels: Readonly<Record<string, string>>): boolean =>
  peer.cidr === undefined &&
  (peer.namespaces === undefined ? namespace === policy.namespace : selectorMatches(labelsOfNamespace(namespace), peer.namespaces)) &&
  (peer.pods === undefined || selectorMatches(labels, peer.pods))

/** What its policies, and those of others, make of a pod's attachment. */
export const policiesOf = (
  world: World,
  pod: string
): { readonly sets?: ReadonlyArray<string>; readonly guardsIn?: ReadonlyArray<Filter>; readonly guardsOut?: ReadonlyArray<Filter> } => {
  const { policies: written = [], enforcesPolicies } = world.ground.plan.cluster
  const policies = enforcesPolicies === false ? [] : written
  const known = world.cluster.pods.get(pod)
  const labels = known === undefined ? undefined : templateOfPod(world.cluster, known)?.labels
  if (policies.length === 0 || labels === undefined) return {}
  const namespace = pod.slice(0, pod.indexOf("/"))
  const sets = policies.flatMap((policy) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      (policy[direction] ?? []).flatMap((rule, ruleIndex) =>
        rule.peers.flatMap((peer, peerIndex) =>
          isPeer(policy, peer, namespace, labels) ? [setOf(policy, direction, ruleIndex, peerIndex)] : []
        )
      )
    )
  )
  const own = policies.filter((policy) => policy.namespace === namespace && selectorMatches(labels, policy.selector))
  const guards = (direction: Direction): ReadonlyArray<Filter> => {
    const binding = own.filter((policy) => policy[direction] !== undefined)
    return binding.length === 0 ? [] : [filterOf(pod, binding, direction)]
  }
  const [guardsIn, guardsOut] = [guards("ingress"), guards("egress")]
  return {
    ...(sets.length === 0 ? {} : { sets }),
    ...(guardsIn.length === 0 ? {} : { guardsIn }),
    ...(guardsOut.length === 0 ? {} : { guardsOut })
  }
}

/** Both directions bear one id: what one let out, the other lets back. */
const filterOf = (pod: string, policies: ReadonlyArray<PolicySpec>, direction: Direction): Filter => {
  const origin = { resource: policies.map(({ name }) => `NetworkPolicy ${name}`).join(", "), part: direction }
  return {
    id: `policies ${pod}`,
    origin,
    stateful: true,
    rules: policies.flatMap((policy) => (policy[direction] ?? []).flatMap((rule, index) => rulesOf(policy, rule, direction, index))),
    otherwise: "deny",
    refusal: { reason: "DeniedByFilter", origin, fails: "timeout" }
  }
}

const rulesOf = (policy: PolicySpec, rule: PolicyRule, direction: Direction, index: number): ReadonlyArray<FilterRule> => {
  const ends: ReadonlyArray<Match> =
    rule.peers.length === 0 ? [{}] : rule.peers.map((peer, peerIndex) => endOf(policy, peer, direction, index, peerIndex))
  const ports: ReadonlyArray<Match> =
    rule.ports.length === 0
      ? [{}]
      : rule.ports.map(({ protocol, from, to }) => ({
          protocol,
          ...(from === undefined ? {} : { destinationPorts: [{ from, to: to ?? from }] })
        }))
  const origin = { resource: `NetworkPolicy ${policy.name}`, part: `${direction} rule ${index}` }
  return ends.flatMap((end) => ports.map((port): FilterRule => ({ match: { ...end, ...port }, verdict: "accept", origin })))
}

const endOf = (policy: PolicySpec, peer: Peer, direction: Direction, rule: number, index: number): Match => {
  if (peer.cidr !== undefined) {
    const prefixes = withoutPrefixes(peer.cidr, peer.except ?? [])
    return direction === "ingress" ? { source: prefixes } : { destination: prefixes }
  }
  const set = [setOf(policy, direction, rule, index)]
  return direction === "ingress" ? { sourceSets: set } : { destinationSets: set }
}
