/**
 * Balancers as their owner describes them, with the defaults of the controller that makes them: the in-tree one makes classic
 * balancers, the AWS load balancer controller network balancers for Services and application balancers for Ingresses.
 */
import { Schema } from "effect"
import type { LoadBalancerSpec } from "../../model/balance/spec.ts"
import { errorOf } from "../diagnostic.ts"
import type { Place } from "../plan.ts"
import { misuse, readTime } from "../read.ts"

const Name = Schema.NonEmptyString
/** Checks in a row. Source: Elastic Load Balancing, health check configuration, 2 to 10; fewer are allowed for what-if. */
export const Threshold = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 }))
const Minimum = Schema.Struct({ count: Schema.optionalKey(Schema.Int), percent: Schema.optionalKey(Schema.Int) })

const shared = {
  id: Name,
  dnsName: Name,
  subnets: Schema.Array(Name),
  crossZone: Schema.optionalKey(Schema.Boolean),
  groups: Schema.optionalKey(Schema.Array(Name)),
  healthCheck: Schema.optionalKey(
    Schema.Struct({ interval: Schema.String, timeout: Schema.String, unhealthyThreshold: Threshold, healthyThreshold: Threshold })
  )
}
export const ClassicBalancer = Schema.Struct(shared)

const grouped = {
  ...shared,
  /** Nodes by their node port, or pods by their address. */
  targets: Schema.optionalKey(Schema.Literals(["instance", "ip"])),
  deregistrationDelay: Schema.optionalKey(Schema.String),
  /** Healthy targets below which a zone's address leaves DNS, or all targets get traffic. */
  minimumHealthy: Schema.optionalKey(Schema.Struct({ dns: Schema.optionalKey(Minimum), routing: Schema.optionalKey(Minimum) })),
  /** The workload that registers targets, where it runs in the cluster. */
  controller: Schema.optionalKey(Name)
}
/** `keepsClient`: targets see the client's address; as the controller has it, by instance they do and by address they do not. */
export const NetworkBalancer = Schema.Struct({ ...grouped, keepsClient: Schema.optionalKey(Schema.Boolean) })
export const ApplicationBalancer = Schema.Struct(grouped)

type Check = NonNullable<(typeof ClassicBalancer.Type)["healthCheck"]>

/** Source: kubernetes/cloud-provider-aws aws.go. */
const inTreeCheck: Check = { interval: "10s", timeout: "5s", unhealthyThreshold: 6, healthyThreshold: 2 }
/** Source: aws-load-balancer-controller, docs/guide/service/annotations; the second for external traffic policy Local. */
const networkCheck: Check = { interval: "10s", timeout: "10s", unhealthyThreshold: 3, healthyThreshold: 3 }
const networkLocalCheck: Check = { interval: "10s", timeout: "6s", unhealthyThreshold: 2, healthyThreshold: 2 }
/** Source: aws-load-balancer-controller, docs/guide/ingress/annotations. */
const applicationCheck: Check = { interval: "15s", timeout: "5s", unhealthyThreshold: 2, healthyThreshold: 2 }
/** Source: Elastic Load Balancing user guides: 300 seconds. */
const deregistrationDelay = "300s"

/** Who may reach a balancer, which decides the subnets it stands in. */
export type Scheme = "internet-facing" | "internal"

/** The group that the controller makes for a balancer; `drill` adds it and its rule to the network. */
export const balancerGroup = (id: string): string => `k8s-elb-${id}`

export const classicBalancerOf = (balancer: typeof ClassicBalancer.Type, place: Place | undefined): LoadBalancerSpec => ({
  ...coreOf(balancer, "classic"),
  crossZone: balancer.crossZone ?? false,
  healthCheck: { protocol: "tcp", ...checkOf(balancer.id, balancer.healthCheck ?? inTreeCheck, place) }
})

export const networkBalancerOf = (balancer: typeof NetworkBalancer.Type, isLocal: boolean, place: Place | undefined): LoadBalancerSpec => {
  const targetType = balancer.targets ?? "instance"
  const check = balancer.healthCheck ?? (isLocal ? networkLocalCheck : networkCheck)
  return {
    ...coreOf(balancer, "network"),
    ...groupedOf(balancer, place),
    targetType,
    keepsClient: balancer.keepsClient ?? targetType === "instance",
    crossZone: balancer.crossZone ?? false,
    healthCheck: { protocol: isLocal ? "http" : "tcp", ...checkOf(balancer.id, check, place) }
  }
}

export const applicationBalancerOf = (balancer: typeof ApplicationBalancer.Type, place: Place | undefined): LoadBalancerSpec => ({
  ...coreOf(balancer, "application"),
  ...groupedOf(balancer, place),
  targetType: balancer.targets ?? "instance",
  crossZone: balancer.crossZone ?? true,
  healthCheck: { protocol: "http", ...checkOf(balancer.id, balancer.healthCheck ?? applicationCheck, place) }
})

const coreOf = ({ id, dnsName, subnets, groups }: typeof ClassicBalancer.Type, kind: LoadBalancerSpec["kind"]) => ({
  id,
  dnsName,
  kind,
  subnets,
  groups: groups ?? [balancerGroup(id)]
})

const groupedOf = (balancer: typeof ApplicationBalancer.Type, place: Place | undefined) => ({
  deregistrationDelayMs: readTime(balancer.deregistrationDelay ?? deregistrationDelay, "deregistrationDelay: ", place),
  ...(balancer.minimumHealthy === undefined ? {} : { minimumHealthy: balancer.minimumHealthy }),
  ...(balancer.controller === undefined
    ? {}
    : { controller: balancer.controller.includes("/") ? balancer.controller : `kube-system/${balancer.controller}` })
})

const secondMs = 1_000

const checkOf = (id: string, check: Check, place: Place | undefined): Omit<LoadBalancerSpec["healthCheck"], "protocol"> => {
  const [intervalMs, timeoutMs] = [
    readTime(check.interval, "healthCheck interval: ", place),
    readTime(check.timeout, "healthCheck timeout: ", place)
  ]
  if (intervalMs < secondMs || timeoutMs < secondMs || timeoutMs > intervalMs) {
    misuse(
      errorOf("D008", `balancer ${id}: its health checks cannot be made`, {
        place,
        underlined: "healthCheck",
        notes: ["interval and timeout are at least 1s, and the timeout is no longer than the interval"]
      })
    )
  }
  return { intervalMs, timeoutMs, unhealthyThreshold: check.unhealthyThreshold, healthyThreshold: check.healthyThreshold }
}

/** The balancer that the in-tree controller makes for a Service of type LoadBalancer of which nothing else is said. */
export const usualBalancer = (service: string, subnets: ReadonlyArray<string>): LoadBalancerSpec =>
  classicBalancerOf({ id: `${service}-lb`, dnsName: `${service}.elb.example`, subnets }, undefined)
