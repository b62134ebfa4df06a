/** The cluster's part of the wiring: which controller hears which event, and who keeps which appointment. `world/wiring.ts` joins it. */
import { askEviction, noteDrained } from "./budget.ts"
import { scan } from "./cluster-autoscaler.ts"
import { askReadiness, endContainer, failLiveness, startContainer } from "./container.ts"
import { awaitAvailable, failProgress, turnAvailable } from "./deployment.ts"
import { followShift, noteEndpoints, noteLabels, noteRemoval, noteService, turnEndpoints } from "./endpoints.ts"
import { taintDue } from "./eviction-queue.ts"
import { endMachine, joinMachine, launchMachine, noteCreated } from "./fargate.ts"
import { countRestarts } from "./job.ts"
import { closeBatch, disrupt, noteWaiting } from "./karpenter.ts"
import {
  admit,
  attachVolume,
  awaitHeartbeat,
  beat,
  catchUp,
  confirmStop,
  endPod,
  makeContact,
  resumeWatch,
  retrySandbox,
  stopPod,
  syncPods
} from "./kubelet.ts"
import type { KubeEvent, KubeTimer } from "./message.ts"
import { followNames, keepNames } from "./name-caches.ts"
import { askLaunch, deleteGone, followInstance, joinInstance, launch, noteImpaired, rebalance, replaceImpaired } from "./node-groups.ts"
import { beginPasses, endPass, followKubelet, pass, turnNode, turnReady } from "./node-lifecycle.ts"
import { endRemoval, giveUpRemoval } from "./node-removal.ts"
import { noteRepair, repair } from "./node-repair.ts"
import { autoscale } from "./pod-autoscaler.ts"
import { beginSweeps, noteOutOfService, sweep } from "./pod-gc.ts"
import { followListed, followLoad } from "./pod-load.ts"
import { beginUpgrade, bootReimaged, followUpgrade, giveUpDrain, replaceDrained, stepUpgrade, takeBack } from "./pool-upgrade.ts"
import { register, reportReady } from "./registration.ts"
import { noteChange, noteCompany, noteStir, scheduleAgain, scheduleDue, scheduleNew, scheduleWaiting } from "./scheduler-queue.ts"
import { beginToleration, beginTolerations, cancelTolerations, evict } from "./taint-eviction.ts"
import { reconcileAfterRemoval, reconcileDaemons, reconcileNow, reconcileOfPod, reconcileWorkload } from "./workload.ts"
import type { Hears, Keeps } from "./world.ts"
import { beginShift, turnShift } from "./zonal-shift.ts"

export const kubeHears: { readonly [Tag in KubeEvent["_tag"]]?: ReadonlyArray<Hears<Tag>> } = {
  "kube/NodeJoined": [register, reconcileDaemons, noteChange, followUpgrade],
  "kube/NodeDeleted": [beginPasses, beginSweeps, reconcileDaemons, noteChange],
  "kube/NodeCordoned": [noteChange],
  "kube/NodeReadinessTurned": [followKubelet, noteRepair, followUpgrade, takeBack],
  "kube/WorkloadApplied": [reconcileWorkload],
  "kube/WorkloadScaled": [reconcileWorkload],
  "kube/RolloutBegan": [reconcileWorkload, noteLabels],
  "kube/ServiceApplied": [noteService],
  "kube/EndpointsTurned": [keepNames, followListed],
  "kube/LoadTurned": [followLoad],
  "kube/ZonalShiftStarted": [beginShift],
  "kube/ZonalShiftTurned": [followShift],
  "kube/PodCreated": [scheduleNew, noteCreated],
  "kube/SchedulingFailed": [noteWaiting],
  "kube/PodScheduled": [admit, beginToleration, noteCompany, noteStir],
  "kube/PodReadinessTurned": [noteEndpoints, awaitAvailable, reconcileOfPod, noteStir],
  "kube/PodBecameAvailable": [reconcileOfPod],
  "kube/ContainerRestarting": [countRestarts],
  "kube/PodSucceeded": [noteEndpoints, reconcileOfPod],
  "kube/PodEvicted": [stopPod, noteEndpoints, reconcileOfPod],
  "kube/PodDeleted": [endPod, noteEndpoints, reconcileOfPod, noteChange],
  "kube/DrainBegan": [noteDrained],
  "kube/NodeDrained": [endRemoval, replaceDrained],
  "kube/PodRemoved": [endMachine, noteRemoval, reconcileAfterRemoval, noteChange, noteDrained],
  "kube/NodeCutOff": [beginPasses, noteImpaired],
  "kube/PoolUpgradeBegan": [beginUpgrade],
  "kube/GroupGrown": [askLaunch],
  "kube/InstanceTerminated": [followInstance],
  "kube/NodePathRestored": [awaitHeartbeat],
  "kube/LeaseRenewed": [turnReady, makeContact, takeBack],
  "kube/NodeTainted": [beginTolerations, noteOutOfService],
  "kube/NodeUntainted": [cancelTolerations, noteChange, reconcileDaemons],
  "kube/WatchResumed": [catchUp]
}

