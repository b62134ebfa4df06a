/**
 * Folding an event into the world: each room folds its own slice, then the fabric follows. Only the kernel, and whoever plays a
 * recording back, calls it.
 */

import type { BalanceEvent } from "../balance/message.ts"
import { evolveBalancers, evolveFrontEndsOfZone } from "../balance/state.ts"
import { evolveAddresses } from "../capacity/addresses.ts"
import type { CapacityEvent } from "../capacity/message.ts"
import { evolveCluster } from "../kube/evolve.ts"
import type { KubeEvent } from "../kube/message.ts"
import { setLoss, setName } from "../net/fabric-change.ts"
import type { Instant } from "../value/instant.ts"
import { parseRatio, zero } from "../value/ratio.ts"
import { evolveFabricOfBalancers } from "./fabric-of-balancers.ts"
import { evolveNetwork } from "./fabric-of-changes.ts"
import { evolveFabricOfCluster } from "./fabric-of-cluster.ts"
import { evolveConditions, evolveGatewayCondition, evolveNodeCondition } from "./fabric-of-zones.ts"
import type { WorldEvent } from "./message.ts"
import type { World } from "./world.ts"

export const evolve = (world: World, event: WorldEvent, at: Instant, seq: number): void => {
  switch (event._tag) {
    case "probe/AnswerTurned":
      world.answers.set(event.probe, JSON.stringify(event))
      return
    case "probe/ConnectionsTurned":
      world.connections.set(event.probe, event.connections)
      return
    case "world/Unmodelled":
      return
    case "fault/MoveFailed":
      return
    case "fault/ZoneLinkTurned":
      return setLoss(world.fabric, event.zone, parseRatio(event.loss) ?? zero)
    case "fault/NodeLost":
    case "fault/NodeReturned":
      return evolveNodeCondition(world, event.node, event._tag === "fault/NodeReturned")
    case "fault/GatewayLost":
    case "fault/GatewayReturned":
      return evolveGatewayCondition(world, event.gateway, event._tag === "fault/GatewayReturned")
    case "cloud/ChangeBegan":
      return
    case "cloud/FailedOver":
      world.serving.set(event.subject, event.to)
      return setName(world.fabric, event.name, { listed: [event.address], held: [event.address] })
    case "cloud/ResourceChanged":
      return evolveNetwork(world, event)
    case "fault/ZoneLost":
    case "fault/ZoneReturned": {
      const up = event._tag === "fault/ZoneReturned"
      evolveConditions(world, event.zone, up)
      return evolveFrontEndsOfZone(world.balancers, event.zone, up, at)
    }
  }
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

const isCapacity = (event: CapacityEvent | KubeEvent | BalanceEvent): event is CapacityEvent => event._tag.startsWith("capacity/")
const isKube = (event: KubeEvent | BalanceEvent): event is KubeEvent => event._tag.startsWith("kube/")
