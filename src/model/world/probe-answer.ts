/** What a probe asks of the fabric now, and how its answer is recorded. */
import type { Failure } from "../net/ask.ts"
import type { Question } from "../net/fabric.ts"
import { compareRatio, formatRatio, minus, one, plus, type Ratio, zero } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import { podComponent, serviceKey, serviceName } from "./ids.ts"
import type { EventOf } from "./message.ts"
import type { ProbeSpec } from "./probe.ts"
import type { World } from "./world.ts"

export type ProbeAnswer = EventOf<"probe/AnswerTurned">

/** A share of the asking, and why it failed, if it did. */
export interface AnsweredShare {
  readonly share: Ratio
  readonly failure?: Failure
}

/** The question, or the pod, node or Service that is not there. */
export const questionOf = (world: World, probe: ProbeSpec): Question | { readonly missing: string } => {
  const { plan } = world.ground
  const shared = { protocol: probe.protocol, port: probe.to.port }
  if (probe.from._tag === "Pod" && !world.fabric.components.has(podComponent(probe.from.pod))) return { missing: probe.from.pod }
  const from = probe.from._tag === "Internet" ? world.fabric.internet : podComponent(probe.from.pod)
  const { to } = probe
  switch (to._tag) {
    case "Address":
      return { from, to: { _tag: "Address", address: to.address }, ...shared }
    case "NodePort": {
      const node = world.cluster.nodes.get(to.node)
      return node === undefined ? { missing: to.node } : { from, to: { _tag: "Address", address: node.spec.address }, ...shared }
    }
    case "Pod": {
      const address = world.cluster.pods.get(to.pod)?.address
      return address === undefined ? { missing: to.pod } : { from, to: { _tag: "Address", address }, ...shared }
    }
    case "Ingress": {
      const ingress = plan.cluster.ingresses?.find((candidate) => serviceKey(candidate) === to.ingress)
      if (ingress === undefined) return { missing: to.ingress }
      const { path, host } = probe
      const request = { ...(path === undefined ? {} : { path }), ...(host === undefined ? {} : { host }) }
      return { from, to: { _tag: "Name", name: ingress.loadBalancer.dnsName }, ...shared, request }
    }
    case "Service":
    case "Balancer": {
      const service = plan.cluster.services.find((candidate) => serviceKey(candidate) === to.service)
      if (service === undefined) return { missing: to.service }
      if (to._tag === "Service" && service.headless === true)
        return { from, to: { _tag: "Name", name: serviceName(to.service) }, ...shared }
      if (to._tag === "Service") return { from, to: { _tag: "Address", address: service.clusterIp }, ...shared }
      const name = service.loadBalancer?.dnsName
      return name === undefined ? { missing: to.service } : { from, to: { _tag: "Name", name }, ...shared }
    }
  }
}

/** Nothing is asked of what does not run. */
export const missingShares = (missing: string, share: Ratio): ReadonlyArray<AnsweredShare> => [
  { share, failure: { fails: "timeout", at: missing, reason: "AddressUnowned", origin: `${missing} does not run` } }
]

/** Shares by what made them fail, the largest first. */
export const answerEvent = (probe: string, shares: ReadonlyArray<AnsweredShare>): ProbeAnswer => {
  const sum = { timeout: zero, refused: zero }
  const byCause = new Map<string, { share: Ratio; failure: Omit<Failure, "share"> }>()
  for (const branch of shares) {
    if (branch.failure === undefined) continue
    const { fails } = branch.failure
    if (fails === "timeout" || fails === "refused") sum[fails] = plus(sum[fails], branch.share)
    const key = JSON.stringify(branch.failure)
    byCause.set(key, { share: plus(byCause.get(key)?.share ?? zero, branch.share), failure: branch.failure })
  }
  const failures = [...byCause.entries()]
    .sort(([left, a], [right, b]) => compareRatio(b.share, a.share) || compareText(left, right))
    .map(([, { share, failure }]) => ({ share: formatRatio(share), ...failure }))
  const success = shares.reduce<Ratio>((total, { share, failure }) => (failure === undefined ? plus(total, share) : total), zero)
  const other = minus(one, plus(success, plus(sum.timeout, sum.refused)))
  return {
    _tag: "probe/AnswerTurned",
    probe,
    success: formatRatio(success),
    timeout: formatRatio(sum.timeout),
    refused: formatRatio(sum.refused),
    other: formatRatio(other),
    failures
  }
}
