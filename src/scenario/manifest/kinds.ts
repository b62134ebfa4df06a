/** One manifest as the thing of the cluster that it describes. */
import type { Amount, PolicySpec, ServiceSpec, WorkloadSpec } from "../../model/kube/spec.ts"
import type { Place } from "../plan.ts"
import type { Described } from "../word/workload.ts"
import type { Manifest } from "./document.ts"
import { exposingOf, ingressOf } from "./ingress.ts"
import { templateOf } from "./pod.ts"
import { labelsOf, list, record, selectorOf } from "./selector.ts"
import { portNumberOf, type Storage, type Surroundings } from "./surroundings.ts"

type Json = Readonly<Record<string, unknown>>

interface Named {
  readonly name: string
  readonly namespace: string
  readonly place: Place
  readonly spec: Json
  readonly metadata: Json
  readonly surroundings: Surroundings
  readonly manifests: ReadonlyArray<Manifest>
}

const count = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)
const millis = 1_000

/** What a claim gets that names no class, or one that nobody explains (which is told). */
const usualStorage: Storage = { zonal: true, attaches: true }
const usualClass = "standard"

const storageOf = (claim: Json, { storages }: Surroundings): Storage & { readonly kind: string } => {
  const kind = String(claim["storageClassName"] ?? usualClass)
  return { kind, ...(storages.get(kind) ?? usualStorage) }
}

const workloadOf = (kind: WorkloadSpec["kind"], named: Named, more: Partial<WorkloadSpec> = {}): Described => {
  const { spec, name, namespace, place } = named
  const template = kind === "Pod" ? { metadata: named.metadata, spec } : record(spec["template"])
  return {
    _tag: "Workload",
    place,
    spec: {
      kind,
      name,
      namespace,
      replicas: kind === "DaemonSet" ? 0 : count(spec["replicas"], 1),
      pins: [],
      template: templateOf(template["metadata"], record(template["spec"]), named.surroundings),
      ...more
    }
  }
}

const unmodelled = (place: Place, subject: string, what: string): Described => ({ _tag: "Unmodelled", place, spec: { subject, what } })

const amountOf = (value: unknown): Amount => (typeof value === "number" ? value : String(value))

const deploymentOf = (named: Named): Described => {
  const said = record(named.spec["strategy"])
  const rolling = record(said["rollingUpdate"])
  const deadline = named.spec["progressDeadlineSeconds"]
  const minReady = named.spec["minReadySeconds"]
  const ready = typeof minReady === "number" && minReady > 0 ? { minReadyMs: minReady * millis } : {}
  const isRecreated = said["type"] === "Recreate"
  const isSaid = Object.keys(rolling).length > 0 || deadline !== undefined || isRecreated
  if (!isSaid) return workloadOf("Deployment", named, ready)
  const strategy = {
    maxSurge: amountOf(rolling["maxSurge"] ?? "25%"),
    maxUnavailable: amountOf(rolling["maxUnavailable"] ?? "25%"),
    ...(typeof deadline === "number" ? { progressDeadlineMs: deadline * millis } : {}),
    ...(isRecreated ? { recreate: true } : {})
  }
  return workloadOf("Deployment", named, { strategy, ...ready })
}

/** How a StatefulSet or a DaemonSet rolls out; nothing when it says nothing. */
const updateOf = ({ spec }: Named): Pick<WorkloadSpec, "update"> => {
  const said = record(spec["updateStrategy"])
  const { partition, maxUnavailable } = record(said["rollingUpdate"])
  const update = {
    ...(said["type"] === "OnDelete" ? { onDelete: true } : {}),
    ...(typeof partition === "number" ? { partition } : {}),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable: amountOf(maxUnavailable) })
  }
  return Object.keys(update).length === 0 ? {} : { update }
}

