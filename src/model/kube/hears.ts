/** The cluster's part of the wiring: which controller hears which event, and who keeps which appointment. `world/wiring.ts` joins it. */
import { noteEndpoints, noteService, turnEndpoints } from "./endpoints.ts"
import {
  admit,
  askReadiness,
  attachVolume,
  awaitHeartbeat,
  beat,
  catchUp,
  confirmStop,
  makeContact,
  resumeWatch,
  retrySandbox,
  startContainer,
  stopPod
} from "./kubelet.ts"
import type { KubeEvent, KubeTimer } from "./message.ts"
import { beginPasses, pass, taintDue, turnReady } from "./node-lifecycle.ts"
import { scheduleNew, scheduleWaiting } from "./scheduler.ts"
import { beginTolerations, cancelTolerations, evict } from "./taint-eviction.ts"
import { reconcileAll, reconcileOfPod, reconcileWorkload } from "./workload.ts"
import type { Hears, Keeps } from "./world.ts"

export const kubeHears: { readonly [Tag in KubeEvent["_tag"]]?: ReadonlyArray<Hears<Tag>> } = {
  "kube/NodeJoined": [reconcileAll, scheduleWaiting],
  "kube/WorkloadApplied": [reconcileWorkload],
  "kube/ServiceApplied": [noteService],
  "kube/PodCreated": [scheduleNew],
  "kube/PodScheduled": [admit],
  "kube/PodReadinessTurned": [noteEndpoints, reconcileOfPod],
  "kube/PodEvicted": [stopPod, noteEndpoints, reconcileOfPod],
  "kube/PodRemoved": [reconcileAll, scheduleWaiting],
  "kube/NodeCutOff": [beginPasses],
  "kube/NodePathRestored": [awaitHeartbeat],
  "kube/LeaseRenewed": [turnReady, makeContact],
  "kube/NodeTainted": [beginTolerations],
  "kube/NodeUntainted": [cancelTolerations, scheduleWaiting],
  "kube/WatchResumed": [catchUp]
}

/** Ranks among the appointments of one instant: heartbeats, passes, what falls due, relists. */
export const kubeKeeps: { readonly [Tag in KubeTimer["_tag"]]: { readonly rank: number; readonly decide: Keeps<Tag> } } = {
  "kube/HeartbeatDue": { rank: 0, decide: beat },
  "kube/MonitorPassDue": { rank: 1, decide: pass },
  "kube/NoExecuteDue": { rank: 1, decide: taintDue },
  "kube/EvictionDue": { rank: 2, decide: evict },
  "kube/ContainerStartDue": { rank: 2, decide: startContainer },
  "kube/VolumeAttachDue": { rank: 2, decide: attachVolume },
  "kube/ReadinessProbeDue": { rank: 2, decide: askReadiness },
  "kube/PodStopDue": { rank: 2, decide: confirmStop },
  "kube/EndpointsDue": { rank: 2, decide: turnEndpoints },
  "kube/SandboxRetryDue": { rank: 2, decide: retrySandbox },
  "kube/WatchResumeDue": { rank: 3, decide: resumeWatch }
}
