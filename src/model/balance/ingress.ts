/**
 * An Ingress as the load balancer controller sees it: one application balancer, a listener a port, a target group a backend, rules
 * in order of priority: what comes first and matches decides; nothing matches: 404. Not modelled: conditions on headers, methods
 * and queries, authentication, following a redirect. Source: Application Load Balancer user guide, listener rules.
 */
import { Schema } from "effect"
import { LoadBalancerSpec } from "./spec.ts"

const Name = Schema.NonEmptyString

/** Shares by weight over Services of the Ingress's namespace. */
const Forward = Schema.TaggedStruct("Forward", {
  to: Schema.Array(Schema.Struct({ service: Name, port: Schema.Int, weight: Schema.Int }))
})
/** The balancer answers by itself: a redirect is a fixed answer of 301 or 302. */
const Answer = Schema.TaggedStruct("Answer", { status: Schema.Int })

export const IngressRule = Schema.Struct({
  host: Schema.optionalKey(Name),
  path: Name,
  pathType: Schema.Literals(["Exact", "Prefix"]),
  action: Schema.Union([Forward, Answer])
})
export type IngressRule = typeof IngressRule.Type

export const IngressSpec = Schema.Struct({
  name: Name,
  namespace: Name,
  ports: Schema.Array(Schema.Int),
  rules: Schema.Array(IngressRule),
  loadBalancer: LoadBalancerSpec
})
export type IngressSpec = typeof IngressSpec.Type

/** How an Ingress is named among those that own a balancer; Services are named `namespace/name`. */
export const ingressKey = (named: { readonly namespace: string; readonly name: string }): string =>
  `ingress ${named.namespace}/${named.name}`

/**
 * Rules as the controller numbers them: exact paths before prefixes, longer before shorter, else as they were written.
 * Source: aws-load-balancer-controller, pkg/ingress, sortIngressPaths.
 */
export const byPriority = (rules: ReadonlyArray<IngressRule>): ReadonlyArray<IngressRule> => {
  const rankOf = ({ pathType }: IngressRule): number => (pathType === "Exact" ? 0 : 1)
  const lengthOf = ({ path, pathType }: IngressRule): number => (pathType === "Exact" ? 0 : path.length)
  return rules
    .map((rule, index) => ({ rule, index }))
    .sort((left, right) => rankOf(left.rule) - rankOf(right.rule) || lengthOf(right.rule) - lengthOf(left.rule) || left.index - right.index)
    .map(({ rule }) => rule)
}
