/** Ingresses and Services of type LoadBalancer as manifests describe them, with the balancers their controllers make. */
import type { IngressRule } from "../../model/balance/ingress.ts"
import type { LoadBalancerSpec } from "../../model/balance/spec.ts"
import type { Place } from "../plan.ts"
import { applicationBalancerOf, classicBalancerOf, networkBalancerOf, type Scheme } from "../word/balancer.ts"
import type { Described } from "../word/workload.ts"
import { type Annotations, annotated, annotationsOf } from "./balancer-annotations.ts"
import type { Manifest } from "./document.ts"
import { list, record } from "./selector.ts"

type Json = Readonly<Record<string, unknown>>

/** A balancer and, where no subnets were named, those it looks for. */
interface Exposing {
  readonly loadBalancer: LoadBalancerSpec
  readonly seeks?: Scheme
}

interface Named {
  readonly name: string
  readonly namespace: string
  readonly place: Place
  readonly spec: Json
  readonly metadata: Json
  readonly manifests: ReadonlyArray<Manifest>
}

const [httpPort, httpsPort] = [80, 443]

/** The class that the AWS load balancer controller looks after. Source: aws-load-balancer-controller, IngressClass. */
const controllerClass = "alb"

export const ingressOf = (named: Named): Described => {
  const { name, namespace, place, spec, metadata } = named
  const kind = spec["ingressClassName"] ?? record(metadata["annotations"])["kubernetes.io/ingress.class"] ?? controllerClass
  if (kind !== controllerClass) {
    const what = `Ingress ${name}: its class is ${String(kind)}, and only ${controllerClass} gets a balancer of its own`
    return { _tag: "Unmodelled", place, spec: { subject: `${namespace}/${name}`, what } }
  }
  const annotations = annotationsOf("Ingress", metadata)
  const scheme = annotations.text("scheme") === "internet-facing" ? "internet-facing" : "internal"
  const subnets = annotations.list("subnets")
  const id = annotations.text("load-balancer-name") ?? `k8s-${namespace}-${name}`
  const loadBalancer = annotated(
    applicationBalancerOf({ ...frontOf(id, subnets, annotations), ...targetsOf(annotations.text("target-type")) }, place),
    annotations,
    {
      interval: "healthcheck-interval-seconds",
      timeout: "healthcheck-timeout-seconds",
      healthy: "healthy-threshold-count",
      unhealthy: "unhealthy-threshold-count"
    }
  )
  return {
    _tag: "Ingress",
    place,
    spec: { name, namespace, ports: portsOf(annotations, spec), rules: rulesOf(named, annotations), loadBalancer },
    ...(subnets.length === 0 ? { seeks: scheme } : {})
  }
}

const frontOf = (id: string, subnets: ReadonlyArray<string>, annotations: Annotations) => {
  const groups = annotations.list("security-groups")
  return { id, dnsName: `${id}.elb.example`, subnets, ...(groups.length === 0 ? {} : { groups }) }
}

const targetsOf = (type: string | undefined): { readonly targets?: "instance" | "ip" } =>
  type === "ip" || type === "instance" ? { targets: type } : {}

/** Source: aws-load-balancer-controller, listen-ports: HTTPS on 443 with a certificate, else HTTP on 80. */
const portsOf = (annotations: Annotations, spec: Json): ReadonlyArray<number> => {
  const said = list(annotations.json("listen-ports")).flatMap((entry) => Object.values(entry).map(Number))
  if (said.length > 0) return said
  return [annotations.text("certificate-arn") === undefined && spec["tls"] === undefined ? httpPort : httpsPort]
}

const rulesOf = ({ spec, namespace, manifests }: Named, annotations: Annotations): ReadonlyArray<IngressRule> => {
  const actionOf = (backend: unknown): IngressRule["action"] => {
    const service = record(record(backend)["service"])
    const name = String(service["name"])
    const action = record(annotations.json(`actions.${name}`))
    if (Object.keys(action).length > 0) return annotatedAction(action)
    return { _tag: "Forward", to: [{ service: name, port: portOf(name, namespace, record(service["port"]), manifests), weight: 1 }] }
  }
  const written = list(spec["rules"]).flatMap(({ host, http }) =>
    list(record(http)["paths"]).map(
      ({ path, pathType, backend }): IngressRule => ({
        ...(host === undefined ? {} : { host: String(host) }),
        ...pathOf(String(path ?? "/"), String(pathType)),
        action: actionOf(backend)
      })
    )
  )
  const otherwise = spec["defaultBackend"]
  return otherwise === undefined ? written : [...written, { path: "/", pathType: "Prefix", action: actionOf(otherwise) }]
}

