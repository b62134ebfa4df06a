/**
 * Workloads, Services and volumes as their owner describes them. What is left out takes Kubernetes' own default. Pins say what is
 * known of single pods from the start; settling arrives at them by its own rules.
 */
import { Schema } from "effect"
import type { IngressSpec } from "../../model/balance/ingress.ts"
import { isAmount } from "../../model/kube/amount.ts"
import { serviceOfName } from "../../model/kube/dns-names.ts"
import {
  type BudgetSpec,
  type FargateProfileSpec,
  Amount as PodAmount,
  type PodAutoscalerSpec,
  type PolicySpec,
  type ServiceSpec,
  type VolumeSpec,
  type WorkloadSpec
} from "../../model/kube/spec.ts"
import { type Diagnostic, errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readName, readOptions, readTime } from "../read.ts"
import { ClassicBalancer, classicBalancerOf, NetworkBalancer, networkBalancerOf, type Scheme } from "./balancer.ts"
import { PlacingFields, placingOf } from "./placing.ts"
import { qualified } from "./probe.ts"
import { RunningFields, runningOf } from "./running.ts"

/** A thing of the cluster with the place where it is described. */
export type Described =
  | { readonly _tag: "Workload"; readonly spec: WorkloadSpec; readonly place: Place | undefined }
  | { readonly _tag: "Service"; readonly spec: ServiceSpec; readonly place: Place | undefined; readonly seeks?: Scheme }
  /** `seeks`: its balancer's subnets are not said and have to be found. */
  | { readonly _tag: "Ingress"; readonly spec: IngressSpec; readonly place: Place | undefined; readonly seeks?: Scheme }
  | { readonly _tag: "Volume"; readonly spec: VolumeSpec; readonly place: Place | undefined }
  | { readonly _tag: "Budget"; readonly spec: BudgetSpec; readonly place: Place | undefined }
  | { readonly _tag: "Policy"; readonly spec: PolicySpec; readonly place: Place | undefined }
  | { readonly _tag: "Unmodelled"; readonly spec: { readonly subject: string; readonly what: string }; readonly place: Place | undefined }
  | { readonly _tag: "Note"; readonly spec: Diagnostic; readonly place: Place | undefined }
  /** Without `groups` it is in the cluster's own. */
  | { readonly _tag: "FargateProfile"; readonly spec: FargateProfileSpec; readonly place: Place | undefined }
  | { readonly _tag: "PodAutoscaler"; readonly spec: PodAutoscalerSpec; readonly place: Place | undefined }

const Name = Schema.NonEmptyString
const Pin = Schema.Struct({ name: Name, node: Schema.optionalKey(Name), address: Schema.optionalKey(Schema.String) })
const PortNumber = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_535 }))
const Port = Schema.Struct({
  port: PortNumber,
  protocol: Schema.optionalKey(Schema.Literals(["tcp", "udp"])),
  /** Paths and whom answering them calls: `{ "/data": ["postgres:5432"], "/pay": ["outside partner:443"] }`. */
  calls: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.String)))
})
const Amount = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Options = Schema.Struct({
  namespace: Schema.optionalKey(Name),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  requests: Schema.optionalKey(
    Schema.Struct({ milliCpu: Amount, memoryMiB: Amount, extended: Schema.optionalKey(Schema.Record(Schema.String, Amount)) })
  ),
  serves: Schema.optionalKey(Schema.Array(Port)),
  ...PlacingFields,
  ...RunningFields,
  hostNetwork: Schema.optionalKey(Schema.Boolean),
  privileged: Schema.optionalKey(Schema.Boolean),
  pods: Schema.optionalKey(Schema.Array(Pin))
})
/** Largest cluster that Kubernetes supports: 150,000 pods. Source: kubernetes.io, Considerations for large clusters. */
const Replicas = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150_000 }))
const Strategy = Schema.Struct({
  maxSurge: Schema.optionalKey(PodAmount),
  maxUnavailable: Schema.optionalKey(PodAmount),
  progressDeadline: Schema.optionalKey(Schema.String),
  /** Every old pod is gone before a new one is made. */
  recreate: Schema.optionalKey(Schema.Boolean)
})
const Replicated = Schema.Struct({
  ...Options.fields,
  replicas: Replicas,
  templateHash: Schema.optionalKey(Name),
  rollout: Schema.optionalKey(Strategy),
  /** How long a pod must have been Ready before a rollout counts on it. */
  minReady: Schema.optionalKey(Schema.String)
})
/** Pods from the partition's ordinal on are rolled out; with onDelete only what somebody deletes. */
const OrderedUpdate = Schema.Struct({ partition: Schema.optionalKey(Replicas), onDelete: Schema.optionalKey(Schema.Boolean) })
const Ordered = Schema.Struct({
  ...Options.fields,
  replicas: Replicas,
  parallel: Schema.optionalKey(Schema.Boolean),
  rollout: Schema.optionalKey(OrderedUpdate)
})
/** So many nodes may go without while it rolls out; with onDelete only what somebody deletes. */
const DaemonUpdate = Schema.Struct({ maxUnavailable: Schema.optionalKey(PodAmount), onDelete: Schema.optionalKey(Schema.Boolean) })
const Daemons = Schema.Struct({ ...Options.fields, rollout: Schema.optionalKey(DaemonUpdate) })
const Completed = Schema.Struct({
  ...Options.fields,
  completions: Replicas,
  /** Pods at once; 1 when absent. */
  parallelism: Schema.optionalKey(Replicas),
  /** Restarts of its containers after which the Job has failed; 6 when absent. */
  backoffLimit: Schema.optionalKey(Replicas)
})

