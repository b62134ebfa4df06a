/** How the rooms name one another's things: Kubernetes' `namespace/name`, and the fabric's component ids. */

/** `namespace/name` of a workload, Service or pod. */
export const serviceKey = (named: { readonly namespace: string; readonly name: string }): string => `${named.namespace}/${named.name}`

/** The DNS name of a Service, of `namespace/name`. */
export const serviceName = (service: string): string => {
  const [namespace, name] = service.split("/")
  return `${name}.${namespace}.svc.cluster.local`
}

export const nodeComponent = (node: string): string => `node/${node}`
export const podComponent = (pod: string): string => `pod/${pod}`
export const frontEndComponent = (balancer: string, zone: string): string => `frontEnd/${balancer}/${zone}`
export const balancerTable = (balancer: string): string => `balancer/${balancer}`

/** The pod's id of a pod's component; `undefined` for other components. */
export const podOfComponent = (component: string): string | undefined => (component.startsWith("pod/") ? component.slice(4) : undefined)

/** Any address that the component itself owns. */
export const selfListener = (protocol: string, port: number): string => `self:${protocol}:${port}`
export const addressListener = (address: string, protocol: string, port: number): string => `${address}:${protocol}:${port}`
