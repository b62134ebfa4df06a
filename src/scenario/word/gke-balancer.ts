/**
 * Balancers at GKE, with the defaults of the controllers that make them: an Ingress becomes an Application Load Balancer at Google's
 * edge, a Service of type LoadBalancer a passthrough one, outside or inside the network.
 * Not modelled: regional proxies, BackendConfig beyond the health check, Gateway, draining of backends.
 * Source: kubernetes/ingress-gce pkg/healthchecks, cloud-provider-gcp gce_loadbalancer; GKE docs, internal load balancer subsetting.
 */
import { Schema } from "effect"
import type { LoadBalancerSpec } from "../../model/balance/spec.ts"
import type { ServiceSpec } from "../../model/kube/spec.ts"
import { placeOfCall } from "../place.ts"
import { readName, readOptions } from "../read.ts"
import { IngressRules, ingressRuleOf } from "./ingress.ts"
import type { Described } from "./workload.ts"

const Name = Schema.NonEmptyString

const IngressOptions = Schema.Struct({
  namespace: Schema.optionalKey(Name),
  /** Listener ports; 80 when absent. */
  ports: Schema.optionalKey(Schema.Array(Schema.Int)),
  rules: IngressRules,
  /** Pods by their address (network endpoint groups), which is the default, or nodes by their node port. */
  backends: Schema.optionalKey(Schema.Literals(["endpointGroups", "instanceGroups"])),
  /** Its global address, where it is known. */
  address: Schema.optionalKey(Schema.String)
})

type Check = LoadBalancerSpec["healthCheck"]

/** Source: ingress-gce pkg/healthchecks, defaults for network endpoint groups and for instance groups. */
const endpointCheck: Check = { protocol: "http", intervalMs: 15_000, timeoutMs: 15_000, unhealthyThreshold: 2, healthyThreshold: 1 }
const instanceCheck: Check = { protocol: "http", intervalMs: 60_000, timeoutMs: 60_000, unhealthyThreshold: 10, healthyThreshold: 1 }
/** Source: cloud-provider-gcp, gce_healthchecks; the second for external traffic policy Local. */
const layer4Check: Check = { protocol: "http", intervalMs: 8_000, timeoutMs: 1_000, unhealthyThreshold: 3, healthyThreshold: 1 }
const localCheck: Check = { protocol: "http", intervalMs: 3_000, timeoutMs: 1_000, unhealthyThreshold: 2, healthyThreshold: 1 }

const usualPort = 80

/** An Ingress of GKE's own class; where its front end stands is found when the cluster meets its network. */
export const gkeIngress = (name: string, options: typeof IngressOptions.Type): Described => {
  const place = placeOfCall(gkeIngress)
  const { namespace, ports, rules, backends, address } = readOptions(IngressOptions, options, `gkeIngress ${name}`, place)
  const byAddress = (backends ?? "endpointGroups") === "endpointGroups"
  return {
    _tag: "Ingress",
    place,
    spec: {
      name: readName(name, "gkeIngress(", place),
      namespace: namespace ?? "default",
      ports: ports ?? [usualPort],
      rules: rules.map(ingressRuleOf),
      loadBalancer: {
        id: `k8s2-${name}`,
        dnsName: `${name}.gke.example`,
        kind: "application",
        frontEnd: "edge",
        subnets: [],
        groups: [],
        crossZone: true,
        targetType: byAddress ? "ip" : "instance",
        healthCheck: byAddress ? endpointCheck : instanceCheck,
        ...(address === undefined ? {} : { address })
      }
    }
  }
}

/** Of a Service of type LoadBalancer, by its name. */
export const ServiceBalancer = Schema.Struct({
  /** Its address, where it is known. */
  address: Schema.optionalKey(Schema.String),
  /** Reached inside the network alone: annotation networking.gke.io/load-balancer-type: "Internal". */
  internal: Schema.optionalKey(Schema.Boolean)
})

/**
 * Backends of an internal one at most: of an instance group, and of a network endpoint group by external traffic policy.
 * Source: GKE docs, internal load balancing, subsetting; ingress-gce pkg/neg/syncers/subsets.go.
 */
const instanceGroupMax = 250
const clusterSubset = 25
const localSubset = 250

const subsetOf = (isLocal: boolean, subsets: boolean): NonNullable<LoadBalancerSpec["nodeSubset"]> => {
  if (!subsets) return { max: instanceGroupMax }
  return isLocal ? { max: localSubset, withPods: true } : { max: clusterSubset }
}

/** `subsets`: the cluster has internal load balancer subsetting on. */
export const passthroughOf = (
  { name, externalLocal }: ServiceSpec,
  { address, internal }: typeof ServiceBalancer.Type,
  subsets: boolean
): LoadBalancerSpec => ({
  id: `k8s2-${name}`,
  dnsName: `${name}.gke.example`,
  kind: "network",
  frontEnd: internal === true ? "inside" : "edge",
  subnets: [],
  groups: [],
  crossZone: true,
  targetType: "instance",
  keepsClient: true,
  healthCheck: externalLocal === true ? localCheck : layer4Check,
  ...(internal === true ? { nodeSubset: subsetOf(externalLocal === true, subsets) } : {}),
  ...(address === undefined ? {} : { address })
})
