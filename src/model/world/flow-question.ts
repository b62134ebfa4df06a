/**
 * A flow in an owner's words: who asks whom. `internet`, a pod, a node, an instance, a host outside, a Service, a balancer's name, an
 * address. Names without a namespace are looked for in `default`.
 */
import type { Question } from "../net/fabric.ts"
import type { Protocol } from "../net/flow.ts"
import { parseAddress } from "../net/ip.ts"
import { sortedKeys } from "../value/text.ts"
import { podComponent, serviceKey, serviceName } from "./ids.ts"
import { nodeSender } from "./node-sender.ts"
import { outsideComponent } from "./outside.ts"
import type { World } from "./world.ts"

export interface Wish {
  readonly from: string
  readonly to: string
  readonly port: number
  readonly protocol: Protocol
}

/** What a name does not stand for, and the names there are. */
export interface Unknown {
  readonly end: "from" | "to"
  readonly name: string
  readonly known: ReadonlyArray<string>
}

const qualified = (name: string): string => (name.includes("/") ? name : `default/${name}`)
const plain = (id: string): string => id.replace(/^default\//, "")

/** Components by an owner's name for them. */
const componentOf = (world: World, name: string): string | undefined => {
  const { fabric } = world
  if (name === "internet") return fabric.internet
  const found = [podComponent(qualified(name)), nodeSender(world, name), outsideComponent(name), name]
  return found.find((id) => fabric.components.has(id))
}

const senders = (world: World): ReadonlyArray<string> => {
  const { cluster, ground } = world
  const pods = sortedKeys(cluster.pods.keys()).filter((pod) => world.fabric.components.has(podComponent(pod)))
  return ["internet", ...pods.map(plain), ...cluster.nodeNames, ...(ground.plan.outside ?? []).map(({ id }) => id)]
}

const servicesOf = (world: World) => world.ground.plan.cluster.services

/** The question that a trace takes, or the name that stands for nothing here. */
export const questionFor = (world: World, { from, to, port, protocol }: Wish): Question | { readonly unknown: Unknown } => {
  const sender = componentOf(world, from)
  if (sender === undefined) return { unknown: { end: "from", name: from, known: senders(world) } }
  const target = targetOf(world, to)
  if (target === undefined) {
    const known = [
      ...servicesOf(world).map((service) => plain(serviceKey(service))),
      ...sortedKeys(world.fabric.names.keys()),
      ...senders(world).slice(1)
    ]
    return { unknown: { end: "to", name: to, known } }
  }
  return { from: sender, to: target, port, protocol }
}

const targetOf = (world: World, name: string): Question["to"] | undefined => {
  if (parseAddress(name) !== undefined) return { _tag: "Address", address: name }
  if (world.fabric.names.has(name)) return { _tag: "Name", name }
  const service = servicesOf(world).find((candidate) => serviceKey(candidate) === qualified(name))
  if (service !== undefined)
    return service.headless === true
      ? { _tag: "Name", name: serviceName(serviceKey(service)) }
      : { _tag: "Address", address: service.clusterIp }
  const component = world.fabric.components.get(componentOf(world, name) ?? "")
  const address = component === undefined || component.addresses === "any" ? undefined : component.addresses[0]
  return address === undefined ? undefined : { _tag: "Address", address }
}
