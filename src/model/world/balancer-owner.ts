/**
 * Who a balancer was made for, a Service or an Ingress, and its groups of targets: the nodes or pods of one Service each. A Service's
 * balancer has one group; an Ingress's has one for every Service and port that its rules forward to.
 */
import { byPriority, type IngressRule, ingressKey } from "../balance/ingress.ts"
import type { LoadBalancerSpec } from "../balance/spec.ts"
import type { ServiceSpec } from "../kube/spec.ts"
import { serviceKey } from "./ids.ts"
import type { World } from "./world.ts"

/** `id` is empty for the one group of a Service's balancer. */
export interface TargetGroup {
  readonly id: string
  readonly service: ServiceSpec
  readonly port: ServiceSpec["ports"][number]
}

export interface BalancerOwner {
  readonly key: string
  readonly loadBalancer: LoadBalancerSpec
  readonly listening: ReadonlyArray<{ readonly protocol: "tcp" | "udp"; readonly port: number }>
  readonly groups: ReadonlyArray<TargetGroup>
  /** Of an Ingress, in order of priority. */
  readonly rules?: ReadonlyArray<IngressRule>
}

type Planned = Pick<World, "ground">

export const ownerOf = (world: Planned, balancer: string): BalancerOwner => {
  const { services, ingresses = [] } = world.ground.plan.cluster
  for (const service of services) {
    const { loadBalancer } = service
    if (loadBalancer?.id !== balancer) continue
    // Checks ask the first port that targets have.
    const port = service.ports.find(({ nodePort }) => loadBalancer.targetType === "ip" || nodePort !== undefined)
    return {
      key: serviceKey(service),
      loadBalancer,
      listening: service.ports.map(({ protocol, port: each }) => ({ protocol, port: each })),
      groups: port === undefined ? [] : [{ id: "", service, port }]
    }
  }
  const ingress = ingresses.find(({ loadBalancer }) => loadBalancer.id === balancer)
  if (ingress === undefined) throw new Error(`balancer "${balancer}" is not in the plan`)
  const groups = new Map<string, TargetGroup>()
  for (const { action } of ingress.rules) {
    for (const to of action._tag === "Forward" ? action.to : []) {
      const service = services.find(({ namespace, name }) => namespace === ingress.namespace && name === to.service)
      const port = service?.ports.find((each) => each.port === to.port)
      if (service !== undefined && port !== undefined) groups.set(groupId(to), { id: groupId(to), service, port })
    }
  }
  return {
    key: ingressKey(ingress),
    loadBalancer: ingress.loadBalancer,
    listening: ingress.ports.map((port) => ({ protocol: "tcp", port })),
    groups: [...groups.values()],
    rules: byPriority(ingress.rules)
  }
}

/** A group's name among an Ingress's. */
export const groupId = ({ service, port }: { readonly service: string; readonly port: number }): string => `${service}:${port}`

/** A target's name: the node's or pod's own, with its group where there are several. */
export const targetName = (member: string, group: TargetGroup): string => (group.id === "" ? member : `${member} in ${group.id}`)
