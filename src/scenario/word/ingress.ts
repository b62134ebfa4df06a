/**
 * An Ingress, as the load balancer controller makes an application balancer of it: `ingress("shop", { balancer: {…}, rules: [{ path:
 * "/data", service: "shop", port: 80 }] })`. Rules are numbered as the controller does: exact paths first, longer before shorter.
 */
import { Schema } from "effect"
import type { IngressRule } from "../../model/balance/ingress.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions } from "../read.ts"
import { ApplicationBalancer, applicationBalancerOf } from "./balancer.ts"
import type { Described } from "./workload.ts"

const Name = Schema.NonEmptyString
const Backend = Schema.Struct({ service: Name, port: Schema.Int, weight: Schema.optionalKey(Schema.Int) })
const Rule = Schema.Struct({
  host: Schema.optionalKey(Name),
  path: Schema.optionalKey(Name),
  pathType: Schema.optionalKey(Schema.Literals(["Exact", "Prefix"])),
  /** One Service, */
  service: Schema.optionalKey(Name),
  port: Schema.optionalKey(Schema.Int),
  /** or several by weight, */
  forward: Schema.optionalKey(Schema.Array(Backend)),
  /** or an answer at once: 301, 503. */
  answer: Schema.optionalKey(Schema.Int)
})
export const IngressRules = Schema.Array(Rule)

const Options = Schema.Struct({
  namespace: Schema.optionalKey(Name),
  /** Listener ports; 80 when absent. */
  ports: Schema.optionalKey(Schema.Array(Schema.Int)),
  rules: IngressRules,
  balancer: ApplicationBalancer
})

const usualPort = 80

export const ingress = (name: string, options: typeof Options.Type): Described => {
  const place = placeOfCall(ingress)
  const given = readOptions(Options, options, `ingress ${name}`, place)
  return {
    _tag: "Ingress",
    place,
    spec: {
      name: readName(name, "ingress(", place),
      namespace: given.namespace ?? "default",
      ports: given.ports ?? [usualPort],
      rules: given.rules.map(ingressRuleOf),
      loadBalancer: applicationBalancerOf(given.balancer, place)
    }
  }
}

export const ingressRuleOf = ({ host, path, pathType, service, port, forward, answer }: typeof Rule.Type): IngressRule => ({
  ...(host === undefined ? {} : { host }),
  path: path ?? "/",
  pathType: pathType ?? "Prefix",
  action:
    answer === undefined
      ? {
          _tag: "Forward",
          to: [
            ...(service === undefined ? [] : [{ service, port: port ?? usualPort, weight: 1 }]),
            ...(forward ?? []).map((to) => ({ ...to, weight: to.weight ?? 1 }))
          ]
        }
      : { _tag: "Answer", status: answer }
})
