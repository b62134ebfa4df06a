/**
 * Our probes: asked at the end of an instant in which a part moved that the last answer read; the answer is written when it turns.
 * A request that a workload answers by calling others succeeds only as far as those calls do; first attempts count.
 */
import { namesAsked, shortName } from "../kube/dns-names.ts"
import type { Call } from "../kube/template.ts"
import { askWithCalls, type CallQuestion } from "../net/ask.ts"
import { takeMoved } from "../net/fabric-change.ts"
import { one } from "../value/ratio.ts"
import { templateOf } from "./fabric-of-cluster.ts"
import { podComponent, podOfComponent, serviceKey } from "./ids.ts"
import { keepConnections } from "./keep-connections.ts"
import { networkNow } from "./network-now.ts"
import type { ProbeSpec } from "./probe.ts"
import { answerEvent, missingShares, type ProbeAnswer, questionOf } from "./probe-answer.ts"
import { numberSetting } from "./settings.ts"
import { noteAnswer, noteMoved, raiseQuestion, takeDirty } from "./standing.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

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
    const { event, touched } = probe.kept === true ? keepConnections(world, probe, turn) : answerOf(world, probe)
    noteAnswer(standing, question, touched)
    if (world.answers.get(probe.id) !== JSON.stringify(event)) turn.emit(event)
  }
}

/** The answer of one probe now, and the parts it read. Pure. */
export const answerOf = (world: World, probe: ProbeSpec): { readonly event: ProbeAnswer; readonly touched: ReadonlyArray<string> } => {
  const question = questionOf(world, probe)
  if ("missing" in question) {
    return { event: answerEvent(probe.id, missingShares(question.missing, one)), touched: [`component/${podComponent(question.missing)}`] }
  }
  const asked = askWithCalls(world.fabric, question, (reached, port, path) => callsOf(world, reached, port, path), probe.path)
  return { event: answerEvent(probe.id, asked.branches), touched: asked.touched }
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
    if ("database" in call) {
      const name = networkNow(world).cloud.failovers?.find(({ id }) => id === call.database)?.name
      const to = name === undefined ? undefined : ({ _tag: "Name", name } as const)
      return to === undefined ? [] : [{ to, protocol: "tcp" as const, port: call.port, call: `database ${call.database}:${call.port}` }]
    }
    const resolver = addressOf(dnsService)
    const address = addressOf(call.service)
    if (address === undefined) return []
    return [
      ...(call.lookup && resolver !== undefined ? [lookupOf(world, resolver, pod, call)] : []),
      {
        to: { _tag: "Address", address } as const,
        protocol: "tcp" as const,
        port: call.port,
        call: `${call.service}:${call.port}`,
        ...(call.path === undefined ? {} : { path: call.path })
      }
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
