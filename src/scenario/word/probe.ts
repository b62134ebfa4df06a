/** Whom a probe asks, and from where: `from.internet()`, `to.balancer("web", 80)`. Names without a namespace are in `default`. */
import type { ProbeSpec } from "../../model/world/probe.ts"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readCount, readName } from "../read.ts"

/** `default/web` of `web`; a name with a namespace stays as it is. */
export const qualified = (name: string): string => (name.includes("/") ? name : `default/${name}`)

const portMax = 65_535

const readPort = (port: unknown, word: string, place: Place | undefined): number => {
  const count = readCount(port, 1, word, place)
  return count <= portMax
    ? count
    : misuse(
        errorOf("D008", `${word}${count}): ${count} is no port`, { place, underlined: String(count), notes: ["ports are 1 to 65535"] })
      )
}

const internet = (): ProbeSpec["from"] => ({ _tag: "Internet" })
const podSource = (pod: string): ProbeSpec["from"] => ({ _tag: "Pod", pod: qualified(readName(pod, "from.pod(", placeOfCall(podSource))) })

/** Where a probe asks from. */
export const from = { internet, pod: podSource } as const

const named = (tag: "Balancer" | "Service", word: string) => {
  const target = (service: string, port: number): ProbeSpec["to"] => {
    const place = placeOfCall(target)
    return { _tag: tag, service: qualified(readName(service, `${word}(`, place)), port: readPort(port, `${word}(…, `, place) }
  }
  return target
}

const ingressTarget = (ingress: string, port: number): ProbeSpec["to"] => {
  const place = placeOfCall(ingressTarget)
  return { _tag: "Ingress", ingress: qualified(readName(ingress, "to.ingress(", place)), port: readPort(port, "to.ingress(…, ", place) }
}

const podTarget = (pod: string, port: number): ProbeSpec["to"] => {
  const place = placeOfCall(podTarget)
  return { _tag: "Pod", pod: qualified(readName(pod, "to.pod(", place)), port: readPort(port, "to.pod(…, ", place) }
}

const nodePort = (node: string, port: number): ProbeSpec["to"] => {
  const place = placeOfCall(nodePort)
  return { _tag: "NodePort", node: readName(node, "to.nodePort(", place), port: readPort(port, "to.nodePort(…, ", place) }
}

const address = (at: string, port: number): ProbeSpec["to"] => {
  const place = placeOfCall(address)
  return { _tag: "Address", address: readName(at, "to.address(", place), port: readPort(port, "to.address(…, ", place) }
}

/** Whom a probe asks: the balancer of a Service or an Ingress by its DNS name, a Service by its cluster address, a pod, a node port, any address. */
export const to = {
  balancer: named("Balancer", "to.balancer"),
  service: named("Service", "to.service"),
  ingress: ingressTarget,
  pod: podTarget,
  nodePort,
  address
} as const
