/**
 * Folding an event into the world: each room folds its own slice, then the fabric follows. Only the kernel, and whoever plays a
 * recording back, calls it.
 */

import type { BalanceEvent } from "../balance/message.ts"
import { evolveBalancers, evolveFrontEndsOfZone } from "../balance/state.ts"
import { evolveAddresses } from "../capacity/addresses.ts"
import type { CapacityEvent } from "../capacity/message.ts"
import type { CloudEvent } from "../cloud/message.ts"
import type { FaultEvent } from "../fault/message.ts"
import { evolveCluster } from "../kube/evolve.ts"
import type { KubeEvent } from "../kube/message.ts"
import { setExhausted, setLoss, setName, setOpenConnections } from "../net/fabric-change.ts"
import type { Instant } from "../value/instant.ts"
import { parseRatio, zero } from "../value/ratio.ts"
import { evolveControlPlane } from "./control-plane.ts"
import { evolveFabricOfBalancers } from "./fabric-of-balancers.ts"
import { evolveNetwork } from "./fabric-of-changes.ts"
import { evolveFabricOfCluster } from "./fabric-of-cluster.ts"
import { componentsOfGateway, evolveConditions, evolveGatewayCondition, evolveNodeCondition } from "./fabric-of-zones.ts"
import { nodeComponent } from "./ids.ts"
import type { WorldEvent } from "./message.ts"
import type { ProbeEvent } from "./probe.ts"
import type { World } from "./world.ts"

export const evolve = (world: World, event: WorldEvent, at: Instant, seq: number): void => {
  if (isOfProbes(event)) return evolveProbes(world, event)
  if (isOfFaults(event)) return evolveFaults(world, event, at)
  if (isCapacity(event)) return evolveAddresses(world.addresses, event, at)
  if (isKube(event)) {
    switch (event._tag) {
      case "kube/PodAddressAssigned":
      case "kube/InstanceLaunched":
      case "kube/InstanceTerminated":
      case "kube/NodeCordoned":
      case "kube/NodeCutOff":
      case "kube/NodePathRestored":
        evolveAddresses(world.addresses, event, at)
        break
      case "kube/NodeCreated":
        evolveAddresses(world.addresses, event, at)
        world.balancers.zoneOf.set(event.node, event.zone)
        break
      case "kube/PodRemoved":
      case "kube/NodeDeleted":
        evolveAddresses(world.addresses, event, at)
        evolveFabricOfCluster(world, event)
    }
    evolveCluster(world.cluster, event, at, seq)
    if (event._tag !== "kube/PodRemoved" && event._tag !== "kube/NodeDeleted") evolveFabricOfCluster(world, event)
  } else {
    if (event._tag === "balance/FrontEndPlaced") evolveAddresses(world.addresses, event, at)
    evolveBalancers(world.balancers, event, at, seq)
    evolveFabricOfBalancers(world, event)
  }
}

const evolveProbes = (world: World, event: ProbeEvent): void => {
  switch (event._tag) {
    case "probe/AnswerTurned":
      world.answers.set(event.probe, JSON.stringify(event))
      return
    case "probe/ConnectionsTurned":
      world.connections.set(event.probe, event.connections)
      return
    case "world/Unmodelled":
      return
  }
}

const evolveFaults = (world: World, event: FaultEvent | CloudEvent, at: Instant): void => {
  switch (event._tag) {
    case "fault/MoveFailed":
    case "fault/ReclaimNoticed":
    case "cloud/ChangeBegan":
      return
    case "fault/PortsTurned":
      for (const id of componentsOfGateway(world.fabric.components, event.gateway)) setExhausted(world.fabric, id, event.exhausted)
      return
    case "fault/ConnectionsHeld":
      return setOpenConnections(world.fabric, event.pool, nodeComponent(event.node), event.destination, event.count)
    case "fault/ConnectionsCut":
      return setOpenConnections(world.fabric, event.pool, nodeComponent(event.node), event.destination, event.ports)
    case "fault/ZoneLinkTurned":
      return setLoss(world.fabric, event.zone, parseRatio(event.loss) ?? zero)
    case "fault/NodeLost":
    case "fault/NodeReturned":
      return evolveNodeCondition(world, event.node, event._tag === "fault/NodeReturned")
    case "fault/GatewayLost":
    case "fault/GatewayReturned":
      return evolveGatewayCondition(world, event.gateway, event._tag === "fault/GatewayReturned")
    case "cloud/ResourceChanged":
      return evolveNetwork(world, event)
    case "cloud/FailedOver":
      world.serving.set(event.subject, event.to)
      return setName(world.fabric, event.name, { listed: [event.address], held: [event.address] })
    case "fault/ZoneLost":
    case "fault/ZoneReturned": {
      const up = event._tag === "fault/ZoneReturned"
      evolveConditions(world, event.zone, up)
      if (world.cluster.controlPlaneLost === true) evolveControlPlane(world)
      return evolveFrontEndsOfZone(world.balancers, event.zone, up, at)
    }
  }
}

const isOfProbes = (event: WorldEvent): event is ProbeEvent => event._tag.startsWith("probe/") || event._tag === "world/Unmodelled"
const isOfFaults = (event: WorldEvent): event is FaultEvent | CloudEvent =>
  event._tag.startsWith("fault/") || event._tag.startsWith("cloud/")
const isCapacity = (event: CapacityEvent | KubeEvent | BalanceEvent): event is CapacityEvent => event._tag.startsWith("capacity/")
const isKube = (event: KubeEvent | BalanceEvent): event is KubeEvent => event._tag.startsWith("kube/")
