/**
 * How balancers show in the fabric: a front end per zone with the balancer's listener table, and the DNS name that clients hold.
 */
import { eligibleTargets } from "../balance/eligible.ts"
import type { IngressRule } from "../balance/ingress.ts"
import type { BalanceEvent } from "../balance/message.ts"
import type { LoadBalancerSpec } from "../balance/spec.ts"
import { listedAddresses } from "../balance/zonal-dns.ts"
import type { Listener, ListenerRule, Refusal, Target } from "../net/fabric.ts"
import { putListener, putPart, setCondition, setName } from "../net/fabric-change.ts"
import type { Origin } from "../net/origin.ts"
import { type BalancerOwner, groupId, ownerOf, type TargetGroup } from "./balancer-owner.ts"
import { balancerTable, frontEndComponent, selfListener } from "./ids.ts"
import { networkNow } from "./network-now.ts"
import type { World } from "./world.ts"

export const evolveFabricOfBalancers = (world: World, event: BalanceEvent): void => {
  switch (event._tag) {
    case "balance/BalancerCreated":
      return create(world, event.balancer)
    case "balance/FrontEndPlaced":
      return place(world, event)
    case "balance/TargetTurnedHealthy":
    case "balance/TargetTurnedUnhealthy":
    case "balance/TargetDraining":
    case "balance/ZonalShiftTurned":
      return listTargets(world, event.balancer)
    case "balance/TargetRegistered":
      // A new target takes part at once only where all are open.
      return world.balancers.specs.get(world.balancers.made.get(event.balancer)?.service ?? "")?.kind === "classic"
        ? undefined
        : listTargets(world, event.balancer)
    case "balance/AddressListed":
    case "balance/AddressWithdrawn": {
      const balancer = world.balancers.made.get(event.balancer)
      if (balancer)
        setName(world.fabric, ownerOf(world, event.balancer).loadBalancer.dnsName, { listed: listedAddresses(balancer.frontEnds) })
      return
    }
    case "balance/CachesFollowed":
      return setName(world.fabric, ownerOf(world, event.balancer).loadBalancer.dnsName, { held: event.addresses })
  }
}

const create = (world: World, balancer: string): void => {
  const { loadBalancer } = ownerOf(world, balancer)
  putPart(world.fabric, { _tag: "ListenerTable", id: balancerTable(balancer), listeners: new Map() })
  putPart(world.fabric, {
    _tag: "NameEntry",
    id: loadBalancer.dnsName,
    origin: { resource: loadBalancer.id, part: "DNS name" },
    listed: [],
    held: []
  })
  listTargets(world, balancer)
}

const place = (world: World, event: Extract<BalanceEvent, { readonly _tag: "balance/FrontEndPlaced" }>): void => {
  const { listening, loadBalancer } = ownerOf(world, event.balancer)
  const id = frontEndComponent(event.balancer, event.zone)
  const parts = networkNow(world).cloud.attach({
    id,
    kind: "frontEnd",
    place: event.subnet,
    address: event.address,
    ...(loadBalancer.frontEnd === "inside" ? {} : { publicAddress: event.publicAddress }),
    groups: loadBalancer.groups,
    origin: { resource: loadBalancer.id, part: `front end ${event.zone}` },
    listening,
    listeners: balancerTable(event.balancer),
    ...(loadBalancer.kind === "network" ? { remembers: true } : {}),
    ...(loadBalancer.kind === "passthrough" ? { passesThrough: true } : {}),
    ...(loadBalancer.frontEnd === "edge" ? { atEdge: true } : {})
  })
  for (const part of parts) putPart(world.fabric, part)
  if (world.zonesDown.has(event.zone)) setCondition(world.fabric, id, "silent")
}

const listTargets = (world: World, balancer: string): void => {
  const owner = ownerOf(world, balancer)
  for (const { protocol, port } of owner.listening) {
    const listener = owner.rules === undefined ? portListener(world, owner, port) : requestListener(world, owner, owner.rules, port)
    putListener(world.fabric, balancerTable(balancer), selfListener(protocol, port), listener)
  }
}

/** A listener of a Service's balancer: its port at every target. */
const portListener = (world: World, owner: BalancerOwner, port: number): Listener => {
  const { loadBalancer, groups } = owner
  const [group] = groups
  const own = group?.service.ports.find((each) => each.port === port)
  const targets = group === undefined || own === undefined ? [] : targetsOf(world, owner, { ...group, port: own })
  const origin = { resource: loadBalancer.id, part: `listener ${port}, ${toldTargets(world, owner, group, targets.length)}` }
  return { ...listenerOf(owner, origin), targets }
}

