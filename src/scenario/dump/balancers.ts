/**
 * A balancer of a dump as a Service or an Ingress describes its own: front ends, groups, how targets are checked. Said in place of guessed:
 * target groups that differ, kinds that are not modelled.
 */
import type { ApplicationBalancer, NetworkBalancer } from "../word/balancer.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

type Given = DumpEntry<"balancers">
/** For `service(…, { networkBalancer })`, or for `ingress(…, { balancer })` without `keepsClient`. */
export type BalancerOptions = typeof ApplicationBalancer.Type & typeof NetworkBalancer.Type

type Check = NonNullable<BalancerOptions["healthCheck"]>

/** A mistake where the model has no such balancer. */
export const balancerFrom = ({ dump, findings, names }: Ground, given: Given): BalancerOptions => {
  const { LoadBalancerName: id, DNSName: dnsName, Type, AvailabilityZones, SecurityGroups, LoadBalancerArn } = given
  const place = dump.placeOf(given)
  if (Type === "gateway")
    findings.mistake(`${place.path}: ${id} is a gateway balancer, which is not modelled`, { place, underlined: id, help: "name another" })
  const subnets = AvailabilityZones.flatMap(({ SubnetId }) => SubnetId ?? []).filter((subnet) => names(given, id, "subnets", subnet))
  const targets = dump.all("targetGroups").filter(({ LoadBalancerArns = [] }) => LoadBalancerArns.includes(LoadBalancerArn))
  const [first] = targets
  const check = first === undefined ? undefined : checkOf(first)
  const differing = targets.filter(
    (each) => JSON.stringify([checkOf(each), each.TargetType]) !== JSON.stringify([check, first?.TargetType])
  )
  if (differing.length > 0)
    findings.mistake(`${place.path}: the target groups of ${id} are checked in different ways`, {
      place,
      underlined: id,
      notes: [targets.map(({ TargetGroupName }) => TargetGroupName).join(", ")],
      help: "describe the balancer of each Service yourself: networkBalancer: { … }"
    })
  const type = first?.TargetType
  return {
    id,
    dnsName,
    subnets,
    groups: SecurityGroups ?? [],
    ...(type === "instance" || type === "ip" ? { targets: type } : {}),
    ...(check === undefined ? {} : { healthCheck: check })
  }
}

/** `undefined`: an answer without its figures; the controller's own apply. */
const checkOf = (given: DumpEntry<"targetGroups">): Check | undefined => {
  const { HealthCheckIntervalSeconds: interval, HealthCheckTimeoutSeconds: timeout } = given
  const { UnhealthyThresholdCount: unhealthyThreshold, HealthyThresholdCount: healthyThreshold } = given
  return interval === undefined || timeout === undefined || unhealthyThreshold === undefined || healthyThreshold === undefined
    ? undefined
    : { interval: `${interval}s`, timeout: `${timeout}s`, unhealthyThreshold, healthyThreshold }
}
