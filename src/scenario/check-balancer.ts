/**
 * Whether balancers can be made: one subnet a zone, subnets and groups that exist, targets that can be reached, and, for an Ingress,
 * Services behind its rules.
 */

import type { IngressSpec } from "../model/balance/ingress.ts"
import type { LoadBalancerSpec } from "../model/balance/spec.ts"
import { writtenGroups, writtenSubnets } from "../model/cloud/cloud-of.ts"
import type { ServiceSpec } from "../model/kube/spec.ts"
import { type Diagnostic, errorOf } from "./diagnostic.ts"
import { unknownName } from "./names.ts"
import type { Place, Plan } from "./plan.ts"

type Wrong = (note: string, help: string) => Diagnostic

const wrongIn =
  (what: string, { id, kind }: LoadBalancerSpec, place: Place | undefined): Wrong =>
  (note, help) =>
    errorOf("D008", `${what}: its balancer "${id}" cannot be made`, {
      place,
      underlined: kind === "application" ? "balancer" : `${kind}Balancer`,
      notes: [note],
      help
    })

/** A balancer by instance reaches its targets on their node ports; classic ones carry TCP alone. */
export const serviceBalancerMistakes = (
  { name, namespace, loadBalancer, ports }: ServiceSpec,
  topology: Plan["topology"],
  place: Place | undefined
): ReadonlyArray<Diagnostic> => {
  if (loadBalancer === undefined) return []
  const wrong = wrongIn(`Service ${name}`, loadBalancer, place)
  return [
    ...frontMistakes(`Service ${namespace}/${name}`, loadBalancer, topology, place, wrong),
    ...(loadBalancer.targetType !== "ip" && ports.some(({ nodePort }) => nodePort === undefined)
      ? [wrong("a port has no node port to reach its targets on", "add nodePort: 30080")]
      : []),
    ...(loadBalancer.kind === "classic" && ports.some(({ protocol }) => protocol !== "tcp")
      ? [wrong("a classic balancer carries TCP", "take the port out")]
      : [])
  ]
}

const frontMistakes = (
  what: string,
  loadBalancer: LoadBalancerSpec,
  topology: Plan["topology"],
  place: Place | undefined,
  wrong: Wrong
): ReadonlyArray<Diagnostic> => {
  const written = writtenSubnets(topology)
  const subnets = written.map(({ id }) => id)
  const groups = writtenGroups(topology)
  const zones = loadBalancer.subnets.flatMap((id) => written.find((subnet) => subnet.id === id)?.zone ?? [])
  return [
    ...(loadBalancer.subnets.length === 0 ? [wrong("it stands in no subnet", "name one subnet a zone")] : []),
    ...(new Set(zones).size < zones.length ? [wrong("two of its subnets are in one zone", "name one subnet a zone")] : []),
    ...loadBalancer.subnets.filter((id) => !subnets.includes(id)).map((id) => unknownName(what, "subnet", id, subnets, place)),
    ...loadBalancer.groups.filter((id) => !groups.includes(id)).map((id) => unknownName(what, "security group", id, groups, place))
  ]
}

/** Every rule leads to a port of a Service of its namespace, or answers by itself; by instance, that port has a node port. */
export const checkIngress = ({ cluster, topology }: Plan, ingress: IngressSpec, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const { name, namespace, loadBalancer, rules } = ingress
  const what = `Ingress ${namespace}/${name}`
  const wrong = wrongIn(`Ingress ${name}`, loadBalancer, place)
  const known = cluster.services.filter((service) => service.namespace === namespace)
  return [
    ...frontMistakes(what, loadBalancer, topology, place, wrong),
    ...(rules.length === 0 ? [wrong("it has no rules: every request gets 404", 'add a rule: { service: "web" }')] : []),
    ...rules.flatMap(({ path, action }) => {
      if (action._tag === "Answer") return []
      if (action.to.length === 0)
        return [wrong(`its rule for ${path} leads nowhere`, "name a service, several to forward to, or an answer")]
      return action.to.flatMap((to): ReadonlyArray<Diagnostic> => {
        const service = known.find((each) => each.name === to.service)
        const names = known.map((each) => each.name)
        if (service === undefined) return [unknownName(what, "Service", to.service, names, place)]
        const port = service.ports.find((each) => each.port === to.port)
        const ports = service.ports.map((each) => String(each.port))
        if (port === undefined) return [unknownName(`${what}: Service ${to.service}`, "port", String(to.port), ports, place)]
        return loadBalancer.targetType !== "ip" && port.nodePort === undefined
          ? [wrong(`port ${to.port} of Service ${to.service} has no node port to reach its targets on`, 'add nodePort, or targets: "ip"')]
          : []
      })
    })
  ]
}
