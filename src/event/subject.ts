/**
 * Whom an event is about, in the owner's words: the name a reader would search for. One subject an event, made of one or two of its
 * members; a recording keeps the subject once and the body without those members.
 */
import type { EventTag, WorldEvent } from "../model/world/message.ts"

/** Members that make the subject, in order; none: the event is about the cluster. */
const membersOf: Readonly<Record<EventTag, ReadonlyArray<string>>> = {
  "fault/ZoneLost": ["zone"],
  "fault/ZoneReturned": ["zone"],
  "fault/ZoneLinkTurned": ["zone"],
  "fault/PortsTurned": ["gateway"],
  "fault/ConnectionsHeld": ["node"],
  "fault/ConnectionsCut": ["node"],
  "fault/ReclaimNoticed": ["node"],
  "capacity/SubnetFilled": ["subnet"],
  "capacity/SubnetEmptied": ["subnet"],
  "kube/ControlPlaneLost": [],
  "kube/ControlPlaneReturned": [],
  "kube/PoolUpgradeBegan": ["group"],
  "kube/PoolNodeUpgraded": ["node"],
  "kube/PoolUpgradeEnded": ["group"],
  "kube/NodeRebooted": ["node"],
  "kube/NodeReimaged": ["node"],
  "kube/NodeRouteRefused": ["node"],
  "kube/RepairFailed": ["node"],
  "kube/CallUnanswered": ["subject"],
  "kube/ControlPlaneUpgraded": [],
  "kube/UpgradeRefused": [],
  "capacity/InterfaceCreated": ["node"],
  "capacity/InterfaceAttached": ["node"],
  "capacity/InterfaceReleased": ["node"],
  "capacity/AddressesAdded": ["node"],
  "capacity/AddressesReleased": ["node"],
  "capacity/GrowthRefused": ["node"],
  "capacity/CallThrottled": ["node"],
  "capacity/PoolRulesTurned": [],
  "capacity/PodInterfaceReleased": ["subnet"],
  "capacity/LaunchesFrozen": [],
  "capacity/OfferingLost": ["zone"],
  "capacity/OfferingReturned": ["zone"],
  "kube/NodeJoined": ["node"],
  "kube/NodeCutOff": ["node"],
  "kube/NodePathRestored": ["node"],
  "kube/LeaseRenewed": ["node"],
  "kube/NodeReadinessTurned": ["node"],
  "kube/NodeTainted": ["node"],
  "kube/NodeUntainted": ["node"],
  "kube/ZoneStateTurned": ["zone"],
  "kube/MasterDisruptionTurned": [],
  "kube/WatchResumed": ["node"],
  "kube/WorkloadApplied": ["workload"],
  "kube/ServiceApplied": ["service"],
  "kube/PodCreated": ["pod"],
  "kube/PodScheduled": ["pod"],
  "kube/SchedulingFailed": ["pod"],
  "kube/PodAddressAssigned": ["pod"],
  "kube/PodSandboxFailed": ["pod"],
  "kube/VolumeAttached": ["pod"],
  "kube/ContainerStarted": ["pod"],
  "kube/PodReadinessTurned": ["pod"],
  "kube/PodEvicted": ["pod"],
  "kube/EvictionCancelled": ["pod"],
  "kube/PodRemoved": ["pod"],
  "kube/EndpointsTurned": ["service"],
  "kube/NameCachesFollowed": ["service"],
  "fault/NodeLost": ["node"],
  "fault/GatewayLost": ["gateway"],
  "fault/GatewayReturned": ["gateway"],
  "cloud/ChangeBegan": ["subject"],
  "cloud/ResourceChanged": ["subject"],
  "cloud/FailedOver": ["subject"],
  "fault/NodeReturned": ["node"],
  "fault/MoveFailed": ["subject"],
  "kube/NodeCreated": ["node"],
  "kube/NodeDeleted": ["node"],
  "kube/NodeCordoned": ["node"],
  "kube/ZonalShiftStarted": ["zone"],
  "kube/ZonalShiftTurned": ["zone"],
  "kube/DrainBegan": ["node"],
  "kube/NodeDrained": ["node"],
  "kube/EvictionsQueued": ["zone"],
  "kube/EvictionTokenBurned": ["zone"],
  "kube/WorkloadScaled": ["workload"],
  "kube/RolloutBegan": ["workload"],
  "kube/ReplicaSetScaled": ["workload"],
  "kube/ProgressDeadlineExceeded": ["workload"],
  "kube/RolloutCompleted": ["workload"],
  "kube/JobFailed": ["workload"],
  "kube/BudgetApplied": ["budget"],
  "kube/BudgetRemoved": ["budget"],
  "kube/EvictionRefused": ["pod"],
  "kube/LoadTurned": ["workload"],
  "kube/PodLoadTurned": ["workload"],
  "kube/ReplicasWished": ["workload"],
  "kube/PodDeleted": ["pod"],
  "kube/PodNominated": ["pod"],
  "kube/ContainerRestarting": ["pod"],
  "kube/PodSucceeded": ["pod"],
  "kube/PodBecameAvailable": ["pod"],
  "kube/VolumeProvisioned": ["pod"],
  "kube/GroupGrown": ["group"],
  "kube/GroupBackedOff": ["group"],
  "kube/AutoscalerHalted": [],
  "kube/NodeUnneeded": ["node"],
  "kube/InstanceLaunched": ["instance"],
  "kube/LaunchFailed": ["group"],
  "kube/InstanceTerminated": ["instance"],
  "balance/BalancerCreated": ["balancer"],
  "balance/FrontEndPlaced": ["balancer", "zone"],
  "balance/TargetRegistered": ["balancer", "target"],
  "balance/TargetDraining": ["balancer", "target"],
  "balance/TargetDeregistered": ["balancer", "target"],
  "balance/CheckPathTurned": ["balancer", "target"],
  "balance/HealthCheckFailed": ["balancer", "target"],
  "balance/HealthCheckPassed": ["balancer", "target"],
  "balance/TargetTurnedUnhealthy": ["balancer", "target"],
  "balance/TargetTurnedHealthy": ["balancer", "target"],
  "balance/ZonalHealthTurned": ["balancer", "zone"],
  "balance/AddressListed": ["balancer", "zone"],
  "balance/AddressWithdrawn": ["balancer", "zone"],
  "balance/CheckerTurned": ["balancer", "zone"],
  "balance/ZonalShiftStarted": ["balancer", "zone"],
  "balance/ZonalShiftTurned": ["balancer", "zone"],
  "balance/CachesFollowed": ["balancer"],
  "probe/AnswerTurned": ["probe"],
  "probe/ConnectionsTurned": ["probe"],
  "world/Unmodelled": ["subject"]
}

/** Members of a kind that stand in its subject. An unknown kind (from a newer engine) has none. */
export const subjectMembers = (tag: string): ReadonlyArray<string> => (Object.hasOwn(membersOf, tag) ? membersOf[tag as EventTag] : [])

/** `us-west-2c`, `ip-192-168-0-94`, `default/app-x`, `lb/ip-192-168-0-94`, `host`; `cluster` when it is about everything. */
export const subjectOf = (event: WorldEvent): string => {
  const record = event as unknown as Readonly<Record<string, string>>
  const members = subjectMembers(event._tag)
  return members.length === 0
    ? "cluster"
    : members.length === 1
      ? (record[members[0] as string] ?? "")
      : members.map((member) => record[member]).join("/")
}

/** The members again that a subject was made of. The last member holds no stroke; the others may. */
export const membersOfSubject = (tag: string, subject: string): Readonly<Record<string, string>> => {
  const [first, second] = subjectMembers(tag)
  if (first === undefined) return {}
  if (second === undefined) return { [first]: subject }
  const cut = subject.lastIndexOf("/")
  return { [first]: subject.slice(0, cut), [second]: subject.slice(cut + 1) }
}