type Given = typeof Options.Type & {
  readonly replicas?: number
  readonly templateHash?: string
  readonly strategy?: NonNullable<WorkloadSpec["strategy"]>
  readonly update?: NonNullable<WorkloadSpec["update"]>
  readonly minReady?: string
  readonly parallel?: boolean
  readonly parallelism?: number
  readonly backoffLimit?: number
}

/** Kubernetes' default of both. Source: kubernetes API, RollingUpdateDeployment. */
const usualShare = "25%"

const checkAmount = (amount: typeof PodAmount.Type, word: string, place: Place | undefined): void => {
  if (!isAmount(amount))
    misuse(
      errorOf("D008", `${word}: ${JSON.stringify(amount)} is no number of pods and no share`, {
        place,
        underlined: String(amount),
        help: 'write 1 or "25%"'
      })
    )
}

const strategyOf = (given: typeof Strategy.Type, word: string, place: Place | undefined): NonNullable<WorkloadSpec["strategy"]> => {
  if (given.recreate === true && (given.maxSurge !== undefined || given.maxUnavailable !== undefined))
    misuse(
      errorOf("D008", `${word}: recreate goes with neither maxSurge nor maxUnavailable`, {
        place,
        underlined: "recreate",
        help: "take one of them out"
      })
    )
  const strategy = { maxSurge: given.maxSurge ?? usualShare, maxUnavailable: given.maxUnavailable ?? usualShare }
  for (const amount of Object.values(strategy)) checkAmount(amount, word, place)
  return {
    ...strategy,
    ...(given.recreate === true ? { recreate: true } : {}),
    ...(given.progressDeadline === undefined
      ? {}
      : { progressDeadlineMs: readTime(given.progressDeadline, `${word} progressDeadline: `, place) })
  }
}

/**
 * `postgres:5432`: the Service's name is looked up, then it is called. `postgres.shop.svc.cluster.local.:5432` says by which name, and
 * so how many names the resolver asks for. `cart:8080/buy`: asks for a path, which makes its own calls. `outside partner:443`: a host
 * that the drill names outside. `database orders:5432`: one of the network's managed databases.
 */
