/**
 * What the owner of Services and Ingresses leaves to the cluster: their addresses, node ports, and the subnets of their balancers.
 * Where balancers stand is found as the AWS load balancer controller finds it.
 */
import type { IngressSpec } from "../model/balance/ingress.ts"
import type { LoadBalancerSpec } from "../model/balance/spec.ts"
import type { ServiceSpec } from "../model/kube/spec.ts"
import { formatAddress, parsePrefix } from "../model/net/ip.ts"
import { compareText } from "../model/value/text.ts"
import { type Scheme, usualBalancer } from "./word/balancer.ts"
import type { Described } from "./word/workload.ts"

/** A subnet that nodes and balancers may stand in. `zone` and `tags`: of a cloud's own. */
export interface SubnetKnown {
  readonly id: string
  readonly cidr: string
  readonly isPublic: boolean
  readonly zone?: string
  readonly tags?: Readonly<Record<string, string>>
}

export interface Exposed {
  readonly services: ReadonlyArray<ServiceSpec>
  readonly ingresses: ReadonlyArray<IngressSpec>
  /** Balancers that find no subnet to stand in. */
  readonly unmodelled: ReadonlyArray<{ readonly subject: string; readonly what: string }>
}

const dnsName = "kube-dns"
const systemNamespace = "kube-system"

/** The Service that pods ask for names. */
export const dnsService = { name: dnsName, namespace: systemNamespace } as const

/** Where CoreDNS answers: the tenth address of the Services' range, as EKS assigns it. */
export const dnsAddress = (serviceCidr: string): string => {
  const prefix = parsePrefix(serviceCidr)
  return prefix === undefined ? "" : formatAddress(prefix.first + 10)
}

/** Cluster addresses that are not said begin here, past those that people like to choose. */
const firstFreeAddress = 128

export const exposedOf = (described: ReadonlyArray<Described>, serviceCidr: string, subnets: ReadonlyArray<SubnetKnown>): Exposed => {
  const unmodelled: Array<Exposed["unmodelled"][number]> = []
  const placed = (subject: string, what: string, balancer: LoadBalancerSpec, seeks: Scheme | undefined): LoadBalancerSpec | undefined => {
    const found = seeks === undefined ? balancer.subnets : subnetsFor(seeks, subnets)
    if (found.length > 0) return { ...balancer, subnets: found }
    if (seeks === undefined) return balancer
    unmodelled.push({ subject, what: `${what}: no subnet for ${seeks === "internal" ? "an internal" : "an internet-facing"} balancer` })
    return undefined
  }
  const addresses = freeAddresses(serviceCidr)
  const nodePorts = freeNodePorts(described)
  const services = described.flatMap((part): ReadonlyArray<ServiceSpec> => {
    if (part._tag !== "Service") return []
    const { spec } = part
    const numbered = {
      ...spec,
      clusterIp: clusterIpOf(spec, serviceCidr, addresses),
      ports: spec.type === "ClusterIP" ? spec.ports : spec.ports.map((port) => ({ ...port, nodePort: port.nodePort ?? nodePorts() }))
    }
    if (spec.type !== "LoadBalancer") return [numbered]
    const { loadBalancer: said, ...bare } = numbered
    const usual = subnetsFor("internet-facing", subnets)
    const loadBalancer =
      said === undefined
        ? usual.length === 0
          ? undefined
          : usualBalancer(spec.name, usual)
        : placed(`${spec.namespace}/${spec.name}`, `Service ${spec.name}`, said, part.seeks)
    return [loadBalancer === undefined ? bare : { ...bare, loadBalancer }]
  })
  const ingresses = described.flatMap((part): ReadonlyArray<IngressSpec> => {
    if (part._tag !== "Ingress") return []
    const { spec } = part
    const loadBalancer = placed(`${spec.namespace}/${spec.name}`, `Ingress ${spec.name}`, spec.loadBalancer, part.seeks)
    return loadBalancer === undefined ? [] : [{ ...spec, loadBalancer }]
  })
  return { services, ingresses, unmodelled }
}

const clusterIpOf = (spec: ServiceSpec, serviceCidr: string, next: () => string): string => {
  if (spec.clusterIp !== "" || spec.headless === true) return spec.clusterIp
  return spec.name === dnsName && spec.namespace === systemNamespace ? dnsAddress(serviceCidr) : next()
}

const freeAddresses = (serviceCidr: string): (() => string) => {
  const base = parsePrefix(serviceCidr)?.first ?? 0
  let taken = 0
  return () => formatAddress(base + firstFreeAddress + taken++)
}

/** Node ports that are not said. Source: kube-apiserver --service-node-port-range 30000-32767. */
const firstNodePort = 31_000

const freeNodePorts = (described: ReadonlyArray<Described>): (() => number) => {
  const said = new Set(
    described.flatMap((part) => (part._tag === "Service" ? part.spec.ports.flatMap(({ nodePort }) => nodePort ?? []) : []))
  )
  let next = firstNodePort
  return () => {
    while (said.has(next)) next++
    return next++
  }
}

/** Source: aws-load-balancer-controller, docs/deploy/subnet_discovery. */
const roleTags: Readonly<Record<Scheme, string>> = {
  "internet-facing": "kubernetes.io/role/elb",
  internal: "kubernetes.io/role/internal-elb"
}

/** Those with the role's tag, or else those that the internet can or cannot reach; of one zone the first by id. */
const subnetsFor = (scheme: Scheme, subnets: ReadonlyArray<SubnetKnown>): ReadonlyArray<string> => {
  const own = subnets.filter(({ zone }) => zone !== undefined)
  const tagged = own.filter(({ tags }) => ["1", ""].includes(tags?.[roleTags[scheme]] ?? "none"))
  const candidates = tagged.length > 0 ? tagged : own.filter(({ isPublic }) => isPublic === (scheme === "internet-facing"))
  const byZone = new Map<string, string>()
  for (const { id, zone = "" } of candidates) {
    const before = byZone.get(zone)
    if (before === undefined || compareText(id, before) < 0) byZone.set(zone, id)
  }
  return [...byZone.values()]
}
