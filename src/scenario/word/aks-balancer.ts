/**
 * An Ingress at AKS with the Application Gateway Ingress Controller: one gateway in a subnet of its own, listeners and rules for every
 * path, pods as backends by their addresses. The controller writes through Azure's Resource Manager, and the gateway has to reach it.
 * Not modelled: rewrites, private listeners, health probes said by annotations, nodes as backends.
 * Source: Azure/application-gateway-kubernetes-ingress docs and pkg/appgw/healthprobes; Application Gateway docs, infrastructure.
 */
import { Schema } from "effect"
import type { LoadBalancerSpec } from "../../model/balance/spec.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions } from "../read.ts"
import { IngressRules, ingressRuleOf } from "./ingress.ts"
import type { Described } from "./workload.ts"

const Name = Schema.NonEmptyString

const Options = Schema.Struct({
  namespace: Schema.optionalKey(Name),
  /** Listener ports; 80 when absent. */
  ports: Schema.optionalKey(Schema.Array(Schema.Int)),
  rules: IngressRules,
  /** The gateway's own subnet. */
  subnet: Name,
  /** Its public address, where it is known. */
  address: Schema.optionalKey(Schema.String)
})

/** Source: application-gateway-kubernetes-ingress, default probe. */
const usualCheck: LoadBalancerSpec["healthCheck"] = {
  protocol: "http",
  intervalMs: 30_000,
  timeoutMs: 30_000,
  unhealthyThreshold: 3,
  healthyThreshold: 1
}
const usualPort = 80
/** Azure's Resource Manager, whose addresses are Azure's; one of TEST-NET-3 (RFC 5737) stands in for them. */
export const resourceManager = "203.0.113.251"

export const agicIngress = (name: string, options: typeof Options.Type): Described => {
  const place = placeOfCall(agicIngress)
  const { namespace, ports, rules, subnet, address } = readOptions(Options, options, `agicIngress ${name}`, place)
  return {
    _tag: "Ingress",
    place,
    spec: {
      name: readName(name, "agicIngress(", place),
      namespace: namespace ?? "default",
      ports: ports ?? [usualPort],
      rules: rules.map(ingressRuleOf),
      loadBalancer: {
        id: `agw-${name}`,
        dnsName: `${name}.agw.example`,
        kind: "application",
        frontEnd: "both",
        subnets: [subnet],
        groups: [],
        crossZone: true,
        targetType: "ip",
        healthCheck: usualCheck,
        managedVia: resourceManager,
        ...(address === undefined ? {} : { address })
      }
    }
  }
}