const callOf = (text: string, word: string, place: Place | undefined) => {
  const found = /^(?<far>outside |database )?(?<name>[^: ]+):(?<port>\d{1,5})(?<path>\/\S*)?$/.exec(text)?.groups
  const [name, port] = [found?.name ?? "", Number(found?.port)]
  const path = found?.path === undefined ? {} : { path: found.path }
  if (found?.far === "outside ") return { outside: name, port }
  if (found?.far === "database ") return { database: name, port }
  if (found !== undefined && !name.includes(".")) return { service: qualified(name), port, lookup: true, ...path }
  const service = serviceOfName(name)
  if (service !== undefined) return { service, port, lookup: true, name, ...path }
  return misuse(
    errorOf("D008", `${word}: "${text}" is no call`, {
      place,
      underlined: text,
      notes: ["a call names a Service, a host outside or a database, and its port"],
      help: 'write "postgres:5432", the name in full: "postgres.default.svc.cluster.local.:5432", or "outside partner:443"'
    })
  )
}

const workloadOf = (kind: WorkloadSpec["kind"], name: string, given: Given, word: string, place: Place | undefined): Described => ({
  _tag: "Workload",
  place,
  spec: {
    kind,
    name,
    namespace: given.namespace ?? "default",
    replicas: given.replicas ?? (kind === "Pod" ? 1 : 0),
    pins: given.pods ?? [],
    ...(given.templateHash === undefined ? {} : { templateHash: given.templateHash }),
    ...(given.strategy === undefined ? {} : { strategy: given.strategy }),
    ...(given.update === undefined ? {} : { update: given.update }),
    ...(given.minReady === undefined ? {} : { minReadyMs: readTime(given.minReady, `${word} minReady: `, place) }),
    ...(given.parallel === undefined ? {} : { parallel: given.parallel }),
    ...(given.parallelism === undefined ? {} : { parallelism: given.parallelism }),
    ...(given.backoffLimit === undefined ? {} : { backoffLimit: given.backoffLimit }),
    template: {
      labels: given.labels ?? { app: name },
      hostNetwork: given.hostNetwork ?? false,
      ...(given.privileged === true ? { privileged: true } : {}),
      serves: (given.serves ?? []).map(({ port, protocol, calls }) => ({
        port,
        protocol: protocol ?? "tcp",
        paths: Object.keys(calls ?? {})
          .sort()
          .map((path) => ({ path, calls: (calls?.[path] ?? []).map((call) => callOf(call, `${word} ${name}`, place)) }))
      })),
      ...(given.requests === undefined ? {} : { requests: given.requests }),
      ...runningOf(given, word, place),
      ...placingOf(given, given.labels ?? { app: name }, word, place)
    }
  }
})

export const deployment = (name: string, options: typeof Replicated.Type): Described => {
  const place = placeOfCall(deployment)
  const { rollout, ...given } = readOptions(Replicated, options, `deployment ${name}`, place)
  const strategy = rollout === undefined ? {} : { strategy: strategyOf(rollout, "deployment", place) }
  return workloadOf("Deployment", readName(name, "deployment(", place), { ...given, ...strategy }, "deployment", place)
}

export const statefulSet = (name: string, options: typeof Ordered.Type): Described => {
  const place = placeOfCall(statefulSet)
  const { rollout, ...given } = readOptions(Ordered, options, `statefulSet ${name}`, place)
  const update = rollout === undefined ? {} : { update: rollout }
  return workloadOf("StatefulSet", readName(name, "statefulSet(", place), { ...given, ...update }, "statefulSet", place)
}

/** One pod a node. */
export const daemonSet = (name: string, options: typeof Daemons.Type = {}): Described => {
  const place = placeOfCall(daemonSet)
  const { rollout, ...given } = readOptions(Daemons, options, `daemonSet ${name}`, place)
  if (rollout?.maxUnavailable !== undefined) checkAmount(rollout.maxUnavailable, "daemonSet", place)
  const update = rollout === undefined ? {} : { update: rollout }
  return workloadOf("DaemonSet", readName(name, "daemonSet(", place), { ...given, ...update }, "daemonSet", place)
}

/** Pods that run to their end, as many as completions are wanted. Without a `behaviour` each completes in a minute. */
export const job = (name: string, options: typeof Completed.Type): Described => {
  const place = placeOfCall(job)
  const { completions, ...given } = readOptions(Completed, options, `job ${name}`, place)
  const behaviour = given.behaviour ?? { kind: "completes" as const, after: "1m" }
  return workloadOf("Job", readName(name, "job(", place), { ...given, behaviour, replicas: completions }, "job", place)
}

