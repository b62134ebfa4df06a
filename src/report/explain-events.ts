/**
 * What each event means and what follows from it, for `explain`. Complete by its types.
 */
import type { EventTag } from "../model/world/message.ts"

export const eventMeanings: Readonly<Record<EventTag, string>> = {
  "fault/ZoneLost":
    "A zone's hosts, front ends and volumes stopped as they stood: no answer at all, no reboot. `components` counts them; 0 means that the fault touched nothing, and what is judged after it is inconclusive.",
  "fault/ZoneReturned":
    "A zone's components resumed as they stood: containers kept, sessions kept. Nodes are Ready again only with their next heartbeat.",
  "fault/ZoneLinkTurned":
    "The link between a zone and the others loses a share of the flows that it carries, or loses nothing any more. Flows within a zone, and those from outside all zones, are not touched; heartbeats and health checks get through, since one loss is not a row of them.",
  "fault/PortsTurned":
    "A NAT gateway ran out of ports to translate to, or has some again. Connections that are open go on; new ones are dropped (ErrorPortAllocation).",
  "fault/ConnectionsHeld":
    "So many connections of a node to one destination are open. Where it leaves by ports of a shared address, each holds one of the node's ports toward that destination; a further one needs another.",
  "fault/ConnectionsCut":
    "The ports that a node has of a shared address became fewer than the connections that it had open to a destination: the cloud dealt them anew, because nodes came, or because somebody said so. The rest goes on; nothing new to that destination comes through.",
  "fault/ReclaimNoticed":
    "The cloud will take an instance back at that time, as it does with spot instances. Nothing else happens unless something drains it.",
  "capacity/SubnetFilled":
    "Somebody else took addresses of a subnet, the lowest first: interfaces that nobody knew of, another team's functions.",
  "capacity/SubnetEmptied": "The addresses that somebody else had taken are free again.",
  "capacity/InterfaceAttached":
    "A node has one more network interface, with the addresses it holds ready for pods. They are taken from the subnet whether pods use them or not.",
  "kube/ControlPlaneLost":
    "Too few machines of the control plane are left for its store to agree. No call to the API server is answered and no controller decides: no node turns NotReady, nothing is evicted, scheduled, scaled or rolled out, no Service changes its endpoints. Kubelets and kube-proxies go on with what they last knew; load balancers go on checking.",
  "kube/ControlPlaneReturned":
    "The control plane is back. Its controllers begin with what they find: every node's lease counts from now, so that nobody is evicted for an outage of the control plane itself.",
  "kube/PoolUpgradeBegan":
    "The nodes of a pool are to be replaced by ones of another version. Surge nodes come first; an old node is cordoned and emptied when enough others take pods.",
  "kube/PoolNodeUpgraded": "An old node of a pool under upgrade was emptied, or its time was up: it ends, and another takes its place.",
  "kube/PoolUpgradeEnded":
    "A pool's upgrade is over: all its nodes are new, or the pods of one did not go in time and the rest stays as it is.",
  "kube/NodeRouteRefused":
    "The route controller could not write the route that leads to a new node's pods. The node keeps its taint network-unavailable, and takes no pod that needs the network.",
  "kube/NodeReimaged":
    "An upgrade makes a drained machine anew where it stands, as a scale set does: the same name and address, silent until it has booted (`nodeLaunchMs`).",
  "kube/NodeRebooted":
    "The cloud began the machine anew: its node repair, because it had not been Ready for too long, or an upgrade that made it anew. What ran on it runs no more; its containers start when its kubelet has heard from the API server, and not before.",
  "kube/RepairFailed": "The cloud's node repair could not make a machine in the node's zone. It goes on trying.",
  "kube/CallUnanswered": "An operator asked the API server for something while there was none: nothing came of it, and nobody asks again.",
  "kube/ControlPlaneUpgraded": "The control plane runs the new version. Nodes keep theirs until they are replaced.",
  "kube/UpgradeRefused":
    "The control plane makes its new interfaces before the old ones go, and its subnets had fewer free addresses than that takes (`upgradeAddresses`). The cluster stays on its version; workloads are untouched.",
  "capacity/InterfaceCreated":
    "The cloud made an interface for a node. Its addresses are taken from the subnet; pods can have them once it is attached (`interfaceAttachMs`).",
  "capacity/InterfaceReleased":
    "A node gave an interface back that none of its pods used, because it held more than its targets say. Its addresses are free.",
  "capacity/AddressesAdded": "An interface took more addresses, or prefixes of sixteen. They can be used at once.",
  "capacity/AddressesReleased": "A node gave back addresses beyond its targets (`warmAddresses`, `addressesMin`, `warmPrefixes`).",
  "capacity/GrowthRefused":
    "The subnet had fewer addresses, or whole blocks of sixteen, than the node asked for. A new interface is all or nothing, so a few free addresses stay stranded. The node tries again after `addressRefusalPauseMs`; its pods wait in ContainerCreating, and no autoscaler sees them.",
  "capacity/CallThrottled":
    "The account made more calls for interfaces and addresses than the cloud takes (`cloudCallsBurst`, `cloudCallsPerSecond`); this one waits for its turn.",
  "capacity/PoolRulesTurned":
    "The owner switched how nodes keep addresses. What they hold stays; what they take from now on follows the new rules.",
  "capacity/LaunchesFrozen":
    "The cloud refuses every launch, whatever the zone and type, as in a control-plane incident. What runs keeps running; what is lost is not replaced.",
  "capacity/OfferingLost":
    "A zone has no capacity for an instance type. Launches there fail with InsufficientInstanceCapacity; groups try their other zones.",
  "capacity/OfferingReturned": "The zone has capacity for the type again.",
  "capacity/PodInterfaceReleased": "The address of a pod's own interface is free again, `podInterfaceCoolingMs` after the pod went.",
  "kube/NodeJoined": "A node registered with the API server; Ready at once, unless it says otherwise. Its zone is what its label says.",
  "kube/NodeCutOff":
    "The node's own path to the API server is gone. From here on no lease is renewed and nothing is watched: its kubelet hears of no deletion, its kube-proxy keeps the tables it has.",
  "kube/NodePathRestored": "The node reaches the API server again; the next heartbeat will arrive.",
  "kube/LeaseRenewed":
    "The first lease after a cut arrived. The node is Ready at the same instant; what runs on it watches again one `watchResumeMs` later.",
  "kube/NodeReadinessTurned":
    "The node lifecycle saw no lease for the grace period and set Ready to Unknown, or saw one again. With Unknown the node is tainted NoSchedule, and all its pods turn not Ready in the same pass.",
  "kube/NodeTainted":
    "A taint was put on a node. NoSchedule keeps new pods away; NoExecute begins the tolerance (300 s by default) after which its pods are evicted.",
  "kube/NodeUntainted": "A taint was taken off. NoExecute off cancels evictions that are still waiting.",
  "kube/ZoneStateTurned":
    "A zone's state after a pass of the node lifecycle: FullDisruption without a ready node, PartialDisruption from three unready nodes and 55 % on. It decides at what rate nodes are tainted NoExecute.",
  "kube/MasterDisruptionTurned":
    "Every zone is fully disrupted, which the control plane takes for its own fault: NoExecute taints go and evictions stop until a zone lives again.",
  "kube/WatchResumed": "Kubelet and kube-proxy of a node have listed and watch again: they learn of deletions and endpoints they missed.",
  "kube/WorkloadApplied": "A workload was handed to the API server; its controller begins to create pods.",
  "kube/ServiceApplied": "A Service was handed to the API server; for type LoadBalancer the cloud makes a balancer.",
  "kube/PodCreated": "A controller created a pod object. It is pending until it is bound to a node.",
  "kube/PodScheduled":
    "The scheduler bound the pod to a node. `scores` names the best nodes, best first; `pinned` means that settling kept what the scenario knows.",
  "kube/SchedulingFailed":
    "No node takes the pod; the message is the scheduler's own. It tries again when something changes that could help.",
  "kube/PodAddressAssigned": "The pod's network is set up: it has an address of its node's interfaces.",
  "kube/PodSandboxFailed":
    "The kubelet could not set up the pod's network, most often for want of an address. The pod is bound, so no autoscaler helps; the kubelet tries again.",
  "kube/VolumeAttached": "The volume is attached to the pod's node. A zonal volume attaches in its own zone only.",
  "kube/ContainerStarted": "The pod's container runs. Without a readiness probe the pod is Ready at once.",
  "kube/PodReadinessTurned":
    "The pod's Ready condition turned: by its kubelet's word, or by the node lifecycle's because its node is unreachable. Endpoints follow one `endpointsDelayMs` later.",
  "kube/PodEvicted":
    "Taint eviction deleted the pod. It stays Terminating until its kubelet confirms: a Deployment replaces it at once, a StatefulSet waits for the old object to be gone.",
  "kube/EvictionCancelled": "The NoExecute taint went before the tolerance ran out: the pod stays.",
  "kube/PodRemoved": "The pod object is gone from the API; its address and its name are free.",
  "kube/EndpointsTurned":
    "The ready endpoints of a Service changed in every connected kube-proxy. None left: connections are refused, which fails fast; a dead one still listed: they time out, which fails slowly.",
  "kube/NameCachesFollowed":
    "Every client's cache now holds what a headless Service's name answered one time-to-live ago (`dnsClientCacheMs`). Until then a dead address costs its share of requests.",
  "fault/NodeLost": "A machine stopped as it stood: no answer at all, no reboot. `components` is 1, or 0 when it was down already.",
  "fault/NodeReturned": "A machine resumed as it stood: containers kept. Its node is Ready again only with its next heartbeat.",
  "fault/GatewayLost":
    "A gateway, a peering or an endpoint drops everything while it goes on existing: routes to it stay active. `components` is how many stopped.",
  "fault/GatewayReturned": "It carries traffic again.",
  "cloud/ChangeBegan": "Somebody asked for a change of the network that takes its time: a NAT gateway, a route, a subnet's table.",
  "cloud/ResourceChanged": "The network is another from here on; `subject` is the thing that changed.",
  "fault/MoveFailed": "An entry of the timeline named something that did not exist, or was not in the state it needs, when its time came.",
  "kube/NodeCreated": "A node that the scenario does not name came to be: a node group launched its instance.",
  "kube/NodeDeleted":
    "The node object is gone from the API. Pods bound to it are orphans; pod garbage collection deletes them by force after its quarantine.",
  "kube/ZonalShiftStarted": "Somebody asked to move the cluster's traffic away from a zone for a while.",
  "kube/ZonalShiftTurned":
    "A zonal shift of the cluster came into effect, or is over: nodes of the zone are cordoned and its endpoints leave the Services, or both come back. Nothing is evicted.",
  "kube/NodeCordoned": "The node takes no new pods, or takes them again. What runs on it goes on.",
  "kube/DrainBegan":
    "Someone drains the node, as kubectl drain does: its pods are asked to go through the eviction API, again and again while budgets refuse.",
  "kube/NodeDrained": "A drain has evicted every pod that it must.",
  "kube/EvictionsQueued": "Kubernetes 1.20 only: a pass put every node that waits for NoExecute into its zone's queue once more.",
  "kube/EvictionTokenBurned": "Kubernetes 1.20 only: a queue entry of a node that is tainted already, or is back, used up a token.",
  "kube/WorkloadScaled": "The wanted number of pods turned.",
  "kube/RolloutBegan":
    "A workload was given another pod template. A Deployment's new ReplicaSet grows within the surge while old ones shrink as availability allows; a StatefulSet or a DaemonSet ends pods of the old one.",
  "kube/ReplicaSetScaled": "The Deployment controller wants another number of pods of one ReplicaSet.",
  "kube/ProgressDeadlineExceeded": "A rollout has made no progress for progressDeadlineSeconds. Kubernetes tells it and changes nothing.",
  "kube/RolloutCompleted": "Every pod that the rollout means is of the template in force, and available.",
  "kube/JobFailed":
    "Containers of the Job's active pods have started again as often as its backoffLimit. Its pods are deleted, and it makes no more.",
  "kube/BudgetApplied": "A PodDisruptionBudget is in force, or was changed. Only the eviction API asks it.",
  "kube/BudgetRemoved": "A PodDisruptionBudget was deleted.",
  "kube/EvictionRefused": "The eviction API answered 429: one more disruption would break a budget. Who asked tries again.",
  "kube/PodLoadTurned":
    "What each pod that serves has to do turned, as a share of what it requests: the load turned, or how many share it. Over 1 it cannot keep up.",
  "kube/LoadTurned": "The load on a workload turned, as the timeline says.",
  "kube/ReplicasWished": "A HorizontalPodAutoscaler's wish at one of its looks. It acts on the highest wish of its window.",
  "kube/PodDeleted":
    "A pod was given a deletion timestamp by a controller, the eviction API, an operator, garbage collection or a preempting pod. By force it is gone at once; else its kubelet ends it.",
  "kube/PodNominated": "Pods of lower priority are being deleted so that this one fits.",
  "kube/ContainerRestarting":
    "The container ended or failed its liveness probe. The kubelet starts it again, after a back-off that doubles from 10 s to 5 min.",
  "kube/PodBecameAvailable": "The pod was Ready for as long as its Deployment's minReadySeconds want; the rollout counts it from now on.",
  "kube/PodSucceeded": "The container did what it was for; a Job counts it.",
  "kube/VolumeProvisioned": "A claimed volume came to be where its first pod was placed (WaitForFirstConsumer). A zonal one stays there.",
  "kube/GroupGrown": "The wanted size of a node group turned.",
  "kube/GroupBackedOff": "A node group failed to grow; the autoscaler does not ask it again until the back-off is over.",
  "kube/AutoscalerHalted": "With more than three nodes and more than 45 % of them unready the cluster autoscaler does nothing at all.",
  "kube/NodeUnneeded":
    "The cluster autoscaler finds that a node is little used and its pods would fit elsewhere; after ten minutes of it the node goes.",
  "kube/InstanceLaunched":
    "A node group launched an instance, or a Fargate profile a machine for one pod. It takes an address of its subnet at once, and joins as a node later.",
  "kube/LaunchFailed": "The cloud refused an instance, with its own message.",
  "kube/InstanceTerminated": "The cloud ended an instance: budgets are not asked. Its node object follows.",
  "balance/BalancerCreated": "The cloud made a balancer for a Service of type LoadBalancer.",
  "balance/FrontEndPlaced": "A balancer's front end stands in a subnet of one zone, with an address of its own.",
  "balance/TargetRegistered": "A node was registered with a balancer; it is in service when health checks say so.",
  "balance/TargetDraining":
    "A target was deregistered: it gets no new connection; those that stand may end during the deregistration delay.",
  "balance/TargetDeregistered": "The deregistration delay is over: the target is gone.",
  "balance/CheckPathTurned":
    "From here on a health check of the target would be answered, or would fail as said. The target itself turns only after as many checks as the threshold asks for.",
  "balance/HealthCheckFailed": "A health check failed; so many in a row turn the target unhealthy.",
  "balance/HealthCheckPassed": "A health check passed; so many in a row turn the target healthy.",
  "balance/TargetTurnedUnhealthy": "The balancer takes the target out of service: no new connection goes there.",
  "balance/TargetTurnedHealthy": "The balancer takes the target into service again.",
  "balance/ZonalHealthTurned":
    "DNS took note that a zone's front end or its targets are well or not. A zonal address is listed while both are.",
  "balance/AddressListed": "A zonal address of the balancer is among what its DNS name answers. Caches follow one time-to-live later.",
  "balance/AddressWithdrawn":
    "A zonal address left what the DNS name answers. Clients that have it cached keep using it for one time-to-live.",
  "balance/CheckerTurned": "The health checker of a zone's targets broke, and fails every check whatever they answer; or it works again.",
  "balance/ZonalShiftStarted": "Somebody asked to move a balancer's traffic away from a zone for a while.",
  "balance/ZonalShiftTurned": "A zonal shift came into effect, or is over: the zone's address leaves or enters DNS, its targets likewise.",
  "balance/CachesFollowed":
    "Every client's cache now holds what the DNS authority answered one time-to-live ago. Until then a dead address costs its share of requests.",
  "cloud/FailedOver": "A managed database's standby took over, and its name leads there. It stays so when the former primary is back.",
  "probe/ConnectionsTurned":
    "The connections that a probe keeps, from this instant on: those it could open, less those that were reset or that nobody answered for too long. What each place on their way remembers of them is kept with them.",
  "probe/AnswerTurned":
    "A probe's answer from this instant on: exact shares of success, timeout and refusal over first attempts, with every kind of failing, the largest first. Written only when it turns.",
  "world/Unmodelled": "The run met something that the model does not cover. Expectations that depend on it are inconclusive from here on."
}
