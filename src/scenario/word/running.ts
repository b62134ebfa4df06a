/** How a workload's pods run, as its owner says it: probes, times of start and stop, what the container does, its volume. */
import { Schema } from "effect"
import type { PodTemplate } from "../../model/kube/template.ts"
import type { Place } from "../plan.ts"
import { readCount, readTime } from "../read.ts"

const Name = Schema.NonEmptyString
const Probe = Schema.Struct({
  path: Schema.String,
  port: Schema.Int,
  initialDelay: Schema.optionalKey(Schema.String),
  period: Schema.optionalKey(Schema.String),
  failureThreshold: Schema.optionalKey(Schema.Int)
})

export const RunningFields = {
  readinessProbe: Schema.optionalKey(Probe),
  livenessProbe: Schema.optionalKey(Probe),
  startupProbe: Schema.optionalKey(Probe),
  /** Images, one a container, that draw its pods to nodes that have them. Sizes in MiB as `kubectl get node -o yaml` lists them. */
  images: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Name, sizeMiB: Schema.Int }))),
  volume: Schema.optionalKey(Name),
  /** A volume of its own for every pod, made where the pod is placed first. `zonal` and `attaches` unless said otherwise. */
  volumeClaim: Schema.optionalKey(
    Schema.Struct({ name: Name, kind: Name, zonal: Schema.optionalKey(Schema.Boolean), attaches: Schema.optionalKey(Schema.Boolean) })
  ),
  /** From sandbox to running container, and from hearing of its deletion to its end. */
  start: Schema.optionalKey(Schema.String),
  stop: Schema.optionalKey(Schema.String),
  grace: Schema.optionalKey(Schema.String),
  /** What the container does; it serves when nothing is said. */
  behaviour: Schema.optionalKey(
    Schema.Struct({ kind: Schema.Literals(["serves", "never-ready", "crashes", "completes"]), after: Schema.optionalKey(Schema.String) })
  )
} as const
const Running = Schema.Struct(RunningFields)
export type Running = typeof Running.Type

/** Kubernetes' defaults of a probe. Source: kubernetes API, Probe. */
const probeDefaults = { initialDelay: "0s", period: "10s" } as const

const probeOf = (probe: typeof Probe.Type, word: string, place: Place | undefined) => ({
  path: probe.path,
  port: probe.port,
  initialDelayMs: readTime(probe.initialDelay ?? probeDefaults.initialDelay, `${word} initialDelay: `, place),
  periodMs: readTime(probe.period ?? probeDefaults.period, `${word} period: `, place),
  ...(probe.failureThreshold === undefined ? {} : { failureThreshold: probe.failureThreshold })
})

/** The members of a template that say how it runs. */
export const runningOf = (given: Running, word: string, place: Place | undefined): Partial<PodTemplate> => {
  const span = (text: string, member: string): number => readTime(text, `${word} ${member}: `, place)
  return {
    ...(given.readinessProbe === undefined ? {} : { readinessProbe: probeOf(given.readinessProbe, `${word} readinessProbe`, place) }),
    ...(given.livenessProbe === undefined ? {} : { livenessProbe: probeOf(given.livenessProbe, `${word} livenessProbe`, place) }),
    ...(given.startupProbe === undefined ? {} : { startupProbe: probeOf(given.startupProbe, `${word} startupProbe`, place) }),
    ...(given.images === undefined
      ? {}
      : {
          images: given.images.map(({ name, sizeMiB }) => ({
            name,
            sizeMiB: readCount(sizeMiB, 0, `${word} images "${name}" sizeMiB: `, place)
          }))
        }),
    ...(given.volume === undefined ? {} : { volume: given.volume }),
    ...(given.volumeClaim === undefined
      ? {}
      : {
          volumeClaim: {
            name: given.volumeClaim.name,
            kind: given.volumeClaim.kind,
            zonal: given.volumeClaim.zonal ?? true,
            attaches: given.volumeClaim.attaches ?? true
          }
        }),
    ...(given.start === undefined ? {} : { startMs: span(given.start, "start") }),
    ...(given.stop === undefined ? {} : { stopMs: span(given.stop, "stop") }),
    ...(given.grace === undefined ? {} : { graceMs: span(given.grace, "grace") }),
    ...(given.behaviour === undefined
      ? {}
      : {
          behaviour: {
            kind: given.behaviour.kind,
            afterMs: given.behaviour.after === undefined ? 0 : span(given.behaviour.after, "behaviour after")
          }
        })
  }
}