/** Ranks among the appointments of one instant: heartbeats, passes, what falls due, relists and what waited for the instant's end. */
export const kubeKeeps: { readonly [Tag in KubeTimer["_tag"]]: { readonly rank: number; readonly decide: Keeps<Tag> } } = {
  "kube/HeartbeatDue": { rank: 0, decide: beat },
  "kube/PodSyncDue": { rank: 0, decide: syncPods },
  "kube/MonitorPassDue": { rank: 1, decide: pass },
  "kube/NodeTurnDue": { rank: 1, decide: turnNode },
  "kube/PassEndDue": { rank: 1, decide: endPass },
  "kube/NoExecuteDue": { rank: 1, decide: taintDue },
  "kube/PodGcDue": { rank: 1, decide: sweep },
  "kube/AutoscaleDue": { rank: 1, decide: autoscale },
  "kube/ZonalShiftDue": { rank: 2, decide: turnShift },
  "kube/ScanDue": { rank: 1, decide: scan },
  "kube/BatchDue": { rank: 3, decide: closeBatch },
  "kube/DisruptionDue": { rank: 1, decide: disrupt },
  "kube/NodeGoneDue": { rank: 1, decide: deleteGone },
  "kube/LaunchDue": { rank: 2, decide: launch },
  "kube/InstanceReadyDue": { rank: 2, decide: joinInstance },
  "kube/MachineDue": { rank: 2, decide: launchMachine },
  "kube/MachineReadyDue": { rank: 2, decide: joinMachine },
  "kube/NodeReadyDue": { rank: 2, decide: reportReady },
  "kube/ImpairedDue": { rank: 2, decide: replaceImpaired },
  "kube/RebalanceDue": { rank: 2, decide: rebalance },
  "kube/UpgradeStepDue": { rank: 2, decide: stepUpgrade },
  "kube/ReimagedDue": { rank: 2, decide: bootReimaged },
  "kube/UpgradeDrainDue": { rank: 2, decide: giveUpDrain },
  "kube/RepairDue": { rank: 2, decide: repair },
  "kube/RemovalDue": { rank: 2, decide: giveUpRemoval },
  "kube/EvictionDue": { rank: 2, decide: evict },
  "kube/ContainerStartDue": { rank: 2, decide: startContainer },
  "kube/ContainerEndDue": { rank: 2, decide: endContainer },
  "kube/LivenessDue": { rank: 2, decide: failLiveness },
  "kube/VolumeAttachDue": { rank: 2, decide: attachVolume },
  "kube/AvailableDue": { rank: 2, decide: turnAvailable },
  "kube/ReadinessProbeDue": { rank: 2, decide: askReadiness },
  "kube/PodStopDue": { rank: 2, decide: confirmStop },
  "kube/ReconcileDue": { rank: 2, decide: reconcileNow },
  "kube/ScheduleDue": { rank: 2, decide: scheduleDue },
  "kube/ScheduleAgainDue": { rank: 2, decide: scheduleAgain },
  "kube/ProgressDue": { rank: 2, decide: failProgress },
  "kube/EvictDue": { rank: 2, decide: askEviction },
  "kube/EndpointsDue": { rank: 2, decide: turnEndpoints },
  "kube/NameCachesDue": { rank: 2, decide: followNames },
  "kube/SandboxRetryDue": { rank: 2, decide: retrySandbox },
  "kube/WatchResumeDue": { rank: 3, decide: resumeWatch },
  "kube/SchedulingDue": { rank: 3, decide: scheduleWaiting }
}
