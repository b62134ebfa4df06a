import { describe, expect, it } from "vitest"
import type { WorldEvent } from "../../src/model/world/message.ts"
import { eventKinds, sentenceOf } from "../../src/report/sentence.ts"

const lb = { balancer: "lb", target: "ip-1" }
const zonal = { balancer: "lb", zone: "c" }
const flow = {
  protocol: "tcp",
  source: "10.0.0.1",
  destination: "10.0.0.2",
  sourcePorts: { from: 32_768, to: 60_999 },
  destinationPorts: { from: 80, to: 80 }
} as const
const kept = {
  share: { of: 1, over: 1 },
  question: { from: "pod/a", to: { _tag: "Address", address: "10.0.0.2" }, protocol: "tcp", port: 80 },
  arrived: flow,
  reached: "pod/b",
  sessions: [],
  epochs: {}
} as const
const failure = { share: "1/3", fails: "timeout", at: "front-end/lb/c", reason: "ComponentSilent", origin: "lb, front end c" } as const
const answered = { _tag: "probe/AnswerTurned", probe: "host", success: "1", timeout: "0", refused: "0", other: "0", failures: [] } as const

const said: ReadonlyArray<readonly [WorldEvent, string]> = [
  [{ _tag: "fault/ZoneLost", zone: "c", components: 1 }, "zone c down: 1 component stops"],
  [{ _tag: "fault/ZoneReturned", zone: "c", components: 12 }, "zone c back: 12 components resume"],
  [
    { _tag: "capacity/InterfaceCreated", node: "n", index: 1, subnet: "s", own: "10.0.0.5", slots: ["10.0.0.6"] },
    "interface 1 made in s as 10.0.0.5, 1 address taken"
  ],
  [{ _tag: "capacity/InterfaceReleased", node: "n", index: 2 }, "interface 2 given back: no pod uses it"],
  [
    { _tag: "capacity/AddressesAdded", node: "n", index: 0, slots: [], prefixes: ["10.0.0.16/28"] },
    "interface 0 holds 16 addresses (10.0.0.16/28) more"
  ],
  [{ _tag: "capacity/AddressesReleased", node: "n", index: 0, slots: ["10.0.0.6"] }, "interface 0 gives 1 address back"],
  [
    {
      _tag: "capacity/GrowthRefused",
      node: "n",
      subnet: "s",
      code: "InsufficientFreeAddressesInSubnet",
      message: "none",
      asked: 10,
      free: 7,
      pauses: true
    },
    "no more addresses from s: InsufficientFreeAddressesInSubnet, 10 addresses asked for, 7 free; the node pauses"
  ],
  [
    {
      _tag: "capacity/GrowthRefused",
      node: "n",
      subnet: "s",
      code: "InsufficientCidrBlocks",
      message: "none",
      asked: 1,
      free: 0,
      pauses: false
    },
    "no more addresses from s: InsufficientCidrBlocks, 1 block of sixteen asked for, 0 free"
  ],
  [{ _tag: "capacity/CallThrottled", node: "n", untilMs: 90_000 }, "RequestLimitExceeded: the node's call waits until 1m30s"],
  [{ _tag: "capacity/PoolRulesTurned", changes: { prefixDelegation: true } }, "nodes keep addresses by other rules: prefixDelegation true"],
  [
    { _tag: "capacity/PodInterfaceReleased", subnet: "s", address: "10.0.0.9" },
    "10.0.0.9 is free again: the pod's own interface has cooled down"
  ],
  [
    { _tag: "capacity/InterfaceAttached", node: "n", index: 1, subnet: "public-c", own: "10.0.0.5", slots: ["10.0.0.6", "10.0.0.7"] },
    "interface 1 attached in public-c as 10.0.0.5, 2 addresses for pods"
  ],
  [{ _tag: "kube/NodeJoined", node: "n", zone: "c" }, "node joined, Ready, in c"],
  [
    { _tag: "kube/NodeCutOff", node: "n", lastRenewalAt: 120_000, reason: "ComponentSilent", at: "host/n" },
    "node cut off from the API server at host/n: gives no answer at all; last lease at 2:00"
  ],
  [{ _tag: "kube/NodePathRestored", node: "n" }, "path to the API server is back"],
  [{ _tag: "kube/LeaseRenewed", node: "n" }, "lease renewed, the first since the cut"],
  [
    { _tag: "kube/NodeReadinessTurned", node: "n", ready: "Unknown", reason: "NodeStatusUnknown" },
    "node NotReady (Unknown): NodeStatusUnknown"
  ],
  [{ _tag: "kube/NodeReadinessTurned", node: "n", ready: "True", reason: "KubeletReady" }, "node Ready again"],
  [
    { _tag: "kube/NodeTainted", node: "n", key: "node.kubernetes.io/unreachable", effect: "NoExecute" },
    "node tainted node.kubernetes.io/unreachable:NoExecute"
  ],
  [
    { _tag: "kube/NodeUntainted", node: "n", key: "node.kubernetes.io/unreachable", effect: "NoSchedule" },
    "taint node.kubernetes.io/unreachable:NoSchedule taken off"
  ],
  [
    { _tag: "kube/ZoneStateTurned", zone: "c", state: "FullDisruption", notReady: 1, nodes: 1 },
    "zone fully disrupted: 1 of 1 node not ready"
  ],
  [{ _tag: "kube/MasterDisruptionTurned", active: true }, "every zone is fully disrupted: evictions stop"],
  [{ _tag: "kube/MasterDisruptionTurned", active: false }, "a zone lives again: evictions resume"],
  [{ _tag: "kube/WatchResumed", node: "n" }, "kubelet and kube-proxy watch again"],
  [{ _tag: "kube/WorkloadApplied", workload: "default/app" }, "workload applied"],
  [{ _tag: "kube/ServiceApplied", service: "default/web" }, "Service applied"],
  [{ _tag: "kube/PodCreated", pod: "default/app-1", workload: "default/app" }, "pod created for default/app"],
  [{ _tag: "kube/PodScheduled", pod: "p", node: "n", pinned: true, scores: [] }, "pod bound to n as pinned"],
  [{ _tag: "kube/PodScheduled", pod: "p", node: "n", pinned: false, scores: ["n=310", "m=290"] }, "pod bound to n (scores n=310, m=290)"],
  [{ _tag: "kube/PodScheduled", pod: "p", node: "n", pinned: false, scores: [] }, "pod bound to n"],
  [{ _tag: "kube/SchedulingFailed", pod: "p", message: "0/3 nodes are available" }, "pod pending: 0/3 nodes are available"],
  [{ _tag: "kube/PodAddressAssigned", pod: "p", node: "n", address: "10.0.0.9" }, "pod has address 10.0.0.9 on n"],
  [{ _tag: "kube/PodSandboxFailed", pod: "p", node: "n", message: "no address left" }, "pod sandbox failed on n: no address left"],
  [{ _tag: "kube/VolumeAttached", pod: "p", volume: "data-0", node: "n" }, "volume data-0 attached to n"],
  [{ _tag: "kube/ContainerStarted", pod: "p" }, "container started"],
  [{ _tag: "kube/PodReadinessTurned", pod: "p", ready: true, by: "kubelet" }, "pod Ready"],
  [{ _tag: "kube/PodReadinessTurned", pod: "p", ready: false, by: "kubelet" }, "pod not Ready"],
  [{ _tag: "kube/PodReadinessTurned", pod: "p", ready: false, by: "node-lifecycle" }, "pod not Ready: its node is unreachable"],
  [{ _tag: "kube/PodEvicted", pod: "p", node: "n" }, "pod evicted from n: Terminating until its kubelet confirms"],
  [{ _tag: "kube/EvictionCancelled", pod: "p" }, "eviction cancelled: the taint is off"],
  [{ _tag: "kube/PodRemoved", pod: "p" }, "pod removed"],
  [{ _tag: "kube/PodBecameAvailable", pod: "p" }, "pod available: Ready for long enough"],
  [{ _tag: "kube/EndpointsTurned", service: "s", ready: ["a", "b"] }, "2 ready endpoints: a, b"],
  [{ _tag: "kube/EndpointsTurned", service: "s", ready: [] }, "no ready endpoint left: connections are refused"],
  [{ _tag: "kube/NameCachesFollowed", service: "s", addresses: ["10.0.0.1"] }, "every client's cache now holds 10.0.0.1"],
  [{ _tag: "kube/NameCachesFollowed", service: "s", addresses: [] }, "every client's cache now holds no address"],
  [{ _tag: "fault/NodeLost", node: "n", components: 1 }, "machine down"],
  [{ _tag: "fault/NodeReturned", node: "n", components: 1 }, "machine back"],
  [
    { _tag: "balance/CheckerTurned", balancer: "lb", zone: "c", broken: true, targets: 2 },
    "the health checker of c breaks: it fails every check of 2 targets"
  ],
  [{ _tag: "balance/CheckerTurned", balancer: "lb", zone: "c", broken: false, targets: 2 }, "the health checker of c works again"],
  [
    { _tag: "balance/TargetDraining", balancer: "lb", target: "n", until: 90_000 },
    "n deregistered: no new connection; those that stand may end until 1:30"
  ],
  [{ _tag: "balance/TargetDeregistered", balancer: "lb", target: "n" }, "n is no target any more"],
  [{ _tag: "balance/ZonalShiftStarted", balancer: "lb", zone: "c", until: 90_000 }, "zonal shift away from c asked for, until 1:30"],
  [{ _tag: "balance/ZonalShiftTurned", balancer: "lb", zone: "c", away: true }, "shifted away from c: its address and targets are out"],
  [{ _tag: "balance/ZonalShiftTurned", balancer: "lb", zone: "c", away: false }, "the shift away from c is over"],
  [
    { _tag: "kube/ZonalShiftStarted", zone: "c", from: 35_000, until: 90_000 },
    "zonal shift of the cluster away from c asked for, until 1:30"
  ],
  [{ _tag: "kube/ZonalShiftTurned", zone: "c", away: true }, "shifted away from c: its nodes are cordoned, its endpoints out"],
  [{ _tag: "capacity/LaunchesFrozen", frozen: true }, "the cloud launches no instance, in no zone"],
  [{ _tag: "capacity/LaunchesFrozen", frozen: false }, "the cloud launches instances again"],
  [{ _tag: "capacity/OfferingLost", zone: "c", instanceType: "m5.large" }, "no capacity for m5.large in c"],
  [{ _tag: "capacity/OfferingReturned", zone: "c" }, "capacity for every instance type in c again"],
  [{ _tag: "kube/ControlPlaneLost", machines: 1, left: 0 }, "control plane lost: 0 of 1 machine left"],
  [{ _tag: "kube/ControlPlaneReturned", machines: 2 }, "control plane back on 2 machines"],
  [
    {
      _tag: "kube/PoolUpgradeBegan",
      group: "p",
      version: "1.32",
      surge: 1,
      unavailable: 0,
      drainTimeoutMs: 1,
      forces: true,
      nodes: ["n1", "n2"]
    },
    "upgrade to 1.32 of 2 nodes begins, 1 more and 0 fewer at once"
  ],
  [{ _tag: "kube/PoolNodeUpgraded", group: "p", node: "n1", left: 1 }, "node ends for an upgrade, 1 to go"],
  [{ _tag: "kube/PoolUpgradeEnded", group: "p", version: "1.32" }, "upgraded to 1.32"],
  [{ _tag: "kube/PoolUpgradeEnded", group: "p", version: "1.32", failed: "n1 stays" }, "upgrade to 1.32 fails: n1 stays"],
  [{ _tag: "kube/NodeRebooted", node: "n1", attempt: 1 }, "node rebooted by its cloud's repair, attempt 1"],
  [{ _tag: "kube/NodeRebooted", node: "n1", attempt: 0 }, "machine made anew"],
  [{ _tag: "kube/NodeRouteRefused", node: "n1", block: "10.244.9.0/24", why: "full" }, "no route to its pods, 10.244.9.0/24: full"],
  [{ _tag: "kube/NodeReimaged", node: "n1" }, "drained: its machine is made anew where it stands"],
  [{ _tag: "kube/RepairFailed", node: "n1", why: "zone a gives no machine" }, "node repair failed: zone a gives no machine"],
  [{ _tag: "kube/CallUnanswered", subject: "default/web", call: "Scale" }, "Scale: the API server gives no answer"],
  [{ _tag: "kube/ControlPlaneUpgraded", version: "1.32" }, "control plane upgraded to 1.32"],
  [
    { _tag: "kube/UpgradeRefused", version: "1.32", subnets: ["a", "b"], asked: 5, free: 3 },
    "upgrade to 1.32 refused: 5 free addresses needed in a, b, 3 found"
  ],
  [{ _tag: "fault/GatewayLost", gateway: "nat", components: 1 }, "impaired: it drops everything; routes to it stay"],
  [{ _tag: "fault/GatewayReturned", gateway: "nat", components: 1 }, "works again"],
  [
    {
      _tag: "cloud/ChangeBegan",
      subject: "nat",
      change: { _tag: "CreateNatGateway", id: "nat", subnet: "public", publicAddress: "192.0.2.9" }
    },
    "change under way: NAT gateway in public as 192.0.2.9"
  ],
  [
    {
      _tag: "cloud/ResourceChanged",
      subject: "acl",
      change: {
        _tag: "SetAclEntry",
        acl: "acl",
        direction: "inbound",
        entry: { number: 100, action: "allow", protocol: "tcp", cidr: "10.0.0.0/16", fromPort: 443, toPort: 443 }
      }
    },
    "inbound rule 100 allow tcp 443 10.0.0.0/16"
  ],
  [{ _tag: "fault/MoveFailed", subject: "default/app", why: "no such workload" }, "the move failed: no such workload"],
  [
    {
      _tag: "kube/NodeCreated",
      node: "n",
      zone: "c",
      milliCpu: 1,
      memoryMiB: 1,
      spec: { name: "n", nodeGroup: "ng", subnet: "s", instanceType: "m5.large", address: "10.0.0.1", groups: [], maxPods: 29, labels: {} }
    },
    "node object created in c (ng, m5.large)"
  ],
  [{ _tag: "kube/NodeDeleted", node: "n", by: "an operator" }, "node object deleted by an operator"],
  [{ _tag: "kube/NodeCordoned", node: "n", cordoned: true }, "node cordoned"],
  [{ _tag: "kube/NodeCordoned", node: "n", cordoned: false }, "node uncordoned"],
  [{ _tag: "kube/DrainBegan", node: "n" }, "drain begins"],
  [{ _tag: "kube/NodeDrained", node: "n" }, "node drained"],
  [{ _tag: "kube/EvictionsQueued", zone: "c", nodes: ["n", "m"] }, "2 nodes queued for NoExecute: n, m"],
  [{ _tag: "kube/EvictionTokenBurned", zone: "c", entry: "n" }, "a token went to n, which needs none"],
  [{ _tag: "kube/WorkloadScaled", workload: "default/app", replicas: 4, by: "an operator" }, "scaled to 4 by an operator"],
  [
    { _tag: "kube/RolloutBegan", workload: "default/app", hash: "abc", template: { labels: {}, hostNetwork: false, serves: [] } },
    "rollout of template abc began"
  ],
  [{ _tag: "kube/ReplicaSetScaled", workload: "default/app", hash: "abc", from: 0, to: 2 }, "Scaled up replica set app-abc to 2"],
  [{ _tag: "kube/ReplicaSetScaled", workload: "default/app", hash: "abc", from: 2, to: 1 }, "Scaled down replica set app-abc to 1"],
  [{ _tag: "kube/ProgressDeadlineExceeded", workload: "default/app" }, "rollout made no progress for its deadline"],
  [{ _tag: "kube/RolloutCompleted", workload: "default/app", hash: "abc" }, "rollout of abc complete"],
  [{ _tag: "kube/JobFailed", workload: "default/batch", reason: "BackoffLimitExceeded" }, "job failed: BackoffLimitExceeded"],
  [
    {
      _tag: "kube/BudgetApplied",
      budget: "default/app",
      spec: { name: "app", namespace: "default", selector: { labels: {}, requirements: [] }, minAvailable: 2 }
    },
    "budget in force: at least 2 available"
  ],
  [
    {
      _tag: "kube/BudgetApplied",
      budget: "default/app",
      spec: { name: "app", namespace: "default", selector: { labels: {}, requirements: [] }, maxUnavailable: "25%" }
    },
    "budget in force: at most 25% unavailable"
  ],
  [{ _tag: "kube/BudgetRemoved", budget: "default/app" }, "budget gone"],
  [{ _tag: "kube/EvictionRefused", pod: "p", by: "kubectl drain", message: "needs 3" }, "eviction refused: needs 3"],
  [{ _tag: "kube/LoadTurned", workload: "default/app", milliCpu: 800 }, "its pods have 800m CPU to do together"],
  [
    { _tag: "kube/ReplicasWished", workload: "default/app", wish: 8, percent: 200 },
    "autoscaler would like 8 pods: usage is 200 % of requests"
  ],
  [{ _tag: "kube/PodDeleted", pod: "p", by: "eviction", force: false }, "pod deleted (by the eviction API)"],
  [{ _tag: "kube/PodDeleted", pod: "p", by: "pod-gc", force: true }, "pod deleted (by garbage collection) by force"],
  [{ _tag: "kube/PodNominated", pod: "p", node: "n" }, "room is being made for it on n"],
  [
    { _tag: "kube/ContainerRestarting", pod: "p", reason: "Error", restarts: 3, backOffMs: 20_000 },
    "container ended (Error), restart 3 after 20s"
  ],
  [{ _tag: "kube/PodSucceeded", pod: "p" }, "container completed"],
  [{ _tag: "kube/VolumeProvisioned", pod: "p", volume: "data-p", kind: "gp3", attaches: true, zone: "c" }, "volume data-p made in c"],
  [{ _tag: "kube/VolumeProvisioned", pod: "p", volume: "data-p", kind: "efs", attaches: false }, "volume data-p made"],
  [
    { _tag: "kube/GroupGrown", group: "ng", by: "cluster-autoscaler", from: 2, to: 4, reason: "18 pods wait" },
    "cluster-autoscaler wants 4 nodes, had 2: 18 pods wait"
  ],
  [
    { _tag: "kube/GroupBackedOff", group: "ng", untilMs: 120_000, reason: "no zone can launch" },
    "left alone until 2:00: no zone can launch"
  ],
  [{ _tag: "kube/AutoscalerHalted", halted: true, unready: 4, nodes: 6 }, "cluster autoscaler halts: 4 of 6 nodes unready"],
  [{ _tag: "kube/AutoscalerHalted", halted: false, unready: 0, nodes: 6 }, "cluster autoscaler acts again"],
  [{ _tag: "kube/NodeUnneeded", node: "n", unneeded: true }, "node unneeded"],
  [{ _tag: "kube/NodeUnneeded", node: "n", unneeded: false }, "node needed again"],
  [
    {
      _tag: "kube/InstanceLaunched",
      group: "ng",
      instance: "i",
      instanceType: "m5.large",
      maxPods: 29,
      zone: "c",
      subnet: "s",
      address: "10.0.0.1"
    },
    "instance launched in c for ng"
  ],
  [{ _tag: "kube/LaunchFailed", group: "ng", zone: "c", message: "no address" }, "launch failed in c: no address"],
  [{ _tag: "kube/InstanceTerminated", group: "ng", instance: "i", reason: "rebalanced" }, "instance terminated: rebalanced"],
  [{ _tag: "balance/BalancerCreated", balancer: "lb", service: "default/web" }, "balancer made for default/web"],
  [
    { _tag: "balance/FrontEndPlaced", ...zonal, subnet: "public-c", address: "10.0.0.8", publicAddress: "203.0.113.8" },
    "front end in public-c (c) at 203.0.113.8, inside 10.0.0.8"
  ],
  [{ _tag: "balance/TargetRegistered", ...lb }, "ip-1 registered as a target"],
  [{ _tag: "balance/CheckPathTurned", ...lb, ok: true, fails: "", why: "" }, "health checks of ip-1 would pass"],
  [
    { _tag: "balance/CheckPathTurned", ...lb, ok: false, fails: "timeout", why: "host ip-1 is silent" },
    "health checks of ip-1 would fail: no answer; host ip-1 is silent"
  ],
  [
    { _tag: "balance/HealthCheckFailed", ...lb, streak: 2, threshold: 6, fails: "timeout" },
    "health check of ip-1 failed (no answer), 2 of 6"
  ],
  [{ _tag: "balance/HealthCheckPassed", ...lb, streak: 1, threshold: 2 }, "health check of ip-1 passed, 1 of 2"],
  [{ _tag: "balance/TargetTurnedUnhealthy", ...lb }, "target ip-1 out of service"],
  [{ _tag: "balance/TargetTurnedHealthy", ...lb }, "target ip-1 in service"],
  [{ _tag: "balance/ZonalHealthTurned", ...zonal, of: "front end", well: false }, "DNS takes the front end in c for ill"],
  [{ _tag: "balance/ZonalHealthTurned", ...zonal, of: "targets", well: true }, "DNS takes the targets in c for well"],
  [{ _tag: "balance/AddressListed", ...zonal, address: "203.0.113.8" }, "address 203.0.113.8 (c) listed in DNS"],
  [
    { _tag: "balance/AddressWithdrawn", ...zonal, address: "203.0.113.8", why: "front end" },
    "address 203.0.113.8 (c) leaves DNS: its front end is dead; caches keep it"
  ],
  [
    { _tag: "balance/AddressWithdrawn", ...zonal, address: "203.0.113.8", why: "targets" },
    "address 203.0.113.8 (c) leaves DNS: no healthy target; caches keep it"
  ],
  [{ _tag: "balance/CachesFollowed", balancer: "lb", addresses: ["1.1.1.1", "2.2.2.2"] }, "every cache now holds 1.1.1.1, 2.2.2.2"],
  [{ _tag: "balance/CachesFollowed", balancer: "lb", addresses: [] }, "every cache now holds no address"],
  [answered, "success 1"],
  [
    { ...answered, success: "2/3", timeout: "1/3", failures: [failure] },
    "success 2/3; 1/3 times out at front-end/lb/c: gives no answer at all (lb, front end c)"
  ],
  [
    {
      ...answered,
      success: "0",
      timeout: "1/3",
      refused: "2/3",
      failures: [
        { ...failure, share: "2/3", fails: "refused", reason: "NoTarget", at: "10.100.0.1", origin: "", call: "default/postgres:5432" },
        failure
      ]
    },
    "success 0, 1/3 times out, 2/3 is refused; most of it: 2/3 is refused when calling default/postgres:5432 at 10.100.0.1: has no target to send to"
  ],
  [
    { _tag: "kube/PodLoadTurned", workload: "default/web", serving: 8, share: "21/20" },
    "each of 8 serving pods has 21/20 of its request to do"
  ],
  [
    { _tag: "cloud/FailedOver", subject: "orders", from: "orders/c", to: "orders/a", name: "orders.rds.example", address: "10.0.0.9" },
    "failed over from orders/c to orders/a: orders.rds.example is 10.0.0.9 now"
  ],
  [{ _tag: "fault/PortsTurned", gateway: "nat", exhausted: true }, "no port is left for new connections"],
  [{ _tag: "fault/PortsTurned", gateway: "nat", exhausted: false }, "has ports again"],
  [
    { _tag: "fault/ConnectionsHeld", node: "n1", pool: "p", destination: "198.51.100.20:tcp:443", count: 700, ports: 1024 },
    "700 connections open to 198.51.100.20:tcp:443, 1024 ports for them"
  ],
  [
    { _tag: "fault/ConnectionsCut", node: "n1", pool: "p", destination: "198.51.100.20:tcp:443", cut: 188, ports: 512 },
    "188 connections to 198.51.100.20:tcp:443 cut: 512 ports are left"
  ],
  [{ _tag: "fault/ReclaimNoticed", node: "n1", untilMs: 180_000 }, "the cloud takes the instance back at 3:00"],
  [{ _tag: "capacity/SubnetFilled", subnet: "nodes-a", ranges: [{ first: 1, last: 2 }], left: 7 }, "others took its addresses: 7 are left"],
  [{ _tag: "capacity/SubnetEmptied", subnet: "nodes-a", left: 1 }, "others gave its addresses back: 1 is free"],
  [{ _tag: "fault/ZoneLinkTurned", zone: "b", loss: "1/50" }, "zone b: its link loses 1/50 of what it carries"],
  [{ _tag: "fault/ZoneLinkTurned", zone: "b", loss: "0" }, "zone b: its link loses nothing any more"],
  [{ _tag: "probe/ConnectionsTurned", probe: "pool", opened: 1, closed: 0, connections: [kept] }, "keeps 1 connection, 1 opened"],
  [
    { _tag: "probe/ConnectionsTurned", probe: "pool", opened: 0, closed: 2, connections: [{ ...kept, silentSince: 5_000 }] },
    "keeps 1 connection, 2 closed, 1 without an answer"
  ],
  [{ _tag: "world/Unmodelled", subject: "host", what: "UDP through a classic balancer" }, "not modelled: UDP through a classic balancer"]
]

describe("a sentence", () => {
  it.each(said.map(([event, sentence]) => ({ kind: event._tag, event, sentence })))("of $kind: $sentence", ({ event, sentence }) => {
    expect(sentenceOf(event)).toBe(sentence)
  })

  it("is tested for every kind of event", () => {
    expect([...new Set(said.map(([event]) => event._tag))].sort()).toEqual([...eventKinds].sort())
  })
})
