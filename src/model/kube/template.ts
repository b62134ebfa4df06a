/**
 * What every pod of a workload is made from: labels, requests, where it may stand and beside whom, what it tolerates, how it is
 * asked whether it lives. Plain data, part of the plan. Words and meaning are those of the Kubernetes API.
 * Not modelled: init containers, pulls of images, host ports, Pod overhead.
 */
import { Schema } from "effect"

const Name = Schema.NonEmptyString
const Labels = Schema.Record(Schema.String, Schema.String)

/** CPU in thousandths of a core, memory in MiB, extended resources in whole units by name. */
export const Requests = Schema.Struct({
  milliCpu: Schema.Int,
  memoryMiB: Schema.Int,
  extended: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int))
})

/** Times in whole milliseconds. Kubernetes defaults are filled in by the words of a scenario. */
export const HttpProbe = Schema.Struct({
  path: Schema.String,
  port: Schema.Int,
  initialDelayMs: Schema.Int,
  periodMs: Schema.Int,
  failureThreshold: Schema.optionalKey(Schema.Int)
})
export type HttpProbe = typeof HttpProbe.Type

/**
 * A call that answering a path makes, first attempts only: a name is looked up in cluster DNS, then the Service is called; or a host
 * outside or a managed database, by its id in the plan, whose name the cloud's own resolver knows.
 */
export const Call = Schema.Union([
  Schema.Struct({
    service: Name,
    port: Schema.Int,
    lookup: Schema.Boolean,
    /** The Service's name as the caller writes it; absent: the shortest that leads there. */
    name: Schema.optionalKey(Name),
    /** What is asked for, where answering that makes calls in turn. */
    path: Schema.optionalKey(Name)
  }),
  Schema.Struct({ outside: Name, port: Schema.Int }),
  /** A database of the topology, by its name there. */
  Schema.Struct({ database: Name, port: Schema.Int })
])

export const Serves = Schema.Struct({
  port: Schema.Int,
  protocol: Schema.Literals(["tcp", "udp"]),
  /** Paths with what answering them calls; a path not named here calls nothing. */
  paths: Schema.Array(Schema.Struct({ path: Schema.String, calls: Schema.Array(Call) }))
})

/** One requirement on a label. `Gt` and `Lt` compare whole numbers. */
export const Requirement = Schema.Struct({
  key: Name,
  operator: Schema.Literals(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
  values: Schema.Array(Schema.String)
})
export type Requirement = typeof Requirement.Type

/** Labels that must be equal, and requirements that must hold; nothing said selects everything. */
export const LabelSelector = Schema.Struct({ labels: Labels, requirements: Schema.Array(Requirement) })
export type LabelSelector = typeof LabelSelector.Type

/** `seconds` bounds how long NoExecute is borne; absent: for ever. An empty key tolerates every taint. */
export const Toleration = Schema.Struct({
  key: Schema.String,
  operator: Schema.Literals(["Exists", "Equal"]),
  value: Schema.optionalKey(Schema.String),
  effect: Schema.optionalKey(Schema.Literals(["NoSchedule", "PreferNoSchedule", "NoExecute"])),
  seconds: Schema.optionalKey(Schema.Int)
})
export type Toleration = typeof Toleration.Type

/** How unevenly pods may lie over the domains of a node label. */
export const SpreadConstraint = Schema.Struct({
  maxSkew: Schema.Int,
  topologyKey: Name,
  whenUnsatisfiable: Schema.Literals(["DoNotSchedule", "ScheduleAnyway"]),
  selector: LabelSelector,
  minDomains: Schema.optionalKey(Schema.Int),
  nodeTaintsPolicy: Schema.optionalKey(Schema.Literals(["Honor", "Ignore"])),
  nodeAffinityPolicy: Schema.optionalKey(Schema.Literals(["Honor", "Ignore"]))
})
export type SpreadConstraint = typeof SpreadConstraint.Type

/** Pods to be with, or away from, within a domain of a node label. In the pod's own namespace unless some are named. */
export const PodTerm = Schema.Struct({ selector: LabelSelector, topologyKey: Name, namespaces: Schema.optionalKey(Schema.Array(Name)) })
export type PodTerm = typeof PodTerm.Type
const Weighted = Schema.Struct({ weight: Schema.Int, term: PodTerm })

export const Affinity = Schema.Struct({
  /** Any of these terms; within a term every requirement. */
  nodeRequired: Schema.optionalKey(Schema.Array(Schema.Array(Requirement))),
  nodePreferred: Schema.optionalKey(Schema.Array(Schema.Struct({ weight: Schema.Int, requirements: Schema.Array(Requirement) }))),
  podRequired: Schema.optionalKey(Schema.Array(PodTerm)),
  podPreferred: Schema.optionalKey(Schema.Array(Weighted)),
  antiRequired: Schema.optionalKey(Schema.Array(PodTerm)),
  antiPreferred: Schema.optionalKey(Schema.Array(Weighted))
})
export type Affinity = typeof Affinity.Type

/** A container's image, its size as the node's status lists it. */
const Image = Schema.Struct({ name: Name, sizeMiB: Schema.Int })

export const PodTemplate = Schema.Struct({
  labels: Labels,
  requests: Schema.optionalKey(Requests),
  hostNetwork: Schema.Boolean,
  /** A container of it may do all that its node may: nothing on nodes hinders that here, Fargate runs no such pod. */
  privileged: Schema.optionalKey(Schema.Boolean),
  /** One a container, where sizes are to draw its pods to nodes that have them. */
  images: Schema.optionalKey(Schema.Array(Image)),
  serves: Schema.Array(Serves),
  readinessProbe: Schema.optionalKey(HttpProbe),
  livenessProbe: Schema.optionalKey(HttpProbe),
  startupProbe: Schema.optionalKey(HttpProbe),
  /** A volume by name, or `claim` for one of its own per pod (`<claim>-<pod>`). */
  volume: Schema.optionalKey(Name),
  volumeClaim: Schema.optionalKey(Schema.Struct({ name: Name, kind: Name, zonal: Schema.Boolean, attaches: Schema.Boolean })),
  nodeSelector: Schema.optionalKey(Labels),
  affinity: Schema.optionalKey(Affinity),
  tolerations: Schema.optionalKey(Schema.Array(Toleration)),
  spread: Schema.optionalKey(Schema.Array(SpreadConstraint)),
  /** Higher goes first and may displace lower. Absent: 0. */
  priority: Schema.optionalKey(Schema.Int),
  preempts: Schema.optionalKey(Schema.Boolean),
  /** From sandbox to running container, and from a deletion's arrival to its end; settings decide when absent. */
  startMs: Schema.optionalKey(Schema.Int),
  stopMs: Schema.optionalKey(Schema.Int),
  /** Grace of a deletion; 30 s when absent. */
  graceMs: Schema.optionalKey(Schema.Int),
  /** What its container does: runs and answers, runs and never answers, ends in error after `crashAfterMs`, or succeeds after `runMs`. */
  behaviour: Schema.optionalKey(
    Schema.Struct({
      kind: Schema.Literals(["serves", "never-ready", "crashes", "completes"]),
      afterMs: Schema.Int
    })
  )
})
export type PodTemplate = typeof PodTemplate.Type

/** It says which pods it wants to be with, or away from. */
export const isSociable = ({ affinity }: PodTemplate): boolean =>
  [affinity?.podRequired, affinity?.podPreferred, affinity?.antiRequired, affinity?.antiPreferred].some((terms) => (terms ?? []).length > 0)
