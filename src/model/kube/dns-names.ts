/**
 * How many names a pod's resolver asks for until the Service it means has answered: the cluster's search list is tried first for
 * what has fewer dots than `ndots`, last for the rest, and not at all for what ends in a dot. Each name is a question of its own on a
 * socket of its own. Not modelled: A beside AAAA (one socket asks both), a pod's own dnsPolicy and dnsConfig, names outside the
 * cluster, caches, resolvers that ask for all names at once.
 * Sources: resolv.conf(5), search and ndots; kubernetes pkg/kubelet/network/dns, generateSearchesForDNSClusterFirst.
 */
import type { SettingDefinition } from "../value/setting.ts"

export const dnsSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "dnsNdots",
    about: "A name with fewer dots is tried with each search domain before it is tried as it stands.",
    default: 5,
    atLeast: 0,
    atMost: 15,
    source: "kubernetes pkg/kubelet/network/dns, defaultDNSOptions: ndots:5; resolv.conf(5) caps it at 15"
  },
  {
    name: "dnsNodeSearchDomains",
    about: "Search domains that a pod takes over from its node, after the three of the cluster.",
    default: 0,
    atLeast: 0,
    atMost: 29,
    source: "Chosen: none. A VPC with Amazon's DNS hands out one, region.compute.internal; kubernetes allows 32 in all"
  }
]

interface Resolver {
  /** Of the pod that asks. */
  readonly namespace: string
  readonly ndots: number
  readonly nodeSearchDomains: number
}

/** Source: kubelet --cluster-domain, as kubeadm and EKS set it. */
const clusterDomain = "cluster.local"

/** The name written in `given`, as `namespace/name`; `undefined` when it is no full or shortened name of a Service with its namespace. */
export const serviceOfName = (given: string): string | undefined => {
  const found = /^(?<name>[^./]+)\.(?<namespace>[^./]+)(?:\.svc(?:\.cluster\.local\.?)?)?$/.exec(given)?.groups
  return found === undefined ? undefined : `${found["namespace"]}/${found["name"]}`
}

/** What a caller writes who takes no more pains than it must: `db`, and `db.shop` from another namespace. */
export const shortName = (service: string, namespace: string): string => {
  const [home, name] = service.split("/")
  return home === namespace ? `${name}` : `${name}.${home}`
}

/** Names asked for until `service` (`namespace/name`) answers, at least 1. A name that never leads there is asked for to the end. */
export const namesAsked = (given: string, service: string, resolver: Resolver): number => {
  if (given.endsWith(".")) return 1
  const [home, name] = service.split("/")
  const cluster = [`${resolver.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
  const searched = [
    ...cluster.map((domain) => `${given}.${domain}`),
    // Whatever the node's domains are, no Service answers under them.
    ...Array.from({ length: resolver.nodeSearchDomains }, () => "")
  ]
  const dots = given.split(".").length - 1
  const asked = dots >= resolver.ndots ? [given, ...searched] : [...searched, given]
  const found = asked.indexOf(`${name}.${home}.svc.${clusterDomain}`)
  return found === -1 ? asked.length : found + 1
}