/** A path without a type of its own is the balancer's own pattern: `/data/*` all below, `/data` alone. */
const pathOf = (path: string, type: string): Pick<IngressRule, "path" | "pathType"> => {
  if (type === "Exact" || type === "Prefix") return { path, pathType: type }
  return path.endsWith("*") ? { path: path.replace(/\/?\*$/, "") || "/", pathType: "Prefix" } : { path, pathType: "Exact" }
}

const redirect = 302

const annotatedAction = (action: Json): IngressRule["action"] => {
  const fixed = record(action["fixedResponseConfig"])["statusCode"]
  if (fixed !== undefined) return { _tag: "Answer", status: Number(fixed) }
  const redirected = /^HTTP_(\d+)$/.exec(String(record(action["redirectConfig"])["statusCode"]))?.[1]
  if (action["type"] === "redirect") return { _tag: "Answer", status: Number(redirected ?? redirect) }
  const groups = list(record(action["forwardConfig"])["targetGroups"])
  return {
    _tag: "Forward",
    to: groups.map(({ serviceName, servicePort, weight }) => ({
      service: String(serviceName),
      port: Number(servicePort),
      weight: Number(weight ?? 1)
    }))
  }
}

/** A port by its number, or by the name that the Service's manifest gives it; 0, which no Service has, for an unknown name. */
const portOf = (service: string, namespace: string, port: Json, manifests: ReadonlyArray<Manifest>): number => {
  if (typeof port["number"] === "number") return port["number"]
  const found = manifests.find(({ value }) => {
    const metadata = record(value["metadata"])
    return value["kind"] === "Service" && metadata["name"] === service && (metadata["namespace"] ?? "default") === namespace
  })
  const named = list(record(found?.value["spec"])["ports"]).find(({ name }) => name === port["name"])
  return typeof named?.["port"] === "number" ? named["port"] : 0
}

/** Source: kubernetes/cloud-provider-aws aws_loadbalancer.go, checks of a network balancer. */
const inTreeNetworkCheck = { interval: "30s", timeout: "10s", unhealthyThreshold: 3, healthyThreshold: 3 }
/** Source: aws-load-balancer-controller, docs/guide/service/nlb. */
const networkClass = "service.k8s.aws/nlb"

/** The balancer that annotations of a Service ask for; `undefined`: a classic one of which nothing is said. */
export const exposingOf = ({ name, namespace, place, spec, metadata }: Named): Exposing | undefined => {
  if (spec["type"] !== "LoadBalancer") return undefined
  const annotations = annotationsOf("Service", metadata)
  const type = spec["loadBalancerClass"] === networkClass ? "external" : annotations.text("type")
  const isInternal = annotations.text("internal") === "true" || annotations.text("scheme") === "internal"
  const said = annotations.text("name") ?? annotations.list("subnets")[0] ?? annotations.list("security-groups")[0]
  if (type === undefined && !isInternal && said === undefined) return undefined
  const subnets = annotations.list("subnets")
  const front = frontOf(annotations.text("name") ?? `k8s-${namespace}-${name}`, subnets, annotations)
  const isLocal = spec["externalTrafficPolicy"] === "Local"
  const made =
    type === undefined
      ? classicBalancerOf(front, place)
      : networkBalancerOf(
          {
            ...front,
            ...targetsOf(type === "nlb-ip" ? "ip" : annotations.text("nlb-target-type")),
            ...(type === "nlb" ? { healthCheck: inTreeNetworkCheck } : {})
          },
          isLocal,
          place
        )
  const names = {
    interval: "healthcheck-interval",
    timeout: "healthcheck-timeout",
    healthy: "healthcheck-healthy-threshold",
    unhealthy: "healthcheck-unhealthy-threshold"
  }
  // The controller's own balancers are internal unless they are told otherwise; the in-tree ones are not.
  const isUsuallyInternal = type === "external" && annotations.text("scheme") !== "internet-facing"
  return {
    loadBalancer: annotated(made, annotations, names),
    ...(subnets.length === 0 ? { seeks: isInternal || isUsuallyInternal ? "internal" : "internet-facing" } : {})
  }
}
