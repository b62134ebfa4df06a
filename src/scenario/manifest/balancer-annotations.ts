/**
 * What annotations say of a balancer: those of the AWS load balancer controller, on a Service under one prefix, on an Ingress under
 * another. Source: aws-load-balancer-controller, docs/guide/service/annotations and docs/guide/ingress/annotations.
 */
import type { LoadBalancerSpec } from "../../model/balance/spec.ts"
import { type Diagnostic, errorOf, warningOf } from "../diagnostic.ts"
import type { Scheme } from "../word/balancer.ts"
import type { Manifest } from "./document.ts"
import { labelsOf, record } from "./selector.ts"

interface Family {
  readonly prefix: string
  /** What each annotation's value must be. Those that are `inert` change nothing in the model. */
  readonly known: Readonly<Record<string, Value>>
}
type Value = "text" | "seconds" | "threshold" | "flag" | "json" | "pairs" | "inert" | ReadonlyArray<string>

const schemes: ReadonlyArray<Scheme> = ["internet-facing", "internal"]
const targetTypes = ["instance", "ip"]

const ingressFamily: Family = {
  prefix: "alb.ingress.kubernetes.io/",
  known: {
    scheme: schemes,
    "target-type": targetTypes,
    subnets: "text",
    "security-groups": "text",
    "load-balancer-name": "text",
    "listen-ports": "json",
    "certificate-arn": "text",
    "healthcheck-interval-seconds": "seconds",
    "healthcheck-timeout-seconds": "seconds",
    "healthy-threshold-count": "threshold",
    "unhealthy-threshold-count": "threshold",
    "target-group-attributes": "pairs",
    "healthcheck-path": "inert",
    "healthcheck-port": "inert",
    "healthcheck-protocol": "inert",
    "success-codes": "inert",
    "backend-protocol": "inert",
    "ip-address-type": "inert",
    "ssl-policy": "inert",
    "load-balancer-attributes": "inert",
    tags: "inert"
  }
}

const serviceFamily: Family = {
  prefix: "service.beta.kubernetes.io/aws-load-balancer-",
  known: {
    type: ["nlb", "nlb-ip", "external"],
    "nlb-target-type": targetTypes,
    scheme: schemes,
    internal: "flag",
    subnets: "text",
    "security-groups": "text",
    name: "text",
    attributes: "pairs",
    "target-group-attributes": "pairs",
    "cross-zone-load-balancing-enabled": "flag",
    "healthcheck-interval": "seconds",
    "healthcheck-timeout": "seconds",
    "healthcheck-healthy-threshold": "threshold",
    "healthcheck-unhealthy-threshold": "threshold",
    "healthcheck-path": "inert",
    "healthcheck-port": "inert",
    "healthcheck-protocol": "inert",
    "backend-protocol": "inert",
    "ssl-cert": "inert",
    "ssl-ports": "inert",
    "ssl-negotiation-policy": "inert",
    "additional-resource-tags": "inert",
    "proxy-protocol": "inert"
  }
}

const familyOf = (kind: unknown): Family | undefined =>
  kind === "Ingress" ? ingressFamily : kind === "Service" ? serviceFamily : undefined

/** What an annotation under `actions.` does; the backend that names it has the port `use-annotation`. */
const isAction = (name: string): boolean => name.startsWith("actions.")

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const pairsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(",").map((pair) => {
      const [key = "", value = ""] = pair.split("=")
      return [key.trim(), value.trim()]
    })
  )

const wrongIn = (text: string, value: Value): string | undefined => {
  if (typeof value === "object") return value.includes(text) ? undefined : value.join(" or ")
  switch (value) {
    case "seconds":
      return /^[1-9]\d*$/.test(text) ? undefined : "whole seconds from 1"
    case "threshold":
      return /^([2-9]|10)$/.test(text) ? undefined : "a whole number from 2 to 10"
    case "flag":
      return text === "true" || text === "false" ? undefined : '"true" or "false"'
    case "json":
      return parsed(text) === undefined ? "JSON" : undefined
    case "pairs":
      return text.split(",").every((pair) => pair.includes("=")) ? undefined : "key=value, with commas between"
    case "text":
    case "inert":
      return undefined
  }
}

