/**
 * Our probes: asked at the end of an instant in which a part moved that the last answer read; the answer is written when it turns.
 * A request that a workload answers by calling others succeeds only as far as those calls do; first attempts count.
 */
import { namesAsked, shortName } from "../kube/dns-names.ts"
import type { Call } from "../kube/template.ts"
import { type Asked, askWithCalls, type CallQuestion } from "../net/ask.ts"
import type { Question } from "../net/fabric.ts"
import { takeMoved } from "../net/fabric-change.ts"
import { compareRatio, formatRatio, minus, one, plus, type Ratio, zero } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import { templateOf } from "./fabric-of-cluster.ts"
import { podComponent, podOfComponent, serviceKey, serviceName } from "./ids.ts"
import type { EventOf } from "./message.ts"
import type { ProbeFailure, ProbeSpec } from "./probe.ts"
import { numberSetting } from "./settings.ts"
import { noteAnswer, noteMoved, raiseQuestion, takeDirty } from "./standing.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

type Failure = typeof ProbeFailure.Type

/** All probes are asked for the first time. */
export const raiseProbes = (world: World): void => {
  for (const probe of world.ground.plan.probes) raiseQuestion(world.ground.standing, `probe/${probe.id}`)
}

export const answerProbes = (world: World, _timer: unknown, turn: WorldTurn): void => {
  const { standing, plan } = world.ground
  noteMoved(standing, takeMoved(world.fabric))
  for (const question of takeDirty(standing, "probe")) {
    const probe = plan.probes.find((candidate) => `probe/${candidate.id}` === question)
    if (probe === undefined) continue
    const { event, touched } = answerOf(world, probe)
    noteAnswer(standing, question, touched)
    if (world.answers.get(probe.id) !== JSON.stringify(event)) turn.emit(event)
  }
}

/** The answer of one probe now, and the parts it read. Pure. */
export const answerOf = (
  world: World,
  probe: ProbeSpec
): { readonly event: EventOf<"probe/AnswerTurned">; readonly touched: ReadonlyArray<string> } => {
  const question = questionOf(world, probe)
  if ("missing" in question) {
    const failure: Failure = {
      share: "1",
      fails: "timeout",
      at: question.missing,
      reason: "AddressUnowned",
      origin: `${question.missing} does not run`
    }
    const event = {
      _tag: "probe/AnswerTurned",
      probe: probe.id,
      success: "0",
      timeout: "1",
      refused: "0",
      other: "0",
      failures: [failure]
    } as const
    return { event, touched: [`component/${podComponent(question.missing)}`] }
  }
  const asked = askWithCalls(world.fabric, question, (reached, port) => callsOf(world, reached, port, probe.path))
  return { event: eventOf(probe.id, asked), touched: asked.touched }
}

const questionOf = (world: World, probe: ProbeSpec): Question | { readonly missing: string } => {
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

/** DNS over UDP. Source: RFC 1035. */
const dnsPort = 53

const callsOf = (world: World, reached: string, port: number, path: string | undefined): ReadonlyArray<CallQuestion> => {
  const pod = podOfComponent(reached)
  if (pod === undefined || path === undefined) return []
  const serves = templateOf(world, pod)?.serves.find((candidate) => candidate.port === port)
  const { cluster, outside } = world.ground.plan
  const { services, dnsService } = cluster
  const addressOf = (key: string): string | undefined => services.find((service) => serviceKey(service) === key)?.clusterIp
  return (serves?.paths.find((candidate) => candidate.path === path)?.calls ?? []).flatMap((call) => {
    if ("outside" in call) {
      const host = outside?.find(({ id }) => id === call.outside)
      const to = host === undefined ? undefined : ({ _tag: "Address", address: host.address } as const)
      return to === undefined ? [] : [{ to, protocol: "tcp" as const, port: call.port, call: `${call.outside}:${call.port} outside` }]
    }
    const resolver = addressOf(dnsService)
    const address = addressOf(call.service)
    if (address === undefined) return []
    return [
      ...(call.lookup && resolver !== undefined ? [lookupOf(world, resolver, pod, call)] : []),
      { to: { _tag: "Address", address } as const, protocol: "tcp" as const, port: call.port, call: `${call.service}:${call.port}` }
    ]
  })
}

type ServiceCall = Extract<typeof Call.Type, { readonly service: string }>

/** The names asked for until the Service answers, each a flow of its own. */
const lookupOf = (world: World, resolver: string, pod: string, { service, name }: ServiceCall): CallQuestion => {
  const namespace = pod.slice(0, pod.indexOf("/"))
  const flows = namesAsked(name ?? shortName(service, namespace), service, {
    namespace,
    ndots: numberSetting(world.settings.values, "dnsNdots"),
    nodeSearchDomains: numberSetting(world.settings.values, "dnsNodeSearchDomains")
  })
  return {
    to: { _tag: "Address", address: resolver },
    protocol: "udp",
    port: dnsPort,
    call: flows === 1 ? `lookup of ${service}` : `lookup of ${service} (${flows} names)`,
    flows
  }
}

const eventOf = (probe: string, asked: Asked): EventOf<"probe/AnswerTurned"> => {
  const sum = { timeout: zero, refused: zero }
  const byCause = new Map<string, { share: Ratio; failure: Omit<Failure, "share"> }>()
  for (const branch of asked.branches) {
    if (branch.failure === undefined) continue
    const { fails } = branch.failure
    if (fails === "timeout" || fails === "refused") sum[fails] = plus(sum[fails], branch.share)
    const key = JSON.stringify(branch.failure)
    byCause.set(key, { share: plus(byCause.get(key)?.share ?? zero, branch.share), failure: branch.failure })
  }
  const failures = [...byCause.entries()]
    .sort(([left, a], [right, b]) => compareRatio(b.share, a.share) || compareText(left, right))
    .map(([, { share, failure }]) => ({ share: formatRatio(share), ...failure }))
  const other = minus(one, plus(asked.success, plus(sum.timeout, sum.refused)))
  return {
    _tag: "probe/AnswerTurned",
    probe,
    success: formatRatio(asked.success),
    timeout: formatRatio(sum.timeout),
    refused: formatRatio(sum.refused),
    other: formatRatio(other),
    failures
  }
}