const statefulSetOf = (named: Named): Described => {
  const claim = list(named.spec["volumeClaimTemplates"])[0]
  const parallel = named.spec["podManagementPolicy"] === "Parallel" ? { parallel: true } : {}
  const described = workloadOf("StatefulSet", named, { ...parallel, ...updateOf(named) })
  if (claim === undefined || described._tag !== "Workload") return described
  const { template } = described.spec
  const volumeClaim = { name: String(record(claim["metadata"])["name"]), ...storageOf(record(claim["spec"]), named.surroundings) }
  return { ...described, spec: { ...described.spec, template: { ...template, volumeClaim } } }
}

/** What a Job's pods take to complete when nothing says so. */
const usualRunMs = 60_000

const jobOf = (named: Named): Described => {
  const { completions, parallelism, backoffLimit } = named.spec
  // Without completions it is a work queue: as many workers as it runs at once, each to its end.
  const described = workloadOf("Job", named, {
    replicas: count(completions, count(parallelism, 1)),
    ...(typeof parallelism === "number" ? { parallelism } : {}),
    ...(typeof backoffLimit === "number" ? { backoffLimit } : {})
  })
  if (described._tag !== "Workload") return described
  const template = { ...described.spec.template, behaviour: { kind: "completes" as const, afterMs: usualRunMs } }
  return { ...described, spec: { ...described.spec, template } }
}

const serviceOf = (named: Named): Described => {
  const { name, namespace, place, spec, manifests } = named
  const { loadBalancer, seeks } = exposingOf(named) ?? {}
  const podPort = (port: string): number | undefined => portNumberOf(port, namespace, labelsOf(spec["selector"]), manifests)
  const type = String(spec["type"] ?? "ClusterIP") as ServiceSpec["type"]
  const address = spec["clusterIP"]
  return {
    _tag: "Service",
    place,
    spec: {
      name,
      namespace,
      type,
      clusterIp: address === undefined || address === "None" ? "" : String(address),
      selector: labelsOf(spec["selector"]),
      ports: list(spec["ports"]).map(({ port, targetPort, nodePort, protocol }) => ({
        port: count(port, 0),
        targetPort: count(typeof targetPort === "string" ? podPort(targetPort) : targetPort, count(port, 0)),
        protocol: protocol === "UDP" ? ("udp" as const) : ("tcp" as const),
        ...(typeof nodePort === "number" ? { nodePort } : {})
      })),
      ...(address === "None" ? { headless: true } : {}),
      ...(spec["internalTrafficPolicy"] === "Local" ? { internalLocal: true } : {}),
      ...(spec["externalTrafficPolicy"] === "Local" ? { externalLocal: true } : {}),
      ...(spec["trafficDistribution"] === undefined ? {} : { preferClose: true }),
      ...(spec["sessionAffinity"] === "ClientIP" ? { sessionAffinity: "ClientIP" as const } : {}),
      ...(loadBalancer === undefined ? {} : { loadBalancer })
    },
    ...(seeks === undefined ? {} : { seeks })
  }
}

const budgetOf = ({ name, namespace, place, spec }: Named): Described => ({
  _tag: "Budget",
  place,
  spec: {
    name,
    namespace,
    selector: selectorOf(spec["selector"]),
    ...(spec["minAvailable"] === undefined ? {} : { minAvailable: amountOf(spec["minAvailable"]) }),
    ...(spec["maxUnavailable"] === undefined ? {} : { maxUnavailable: amountOf(spec["maxUnavailable"]) }),
    ...(spec["unhealthyPodEvictionPolicy"] === "AlwaysAllow" ? { alwaysAllowUnready: true } : {})
  }
})

/** Kubernetes' default target of an autoscaler. Source: kubernetes API, HorizontalPodAutoscaler v1. */
const usualTargetPercent = 80