/** A pod without a controller: nobody replaces it. */
export const barePod = (name: string, options: typeof Options.Type = {}): Described => {
  const place = placeOfCall(barePod)
  return workloadOf("Pod", readName(name, "barePod(", place), readOptions(Options, options, `barePod ${name}`, place), "barePod", place)
}

const ServicePort = Schema.Struct({
  port: PortNumber,
  targetPort: Schema.optionalKey(PortNumber),
  nodePort: Schema.optionalKey(PortNumber),
  protocol: Schema.optionalKey(Schema.Literals(["tcp", "udp"]))
})
const ServiceOptions = Schema.Struct({
  namespace: Schema.optionalKey(Name),
  clusterIp: Schema.String,
  /** Only endpoints on the node itself: for what comes from pods, or from outside through a node port. */
  internalLocal: Schema.optionalKey(Schema.Boolean),
  externalLocal: Schema.optionalKey(Schema.Boolean),
  /** Endpoints of the sender's own zone while there are some. */
  preferClose: Schema.optionalKey(Schema.Boolean),
  /** A client keeps the endpoint that it first got while that is listed; the default is to choose for every call. */
  sessionAffinity: Schema.optionalKey(Schema.Literals(["None", "ClientIP"])),
  selector: Schema.Record(Schema.String, Schema.String),
  ports: Schema.Array(ServicePort),
  /** With the balancer that its cloud makes of itself, where nothing is said of it below. */
  type: Schema.optionalKey(Schema.Literal("LoadBalancer")),
  /** A Service of type LoadBalancer, with the classic balancer that the in-tree controller makes for it. */
  classicBalancer: Schema.optionalKey(ClassicBalancer),
  /** Or with the network balancer that the AWS load balancer controller makes. */
  networkBalancer: Schema.optionalKey(NetworkBalancer)
})

/** A Service: ClusterIP, NodePort when a port has one, LoadBalancer with a balancer. */
export const service = (name: string, options: typeof ServiceOptions.Type): Described => {
  const place = placeOfCall(service)
  const given = readOptions(ServiceOptions, options, `service ${name}`, place)
  const loadBalancer = given.classicBalancer
    ? classicBalancerOf(given.classicBalancer, place)
    : given.networkBalancer && networkBalancerOf(given.networkBalancer, given.externalLocal ?? false, place)
  const hasNodePort = given.ports.some(({ nodePort }) => nodePort !== undefined)
  return {
    _tag: "Service",
    place,
    spec: {
      name: readName(name, "service(", place),
      namespace: given.namespace ?? "default",
      clusterIp: given.clusterIp,
      selector: given.selector,
      type: given.type !== undefined || loadBalancer !== undefined ? "LoadBalancer" : hasNodePort ? "NodePort" : "ClusterIP",
      ports: given.ports.map(({ port, targetPort, nodePort, protocol }) => ({
        port,
        targetPort: targetPort ?? port,
        protocol: protocol ?? "tcp",
        ...(nodePort === undefined ? {} : { nodePort })
      })),
      ...(given.internalLocal === undefined ? {} : { internalLocal: given.internalLocal }),
      ...(given.externalLocal === undefined ? {} : { externalLocal: given.externalLocal }),
      ...(given.preferClose === undefined ? {} : { preferClose: given.preferClose }),
      ...(given.sessionAffinity === "ClientIP" ? { sessionAffinity: given.sessionAffinity } : {}),
      ...(loadBalancer === undefined ? {} : { loadBalancer })
    }
  }
}

const VolumeOptions = Schema.Struct({ kind: Name, zone: Schema.optionalKey(Name), attaches: Schema.optionalKey(Schema.Boolean) })

/** A volume; with a zone it lives there and nowhere else. `attaches: false` for what is mounted over the network. */
export const volume = (name: string, options: typeof VolumeOptions.Type): Described => {
  const place = placeOfCall(volume)
  return {
    _tag: "Volume",
    place,
    spec: { name: readName(name, "volume(", place), ...readOptions(VolumeOptions, options, `volume ${name}`, place) }
  }
}
