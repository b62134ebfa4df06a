/**
 * How balancers show in the fabric: a front end per zone with the balancer's listener table, and the DNS name that clients hold.
 */
import type { BalanceEvent } from "../balance/message.ts"
import { listedAddresses } from "../balance/zonal-dns.ts"
import type { Listener } from "../net/fabric.ts"
import { putListener, putPart, setCondition, setName } from "../net/fabric-change.ts"
import { sortedKeys } from "../value/text.ts"
import { balancerTable, frontEndComponent, selfListener, serviceKey } from "./ids.ts"
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
      return listTargets(world, event.balancer)
    case "balance/AddressListed":
    case "balance/AddressWithdrawn": {
      const balancer = world.balancers.made.get(event.balancer)
      if (balancer)
        setName(world.fabric, specOf(world, event.balancer).loadBalancer.dnsName, { listed: listedAddresses(balancer.frontEnds) })
      return
    }
    case "balance/CachesFollowed":
      return setName(world.fabric, specOf(world, event.balancer).loadBalancer.dnsName, { held: event.addresses })
  }
}

/** The Service a balancer was made for, with its balancer's words. */
export const specOf = (world: Pick<World, "ground">, balancer: string) => {
  for (const service of world.ground.plan.cluster.services) {
    if (service.loadBalancer?.id === balancer) return { service, loadBalancer: service.loadBalancer }
  }
  throw new Error(`balancer "${balancer}" is not in the plan`)
}

const create = (world: World, balancer: string): void => {
  const { loadBalancer } = specOf(world, balancer)
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
  const { service, loadBalancer } = specOf(world, event.balancer)
  const id = frontEndComponent(event.balancer, event.zone)
  const parts = networkNow(world).cloud.attach({
    id,
    kind: "frontEnd",
    place: event.subnet,
    address: event.address,
    publicAddress: event.publicAddress,
    groups: loadBalancer.groups,
    origin: { resource: loadBalancer.id, part: `front end ${event.zone}` },
    listening: service.ports.map(({ protocol, port }) => ({ protocol, port })),
    listeners: balancerTable(event.balancer)
  })
  for (const part of parts) putPart(world.fabric, part)
  if (world.zonesDown.has(event.zone)) setCondition(world.fabric, id, "silent")
}

const listTargets = (world: World, balancer: string): void => {
  const { service, loadBalancer } = specOf(world, balancer)
  const targets = world.balancers.made.get(balancer)?.targets
  const healthy = targets === undefined ? [] : sortedKeys(targets.keys()).filter((node) => targets.get(node)?.healthy)
  for (const port of service.ports) {
    const origin = { resource: loadBalancer.id, part: `listener ${port.port}, ${healthy.length} healthy targets` }
    const listener: Listener = {
      origin,
      proxy: true,
      sameZoneOnly: !loadBalancer.crossZone,
      source: "replaced",
      targets: healthy.flatMap((name) => targetsOf(world, name, port.nodePort)),
      empty: { reason: "NoTarget", code: "HTTPCode_ELB_503", origin, fails: "error" }
    }
    putListener(world.fabric, balancerTable(balancer), selfListener(port.protocol, port.port), listener)
  }
}

const targetsOf = (world: World, name: string, nodePort: number | undefined) => {
  const node = world.cluster.nodes.get(name)
  if (node === undefined || nodePort === undefined) return []
  return [{ id: name, address: node.spec.address, port: nodePort, weight: 1, zone: node.zone }]
}

/** Kubernetes' name of the Service a balancer serves. */
export const serviceOfBalancer = (world: Pick<World, "ground">, balancer: string): string => serviceKey(specOf(world, balancer).service)