/** What fails open says so. */
const toldTargets = (world: World, { loadBalancer }: BalancerOwner, group: TargetGroup | undefined, eligible: number): string => {
  const targets = world.balancers.made.get(loadBalancer.id)?.targets
  let healthy = 0
  for (const target of targets?.values() ?? []) if (target.healthy && target.group === (group?.id ?? "")) healthy++
  return healthy < eligible ? `${healthy} healthy targets, open to ${eligible}` : `${eligible} healthy targets`
}

const listenerOf = ({ loadBalancer }: BalancerOwner, origin: Origin): Omit<Listener, "targets"> =>
  loadBalancer.kind === "passthrough" ? handsOn(loadBalancer, origin) : endsConnections(loadBalancer, origin)

const handsOn = ({ floating }: LoadBalancerSpec, origin: Origin): Omit<Listener, "targets"> => ({
  origin,
  proxy: false,
  sameZoneOnly: false,
  source: "kept",
  direct: true,
  ...(floating === true ? { floating } : {}),
  empty: { reason: "NoTarget", origin, fails: "timeout" }
})

const endsConnections = (loadBalancer: LoadBalancerSpec, origin: Origin): Omit<Listener, "targets"> => ({
  origin,
  proxy: true,
  sameZoneOnly: !loadBalancer.crossZone,
  source: "replaced",
  ...(loadBalancer.keepsClient === true ? { keepsClient: true } : {}),
  empty: emptyOf(loadBalancer, origin)
})

const emptyOf = ({ kind, frontEnd }: LoadBalancerSpec, origin: Origin): Refusal => {
  if (frontEnd !== undefined)
    return kind === "network"
      ? { reason: "NoTarget", origin, fails: "timeout" }
      : { reason: "NoTarget", code: frontEnd === "both" ? "HTTP 502" : "HTTP 503", origin, fails: "error" }
  return kind === "network"
    ? { reason: "NoTarget", code: "TCP_ELB_Reset", origin, fails: "reset" }
    : { reason: "NoTarget", code: "HTTPCode_ELB_503", origin, fails: "error" }
}

/** A listener of an Ingress's balancer: its rules; what none is for gets 404. */
const requestListener = (world: World, owner: BalancerOwner, rules: ReadonlyArray<IngressRule>, port: number): Listener => {
  const { loadBalancer } = owner
  const origin = { resource: loadBalancer.id, part: `listener ${port}, no rule matches` }
  return {
    ...listenerOf(owner, origin),
    empty: { reason: "AnsweredByRule", code: "HTTP 404", origin, fails: "error" },
    targets: [],
    rules: rules.map((rule, index) => listenerRule(world, owner, rule, { resource: loadBalancer.id, part: ruleText(port, rule, index) }))
  }
}

const ruleText = (port: number, { host, path }: IngressRule, index: number): string =>
  `listener ${port}, rule ${index + 1}: ${host ?? ""}${path}`

const listenerRule = (world: World, owner: BalancerOwner, rule: IngressRule, origin: Origin): ListenerRule => {
  const { action } = rule
  const shared = { origin, path: rule.path, exact: rule.pathType === "Exact", ...(rule.host === undefined ? {} : { host: rule.host }) }
  if (action._tag === "Answer") return { ...shared, action }
  const parts = action.to.flatMap((to) => {
    const group = owner.groups.find(({ id }) => id === groupId(to))
    const targets = group === undefined ? [] : targetsOf(world, owner, group)
    return targets.length === 0 || to.weight === 0 ? [] : [{ weight: to.weight, targets }]
  })
  // Weights are of groups: each target has its part of its group's share, in whole numbers.
  const whole = parts.reduce((product, { targets }) => product * targets.length, 1)
  const targets = parts.flatMap((part) =>
    part.targets.map((target) => ({ ...target, weight: (part.weight * whole) / part.targets.length }))
  )
  return { ...shared, action: { _tag: "Forward", targets, empty: listenerOf(owner, origin).empty } }
}

const targetsOf = (world: World, { loadBalancer }: BalancerOwner, group: TargetGroup): ReadonlyArray<Target> => {
  const balancer = world.balancers.made.get(loadBalancer.id)
  if (balancer === undefined) return []
  return eligibleTargets(balancer, loadBalancer, group.id).flatMap((name) => {
    const place = placeOf(world, loadBalancer, balancer.targets.get(name)?.member ?? name, group)
    return place === undefined ? [] : [{ id: name, ...place, weight: 1, zone: balancer.targets.get(name)?.zone ?? "" }]
  })
}

/** Address and port of a target: a pod's own, or a node's with its node port. */
export const placeOf = (
  world: World,
  { targetType }: LoadBalancerSpec,
  member: string,
  { port }: TargetGroup
): { readonly address: string; readonly port: number } | undefined => {
  const address = targetType === "ip" ? world.cluster.pods.get(member)?.address : world.cluster.nodes.get(member)?.spec.address
  const at = targetType === "ip" ? port.targetPort : port.nodePort
  return address === undefined || at === undefined ? undefined : { address, port: at }
}
