/**
 * Whom an event is about, in the owner's words: the name a reader would search for. One subject an event.
 */
import type { WorldEvent } from "../model/world/message.ts"

/** `us-west-2c`, `ip-192-168-0-94`, `default/app-x`, `lb/ip-192-168-0-94`, `host`: a zone, node, pod, balancer and its target, probe. */
export const subjectOf = (event: WorldEvent): string => {
  switch (event._tag) {
    case "kube/MasterDisruptionTurned":
      return "cluster"
    case "world/Unmodelled":
      return event.subject
    case "probe/AnswerTurned":
      return event.probe
    case "fault/ZoneLost":
    case "fault/ZoneReturned":
    case "kube/ZoneStateTurned":
      return event.zone
    case "balance/FrontEndPlaced":
    case "balance/ZonalHealthTurned":
    case "balance/AddressListed":
    case "balance/AddressWithdrawn":
      return `${event.balancer}/${event.zone}`
    case "balance/TargetRegistered":
    case "balance/CheckPathTurned":
    case "balance/HealthCheckFailed":
    case "balance/HealthCheckPassed":
    case "balance/TargetTurnedUnhealthy":
    case "balance/TargetTurnedHealthy":
      return `${event.balancer}/${event.target}`
    case "balance/BalancerCreated":
    case "balance/CachesFollowed":
      return event.balancer
    case "kube/EndpointsTurned":
    case "kube/ServiceApplied":
      return event.service
    case "kube/WorkloadApplied":
      return event.workload
    case "kube/PodCreated":
    case "kube/PodScheduled":
    case "kube/SchedulingFailed":
    case "kube/PodAddressAssigned":
    case "kube/PodSandboxFailed":
    case "kube/VolumeAttached":
    case "kube/ContainerStarted":
    case "kube/PodReadinessTurned":
    case "kube/PodEvicted":
    case "kube/EvictionCancelled":
    case "kube/PodRemoved":
      return event.pod
    case "capacity/InterfaceAttached":
    case "kube/NodeJoined":
    case "kube/NodeCutOff":
    case "kube/NodePathRestored":
    case "kube/LeaseRenewed":
    case "kube/NodeReadinessTurned":
    case "kube/NodeTainted":
    case "kube/NodeUntainted":
    case "kube/WatchResumed":
      return event.node
  }
}