const autoscalerOf = ({ name, namespace, place, spec }: Named): Described => {
  const resources = list(spec["metrics"]).map(({ resource }) => record(resource))
  const cpu = resources.find((resource) => resource["name"] === "cpu")
  const target = record(cpu?.["target"])["averageUtilization"] ?? spec["targetCPUUtilizationPercentage"]
  if (resources.length > 1 || (resources.length === 1 && target === undefined))
    return unmodelled(
      place,
      `${namespace}/${String(record(spec["scaleTargetRef"])["name"])}`,
      `HorizontalPodAutoscaler ${name}: scales by more than the utilisation of CPU`
    )
  return {
    _tag: "PodAutoscaler",
    place,
    spec: {
      workload: `${namespace}/${String(record(spec["scaleTargetRef"])["name"])}`,
      minReplicas: count(spec["minReplicas"], 1),
      maxReplicas: count(spec["maxReplicas"], 1),
      targetPercent: count(target, usualTargetPercent)
    }
  }
}

const claimOf = ({ name, place, spec, surroundings }: Named): Described => {
  const { kind, attaches, zonal } = storageOf(spec, surroundings)
  return { _tag: "Volume", place, spec: { name, kind, attaches, ...(zonal ? { bindsLater: true } : {}) } }
}

const peersOf = (value: unknown): PolicySpec["ingress"] =>
  list(value).map((rule) => ({
    peers: [...list(rule["from"]), ...list(rule["to"])].map(({ podSelector, namespaceSelector, ipBlock }) => ({
      ...(podSelector === undefined ? {} : { pods: selectorOf(podSelector) }),
      ...(namespaceSelector === undefined ? {} : { namespaces: selectorOf(namespaceSelector) }),
      ...(ipBlock === undefined
        ? {}
        : { cidr: String(record(ipBlock)["cidr"]), except: ((record(ipBlock)["except"] as ReadonlyArray<string>) ?? []).map(String) })
    })),
    ports: list(rule["ports"]).map(({ port, endPort, protocol }) => ({
      protocol: protocol === "UDP" ? ("udp" as const) : ("tcp" as const),
      ...(typeof port === "number" ? { from: port, to: count(endPort, port) } : {})
    }))
  }))

const policyOf = ({ name, namespace, place, spec }: Named): Described => {
  const types = Array.isArray(spec["policyTypes"]) ? spec["policyTypes"].map(String) : ["Ingress", ...(spec["egress"] ? ["Egress"] : [])]
  return {
    _tag: "Policy",
    place,
    spec: {
      name,
      namespace,
      selector: selectorOf(spec["podSelector"]),
      ...(types.includes("Ingress") ? { ingress: peersOf(spec["ingress"]) ?? [] } : {}),
      ...(types.includes("Egress") ? { egress: peersOf(spec["egress"]) ?? [] } : {})
    }
  }
}

const makers: Readonly<Record<string, (named: Named) => Described>> = {
  Deployment: deploymentOf,
  StatefulSet: statefulSetOf,
  DaemonSet: (named) => workloadOf("DaemonSet", named, updateOf(named)),
  Job: jobOf,
  Pod: (named) => workloadOf("Pod", named, { replicas: 1 }),
  Service: serviceOf,
  PodDisruptionBudget: budgetOf,
  HorizontalPodAutoscaler: autoscalerOf,
  PersistentVolumeClaim: claimOf,
  NetworkPolicy: policyOf,
  Ingress: ingressOf
}

/** Kinds that only explain names to other manifests. */
export const isExplaining = (manifest: Manifest): boolean => ["PriorityClass", "StorageClass"].includes(String(manifest.value["kind"]))

/** The thing that a manifest of a known kind describes. Its fields and names have been checked. */
export const describedOf = (manifest: Manifest, manifests: ReadonlyArray<Manifest>, surroundings: Surroundings): Described => {
  const { value, placeOf } = manifest
  const metadata = record(value["metadata"])
  const spec = record(value["spec"])
  const namespace = String(metadata["namespace"] ?? "default")
  const maker = makers[String(value["kind"])]
  if (maker === undefined) throw new Error(`kind ${String(value["kind"])} has no maker`)
  return maker({
    name: String(metadata["name"] ?? ""),
    namespace,
    place: placeOf(["metadata", "name"]),
    spec,
    metadata,
    surroundings,
    manifests
  })
}