/** Annotations of a balancer that are not what they must be, and those that the model does not know. */
export const checkAnnotations = (manifest: Manifest, what: string): ReadonlyArray<Diagnostic> => {
  const family = familyOf(manifest.value["kind"])
  if (family === undefined) return []
  const annotations = labelsOf(record(manifest.value["metadata"])["annotations"])
  return Object.entries(annotations).flatMap(([key, text]): ReadonlyArray<Diagnostic> => {
    if (!key.startsWith(family.prefix)) return []
    const name = key.slice(family.prefix.length)
    const value = isAction(name) ? "json" : family.known[name]
    const place = manifest.placeOf(["metadata", "annotations", key])
    if (value === undefined) return [warningOf("D023", `${what}: the annotation ${key} is not modelled`, { place, underlined: key })]
    const expected = wrongIn(text, value)
    return expected === undefined
      ? []
      : [
          errorOf("D019", `${what}: the annotation ${key} is ${JSON.stringify(text)}`, {
            place,
            underlined: text,
            notes: [`expected: ${expected}`]
          })
        ]
  })
}

/** The annotations of one balancer. They have been checked. */
export interface Annotations {
  readonly text: (name: string) => string | undefined
  readonly number: (name: string) => number | undefined
  readonly list: (name: string) => ReadonlyArray<string>
  readonly json: (name: string) => unknown
  readonly pairs: (name: string) => Readonly<Record<string, string>>
}

export const annotationsOf = (kind: "Ingress" | "Service", metadata: unknown): Annotations => {
  const prefix = (familyOf(kind) as Family).prefix
  const all = labelsOf(record(metadata)["annotations"])
  const text = (name: string): string | undefined => all[`${prefix}${name}`]
  return {
    text,
    number: (name) => (text(name) === undefined ? undefined : Number(text(name))),
    list: (name) => (text(name) ?? "").split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim()])),
    json: (name) => parsed(text(name) ?? ""),
    pairs: (name) => (text(name) === undefined ? {} : pairsOf(text(name) ?? ""))
  }
}

const secondMs = 1_000

/** Health check and target group of a balancer, as annotations change the controller's defaults. */
export const annotated = (
  spec: LoadBalancerSpec,
  annotations: Annotations,
  names: { readonly interval: string; readonly timeout: string; readonly healthy: string; readonly unhealthy: string }
): LoadBalancerSpec => {
  const { number } = annotations
  const attributes = { ...annotations.pairs("attributes"), ...annotations.pairs("target-group-attributes") }
  const delay = attributes["deregistration_delay.timeout_seconds"]
  const crossZone = attributes["load_balancing.cross_zone.enabled"] ?? annotations.text("cross-zone-load-balancing-enabled")
  const keeps = attributes["preserve_client_ip.enabled"]
  return {
    ...spec,
    ...(delay === undefined ? {} : { deregistrationDelayMs: Number(delay) * secondMs }),
    ...(crossZone === "true" || crossZone === "false" ? { crossZone: crossZone === "true" } : {}),
    ...(keeps === undefined ? {} : { keepsClient: keeps === "true" }),
    healthCheck: {
      ...spec.healthCheck,
      intervalMs: (number(names.interval) ?? spec.healthCheck.intervalMs / secondMs) * secondMs,
      timeoutMs: (number(names.timeout) ?? spec.healthCheck.timeoutMs / secondMs) * secondMs,
      healthyThreshold: number(names.healthy) ?? spec.healthCheck.healthyThreshold,
      unhealthyThreshold: number(names.unhealthy) ?? spec.healthCheck.unhealthyThreshold
    }
  }
}
