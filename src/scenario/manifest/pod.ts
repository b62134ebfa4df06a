/** A pod's manifest as a template of the model. Containers are taken together: their requests add up, all their ports are served. */
import type { Affinity, HttpProbe, PodTemplate, SpreadConstraint, Toleration } from "../../model/kube/template.ts"
import { mebibytesOf, milliCpuOf, wholeOf } from "./quantity.ts"
import { labelsOf, list, record, requirementsOf, selectorOf } from "./selector.ts"
import type { Surroundings } from "./surroundings.ts"

type Json = Readonly<Record<string, unknown>>

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)

/** Kubernetes' defaults of a probe. Source: kubernetes API, Probe. */
const usualPeriodSeconds = 10
const millis = 1_000

const portOf = (given: unknown, containers: ReadonlyArray<Json>): number => {
  if (typeof given === "number") return given
  const ports = containers.flatMap(({ ports: each }) => list(each))
  const named = ports.find(({ name }) => name === given) ?? ports[0]
  return number(named?.["containerPort"], 0)
}

const probeOf = (value: unknown, containers: ReadonlyArray<Json>): HttpProbe | undefined => {
  if (value === undefined) return undefined
  const probe = record(value)
  const [http, tcp, grpc] = [record(probe["httpGet"]), record(probe["tcpSocket"]), record(probe["grpc"])]
  const failureThreshold = probe["failureThreshold"]
  return {
    path: String(http["path"] ?? "/"),
    port: portOf(http["port"] ?? tcp["port"] ?? grpc["port"], containers),
    initialDelayMs: number(probe["initialDelaySeconds"], 0) * millis,
    periodMs: number(probe["periodSeconds"], usualPeriodSeconds) * millis,
    ...(typeof failureThreshold === "number" ? { failureThreshold } : {})
  }
}

/** The first container that has the probe speaks for the pod. */
const probeNamed = (name: string, containers: ReadonlyArray<Json>): HttpProbe | undefined =>
  probeOf(containers.find((container) => container[name] !== undefined)?.[name], containers)

const requestsOf = (containers: ReadonlyArray<Json>): PodTemplate["requests"] => {
  let [milliCpu, memoryMiB] = [0, 0]
  const extended: Record<string, number> = {}
  for (const { resources } of containers) {
    for (const [name, quantity] of Object.entries(record(record(resources)["requests"]))) {
      if (name === "cpu") milliCpu += milliCpuOf(quantity) ?? 0
      else if (name === "memory") memoryMiB += mebibytesOf(quantity) ?? 0
      else if (name !== "ephemeral-storage") extended[name] = (extended[name] ?? 0) + (wholeOf(quantity) ?? 0)
    }
  }
  if (milliCpu === 0 && memoryMiB === 0 && Object.keys(extended).length === 0) return undefined
  return { milliCpu, memoryMiB, ...(Object.keys(extended).length === 0 ? {} : { extended }) }
}

const required = "requiredDuringSchedulingIgnoredDuringExecution"
const preferred = "preferredDuringSchedulingIgnoredDuringExecution"

const affinityOf = (value: unknown): Affinity => {
  const affinity = record(value)
  const [node, pod, anti] = [record(affinity["nodeAffinity"]), record(affinity["podAffinity"]), record(affinity["podAntiAffinity"])]
  const term = (each: Json) => ({
    selector: selectorOf(each["labelSelector"]),
    topologyKey: String(each["topologyKey"]),
    ...(Array.isArray(each["namespaces"]) ? { namespaces: each["namespaces"].map(String) } : {})
  })
  const weighted = (each: Json) => ({ weight: number(each["weight"], 1), term: term(record(each["podAffinityTerm"])) })
  const terms = list(record(node[required])["nodeSelectorTerms"]).map(({ matchExpressions }) => requirementsOf(matchExpressions))
  return {
    ...(terms.length === 0 ? {} : { nodeRequired: terms }),
    ...(node[preferred] === undefined
      ? {}
      : {
          nodePreferred: list(node[preferred]).map(({ weight, preference }) => ({
            weight: number(weight, 1),
            requirements: requirementsOf(record(preference)["matchExpressions"])
          }))
        }),
    ...(pod[required] === undefined ? {} : { podRequired: list(pod[required]).map(term) }),
    ...(pod[preferred] === undefined ? {} : { podPreferred: list(pod[preferred]).map(weighted) }),
    ...(anti[required] === undefined ? {} : { antiRequired: list(anti[required]).map(term) }),
    ...(anti[preferred] === undefined ? {} : { antiPreferred: list(anti[preferred]).map(weighted) })
  }
}

