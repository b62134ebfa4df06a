/** Whether what answering a path calls can be called: Services, ports, paths and hosts that are there, cluster DNS, and no circle. */
import { hasAll } from "../model/kube/labels.ts"
import type { ClusterSpec, ServiceSpec, WorkloadSpec } from "../model/kube/spec.ts"
import type { Call } from "../model/kube/template.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place, Plan } from "./plan.ts"

type AnyCall = typeof Call.Type
type ServiceCall = Extract<AnyCall, { readonly service: string }>
type OutsideCall = Extract<AnyCall, { readonly outside: string }>
type DatabaseCall = Extract<AnyCall, { readonly database: string }>

const idOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`

export const checkCalls = (plan: Plan, workload: WorkloadSpec, what: string, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const { cluster } = plan
  const services = cluster.services.map(idOf)
  const calls = workload.template.serves.flatMap(({ paths }) => paths.flatMap((path) => path.calls))
  const hasDns = services.includes(cluster.dnsService)
  return [
    ...calls.flatMap((call) => {
      if ("outside" in call) return outsideMistakes(plan, call, what, place)
      return "database" in call ? databaseMistakes(plan, call, what, place) : serviceMistakes(cluster, call, what, place)
    }),
    ...(!calls.some((call) => "service" in call) || hasDns
      ? []
      : [unknownName(what, "cluster DNS", cluster.dnsService, services, place, "add ...eksAddons()")]),
    ...circles(cluster, calls, what, place)
  ]
}

const outsideMistakes = ({ outside }: Plan, call: OutsideCall, what: string, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const host = outside?.find(({ id }) => id === call.outside)
  const known = (outside ?? []).map(({ id }) => id)
  if (host === undefined) {
    const added = `add .outside("${call.outside}", { address: "198.51.100.10", ports: [${call.port}] })`
    return [unknownName(what, "host outside", call.outside, known, place, added)]
  }
  const ports = host.ports.map(String)
  return ports.includes(String(call.port)) ? [] : [unknownName(`${what} calls ${host.id} outside`, "port", String(call.port), ports, place)]
}

const databaseMistakes = (
  { topology }: Plan,
  { database, port }: DatabaseCall,
  what: string,
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  const databases = topology._tag === "AwsTopology" ? (topology.databases ?? []) : []
  const known = databases.find(({ id }) => id === database)
  const names = databases.map(({ id }) => id)
  if (known === undefined) return [unknownName(what, "database", database, names, place)]
  return known.port === port ? [] : [unknownName(`${what} calls database ${database}`, "port", String(port), [String(known.port)], place)]
}

const serviceMistakes = (
  cluster: ClusterSpec,
  { service, port, path }: ServiceCall,
  what: string,
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  const found = cluster.services.find((known) => idOf(known) === service)
  if (found === undefined) return [unknownName(what, "Service", service, cluster.services.map(idOf), place)]
  const ports = found.ports.map((known) => String(known.port))
  if (!ports.includes(String(port))) return [unknownName(`${what} calls Service ${service}`, "port", String(port), ports, place)]
  const paths = pathsBehind(cluster, found, port)
  return path === undefined || paths.some((known) => known.path === path)
    ? []
    : [
        unknownName(
          `${what} calls Service ${service}`,
          "path",
          path,
          paths.map((known) => known.path),
          place,
          "leave the path out: answering it calls nobody"
        )
      ]
}

/** What the pods behind a Service's port answer by calling others. */
const pathsBehind = (
  { workloads }: ClusterSpec,
  service: ServiceSpec,
  port: number
): WorkloadSpec["template"]["serves"][number]["paths"] => {
  const targetPort = service.ports.find((known) => known.port === port)?.targetPort
  return workloads.flatMap(({ namespace, template }) =>
    namespace === service.namespace && hasAll(template.labels, service.selector)
      ? template.serves.flatMap((serves) => (serves.port === targetPort ? serves.paths : []))
      : []
  )
}

/** A call that leads back to itself would never be answered. */
const circles = (
  cluster: ClusterSpec,
  calls: ReadonlyArray<AnyCall>,
  what: string,
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  const textOf = ({ service, port, path }: ServiceCall): string => `${service}:${port}${path ?? ""}`
  const roundFrom = (call: AnyCall, way: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
    if (!("service" in call) || call.path === undefined) return undefined
    const step = textOf(call)
    if (way.includes(step)) return [...way.slice(way.indexOf(step)), step]
    const service = cluster.services.find((known) => idOf(known) === call.service)
    const next = service === undefined ? [] : pathsBehind(cluster, service, call.port).filter(({ path }) => path === call.path)
    for (const { calls: more } of next) {
      for (const inner of more) {
        const found = roundFrom(inner, [...way, step])
        if (found !== undefined) return found
      }
    }
    return undefined
  }
  const [round] = calls.flatMap((call) => [roundFrom(call, [])].filter((found) => found !== undefined))
  return round === undefined
    ? []
    : [errorOf("D008", `${what}: its calls go round in a circle`, { place, underlined: "calls", notes: [round.join(" → ")] })]
}
