/**
 * The wiring, on one page: who hears which event and who keeps which appointment, in order, with the rank of every appointment
 * among those of one instant. Heartbeats come first, then passes and checks, then what falls due, relists after it, then the
 * timeline; our probes see the instant as it ends.
 */
import { endDraining } from "../balance/draining.ts"
import { beginChecks, check, failCheck } from "../balance/health-checks.ts"
import {
  followAnswer,
  followHealth,
  keepAnswer,
  listAddress,
  noteFrontEnd,
  noteTargets,
  noteZone,
  turnListing
} from "../balance/zonal-dns.ts"
import { beginShift, followShift, turnShift } from "../balance/zonal-shift.ts"
import { drawBatch } from "../capacity/batch-keeper.ts"
import {
  attach,
  awaitInit,
  beginPool,
  coolPodInterface,
  freePodInterface,
  keepPool,
  keepPoolOfPod,
  keepPools,
  look,
  makeCall
} from "../capacity/pool-keeper.ts"
import type { Action } from "../fault/action.ts"
import { kubeHears, kubeKeeps } from "../kube/hears.ts"
import { askRebalance } from "../kube/node-groups.ts"
import { act, endReclaimed } from "./act.ts"
import { answerProbes } from "./answer-probes.ts"
import { makeChange } from "./change-network.ts"
import { noteControlPlane, resumeControl, whileItLives } from "./control-plane.ts"
import { evolve } from "./evolve.ts"
import { failOver, noteServing } from "./failover.ts"
import { cutConnections } from "./held-connections.ts"
import { giveUp } from "./keep-connections.ts"
import { makeBalancer } from "./make-balancer.ts"
import type { EventOf, EventTag, TimerOf, TimerTag, WorldEvent, WorldTimer } from "./message.ts"
import { dropRoute, noteRoute, writeRoute } from "./pod-routes.ts"
import { askAgain, askOfNode, askOfTarget, askOfZone, dropNode, dropTarget } from "./reach.ts"
import { catchUp, deregisterNode, followEndpoints, register, registerNode } from "./register-targets.ts"
import { beginSettling } from "./settle.ts"
import type { WorldDecider } from "./turn.ts"
import type { World } from "./world.ts"

export const rank = { heartbeat: 0, pass: 1, due: 2, relist: 3, timeline: 4, probe: 5 } as const

const hears: { readonly [Tag in EventTag]?: ReadonlyArray<WorldDecider<EventOf<Tag>>> } = {
  "fault/ZoneLost": [noteControlPlane, askAgain, noteZone, noteServing],
  "fault/ZoneReturned": [noteControlPlane, askAgain, noteZone, askRebalance],
  "kube/ControlPlaneLost": [askAgain],
  "kube/ControlPlaneReturned": [resumeControl, askAgain],
  "fault/ZoneLinkTurned": [askAgain],
  "fault/PortsTurned": [askAgain],
  "fault/ConnectionsHeld": [askAgain],
  "fault/ConnectionsCut": [askAgain],
  "fault/NodeLost": [askAgain],
  "fault/GatewayLost": [askAgain, noteServing],
  "cloud/FailedOver": [askAgain],
  "fault/GatewayReturned": [askAgain],
  "cloud/ResourceChanged": [cutConnections, noteRoute, askAgain],
  "fault/NodeReturned": [askAgain],
  "kube/NodeDeleted": [dropNode, deregisterNode, dropRoute, askAgain],
  "kube/InstanceTerminated": [askAgain],
  "kube/NodeJoined": [beginPool, writeRoute, registerNode, cutConnections, askOfNode, askAgain],
  "kube/ServiceApplied": [makeBalancer],
  "kube/PodAddressAssigned": [keepPool, askAgain],
  "kube/ContainerStarted": [askAgain],
  "kube/PodRemoved": [keepPoolOfPod, coolPodInterface, askAgain],
  "kube/NodeReimaged": [askAgain],
  "kube/NodeRebooted": [askAgain],
  "kube/NodeCutOff": [askAgain],
  "kube/NodePathRestored": [keepPool],
  "kube/NodeCordoned": [keepPool],
  "kube/InstanceLaunched": [
    (world, { instance }, turn) => awaitInit(world, { instance, readyAt: turn.now + world.settings.nodeLaunchMs }, turn)
  ],
  "capacity/InterfaceAttached": [keepPool],
  "capacity/PoolRulesTurned": [keepPools],
  "kube/WatchResumed": [catchUp, askAgain],
  "kube/EndpointsTurned": [followEndpoints, askAgain],
  "kube/NameCachesFollowed": [askAgain],
  "balance/FrontEndPlaced": [askAgain, (world, event, turn) => noteFrontEnd(world, event.balancer, event.zone, turn)],
  "balance/TargetRegistered": [askOfTarget, askAgain],
  "balance/TargetDraining": [dropTarget, noteTargets, askAgain],
  "balance/CheckerTurned": [askOfZone, askAgain],
  "balance/ZonalShiftStarted": [beginShift],
  "balance/ZonalShiftTurned": [followShift, askAgain],
  "balance/CheckPathTurned": [beginChecks],
  "balance/TargetTurnedHealthy": [noteTargets, askAgain],
  "balance/TargetTurnedUnhealthy": [noteTargets, askAgain],
  "balance/ZonalHealthTurned": [listAddress],
  "balance/AddressListed": [keepAnswer],
  "balance/AddressWithdrawn": [keepAnswer],
  "balance/CachesFollowed": [askAgain]
}