const tolerationOf = (each: Json): Toleration => ({
  key: String(each["key"] ?? ""),
  operator: each["operator"] === "Exists" ? "Exists" : "Equal",
  ...(each["value"] === undefined ? {} : { value: String(each["value"]) }),
  ...(each["effect"] === undefined ? {} : { effect: String(each["effect"]) as NonNullable<Toleration["effect"]> }),
  ...(typeof each["tolerationSeconds"] === "number" ? { seconds: each["tolerationSeconds"] } : {})
})

const spreadOf = (each: Json): SpreadConstraint => ({
  maxSkew: number(each["maxSkew"], 1),
  topologyKey: String(each["topologyKey"]),
  whenUnsatisfiable: each["whenUnsatisfiable"] === "ScheduleAnyway" ? "ScheduleAnyway" : "DoNotSchedule",
  selector: selectorOf(each["labelSelector"]),
  ...(typeof each["minDomains"] === "number" ? { minDomains: each["minDomains"] } : {}),
  ...(each["nodeTaintsPolicy"] === undefined ? {} : { nodeTaintsPolicy: each["nodeTaintsPolicy"] as "Honor" | "Ignore" }),
  ...(each["nodeAffinityPolicy"] === undefined ? {} : { nodeAffinityPolicy: each["nodeAffinityPolicy"] as "Honor" | "Ignore" })
})

export const templateOf = (metadata: unknown, spec: Json, surroundings: Surroundings): PodTemplate => {
  const containers = list(spec["containers"])
  const requests = requestsOf(containers)
  const claim = list(spec["volumes"])
    .map((volume) => record(volume["persistentVolumeClaim"])["claimName"])
    .find((name) => name !== undefined)
  const ports = containers.flatMap(({ ports: each }) => list(each))
  const probes = {
    readinessProbe: probeNamed("readinessProbe", containers),
    livenessProbe: probeNamed("livenessProbe", containers),
    startupProbe: probeNamed("startupProbe", containers)
  }
  const priorityClass = surroundings.priorities.get(String(spec["priorityClassName"])) ?? surroundings.usualPriority
  const priority = typeof spec["priority"] === "number" ? spec["priority"] : priorityClass?.value
  const preempts = spec["preemptionPolicy"] === undefined ? priorityClass?.preempts : spec["preemptionPolicy"] !== "Never"
  return {
    labels: labelsOf(record(metadata)["labels"]),
    hostNetwork: spec["hostNetwork"] === true,
    ...(containers.some(({ securityContext }) => record(securityContext)["privileged"] === true) ? { privileged: true } : {}),
    serves: ports.map(({ containerPort, protocol }) => ({
      port: number(containerPort, 0),
      protocol: protocol === "UDP" ? "udp" : "tcp",
      paths: []
    })),
    ...(requests === undefined ? {} : { requests }),
    ...Object.fromEntries(Object.entries(probes).filter(([, probe]) => probe !== undefined)),
    ...(claim === undefined ? {} : { volume: String(claim) }),
    ...(spec["nodeSelector"] === undefined ? {} : { nodeSelector: labelsOf(spec["nodeSelector"]) }),
    ...(spec["affinity"] === undefined ? {} : { affinity: affinityOf(spec["affinity"]) }),
    ...(spec["tolerations"] === undefined ? {} : { tolerations: list(spec["tolerations"]).map(tolerationOf) }),
    ...(spec["topologySpreadConstraints"] === undefined ? {} : { spread: list(spec["topologySpreadConstraints"]).map(spreadOf) }),
    ...(priority === undefined ? {} : { priority }),
    ...(preempts === false ? { preempts } : {}),
    ...(typeof spec["terminationGracePeriodSeconds"] === "number" ? { graceMs: spec["terminationGracePeriodSeconds"] * millis } : {})
  }
}