const keeps: { readonly [Tag in TimerTag]: { readonly rank: number; readonly decide: WorldDecider<TimerOf<Tag>> } } = {
  ...kubeKeeps,
  "cloud/ChangeDue": { rank: rank.due, decide: makeChange },
  "fault/ReclaimDue": { rank: rank.due, decide: endReclaimed },
  "cloud/FailoverDue": { rank: rank.due, decide: failOver },
  "world/SettleDue": { rank: rank.heartbeat, decide: beginSettling },
  "balance/HealthCheckDue": { rank: rank.pass, decide: check },
  "balance/HealthCheckTimeoutDue": { rank: rank.pass, decide: failCheck },
  "balance/ZonalHealthDue": { rank: rank.due, decide: followHealth },
  "balance/RegistrationDue": { rank: rank.due, decide: register },
  "balance/ListingDue": { rank: rank.due, decide: turnListing },
  "balance/DrainDue": { rank: rank.due, decide: endDraining },
  "balance/ZonalShiftDue": { rank: rank.due, decide: turnShift },
  "balance/CachesDue": { rank: rank.due, decide: followAnswer },
  "capacity/PoolInitDue": {
    rank: rank.due,
    decide: (world, timer, turn) => {
      const { subnet } = world.addresses.pools.get(timer.node) ?? { subnet: "" }
      if (!world.zonesDown.has(world.addresses.subnets.get(subnet)?.zone ?? "")) beginPool(world, timer, turn)
    }
  },
  "capacity/PoolLookDue": { rank: rank.pass, decide: look },
  "capacity/BatchDue": { rank: rank.due, decide: drawBatch },
  "capacity/CallDue": { rank: rank.due, decide: makeCall },
  "capacity/AttachDue": { rank: rank.due, decide: attach },
  "capacity/PodInterfaceCoolDue": { rank: rank.due, decide: freePodInterface },
  "probe/ConnectionDue": { rank: rank.due, decide: giveUp },
  "probe/ProbesDue": { rank: rank.probe, decide: answerProbes }
}

type Hearing = Readonly<Record<string, ReadonlyArray<WorldDecider<WorldEvent>> | undefined>>

/** The cluster's own controllers hear an event first. */
const joined = new Map<string, ReadonlyArray<WorldDecider<WorldEvent>>>()
for (const tag of new Set([...Object.keys(kubeHears), ...Object.keys(hears)])) {
  joined.set(tag, [...((kubeHears as Hearing)[tag] ?? []), ...((hears as Hearing)[tag] ?? [])])
}

/** What is the control plane's waits while there is none. */
const kept = Object.fromEntries(
  Object.entries(keeps).map(([tag, { rank: own, decide }]) => [
    tag,
    { rank: own, decide: whileItLives(tag as TimerTag, decide as WorldDecider<WorldTimer>) }
  ])
)

/** The model as the kernel takes it. */
export const machine = {
  evolve,
  hears: (tag: EventTag): ReadonlyArray<WorldDecider<WorldEvent>> | undefined => joined.get(tag),
  keeps: (tag: TimerTag) => kept[tag] as { readonly rank: number; readonly decide: WorldDecider<WorldTimer> },
  acts: act satisfies WorldDecider<Action>,
  timelineRank: rank.timeline
} as const

export type WorldMachine = typeof machine
export type { World }
