/**
 * The state of a world at one moment: zones, nodes with what runs on them, Services, balancers and the answers of the probes. As text
 * and as plain data, from the same lists.
 */
import type { ProbeWindows } from "../analysis/outcome.ts"
import { formatClock } from "../model/value/instant.ts"
import { sortedKeys } from "../model/value/text.ts"
import { networkNow } from "../model/world/network-now.ts"
import type { World } from "../model/world/world.ts"
import { finish, paint, type Style } from "./style.ts"
import { type Cell, table } from "./table.ts"

export interface WorldFacts {
  readonly atMs: number
  readonly zones: ReadonlyArray<{ readonly zone: string; readonly lost: boolean; readonly health: string }>
  readonly nodes: ReadonlyArray<{
    readonly node: string
    readonly zone: string
    readonly ready: string
    readonly pods: number
    readonly taints: ReadonlyArray<string>
  }>
  readonly pods: ReadonlyArray<{
    readonly pod: string
    readonly node: string | null
    readonly address: string | null
    readonly phase: string
  }>
  readonly services: ReadonlyArray<{ readonly service: string; readonly endpoints: ReadonlyArray<string> }>
  readonly balancers: ReadonlyArray<{
    readonly balancer: string
    readonly inService: ReadonlyArray<string>
    readonly outOfService: ReadonlyArray<string>
    readonly listed: ReadonlyArray<string>
  }>
  readonly probes: ReadonlyArray<{ readonly probe: string; readonly success: string; readonly timeout: string; readonly refused: string }>
}

/** What stands in a world. `node`: only this node, and what runs on it. */
export const worldFacts = (world: World, atMs: number, probes: ReadonlyArray<ProbeWindows>, node?: string): WorldFacts => ({
  atMs,
  zones: networkNow(world).cloud.zones.map((zone) => ({
    zone,
    lost: world.zonesDown.has(zone),
    health: world.cluster.zones.get(zone)?.state ?? "no nodes"
  })),
  nodes: nodesOf(world).filter((known) => node === undefined || known.node === node),
  pods: podsOf(world).filter((pod) => node === undefined || pod.node === node),
  services: sortedKeys(world.cluster.services.keys()).map((id) => ({
    service: id,
    endpoints: world.cluster.services.get(id)?.ready ?? []
  })),
  balancers: balancersOf(world),
  probes: probes.flatMap(({ probe, windows }) => {
    const window = windows.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ?? windows.at(-1)
    return window === undefined || atMs < window.fromMs
      ? []
      : [{ probe, success: window.success, timeout: window.timeout, refused: window.refused }]
  })
})

const nodesOf = ({ cluster }: World): WorldFacts["nodes"] =>
  sortedKeys(cluster.nodes.keys()).flatMap((name) => {
    const node = cluster.nodes.get(name)
    if (node === undefined) return []
    const ready = !node.joined ? "not joined" : node.ready === "True" ? "Ready" : "NotReady (Unknown)"
    return [{ node: name, zone: node.zone, ready, pods: node.pods.size, taints: node.taints.map(({ key, effect }) => `${key}:${effect}`) }]
  })

const podsOf = ({ cluster }: World): WorldFacts["pods"] =>
  sortedKeys(cluster.pods.keys()).flatMap((id) => {
    const pod = cluster.pods.get(id)
    if (pod === undefined) return []
    const standing = pod.node === undefined ? "Pending" : pod.ready ? "Ready" : pod.started ? "not Ready" : "starting"
    return [
      { pod: id, node: pod.node ?? null, address: pod.address ?? null, phase: pod.terminating ? `${standing}, Terminating` : standing }
    ]
  })

const balancersOf = ({ balancers }: World): WorldFacts["balancers"] =>
  sortedKeys(balancers.made.keys()).flatMap((id) => {
    const balancer = balancers.made.get(id)
    if (balancer === undefined) return []
    const targets = sortedKeys(balancer.targets.keys())
    const isIn = (target: string): boolean => balancer.targets.get(target)?.healthy === true
    const listed = [...balancer.frontEnds.values()].flatMap((front) => (front.listed ? [front.publicAddress] : []))
    return [{ balancer: id, inService: targets.filter(isIn), outOfService: targets.filter((target) => !isIn(target)), listed }]
  })

/** The same as text: a table a kind of thing. Several lines, without a line break at the end. */
export const worldText = (style: Style, facts: WorldFacts): string => {
  const titled = (titles: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<Cell>>): ReadonlyArray<string> =>
    rows.length === 0
      ? []
      : [
          "",
          ...table(
            style,
            titles.map((title) => ({ title })),
            rows
          )
        ]
  const good = (text: string, isGood: boolean): Cell => ({ text, tone: isGood ? "good" : "bad" })
  const listed = (names: ReadonlyArray<string>): string => (names.length === 0 ? "-" : names.join(", "))
  return finish(
    style,
    [
      paint(style, "strong", `at ${formatClock(facts.atMs)}`),
      ...titled(
        ["zone", "", "health"],
        facts.zones.map(({ zone, lost, health }) => [zone, lost ? { text: "✖ dark", tone: "bad" } : good("● up", true), health])
      ),
      ...titled(
        ["node", "zone", "state", "pods", "taints"],
        facts.nodes.map(({ node, zone, ready, pods, taints }) => [node, zone, good(ready, ready === "Ready"), String(pods), listed(taints)])
      ),
      ...titled(
        ["pod", "node", "address", "state"],
        facts.pods.map(({ pod, node, address, phase }) => [pod, node ?? "-", address ?? "-", good(phase, phase === "Ready")])
      ),
      ...titled(
        ["service", "ready endpoints"],
        facts.services.map(({ service, endpoints }) => [service, listed(endpoints)])
      ),
      ...titled(
        ["balancer", "in service", "out of service", "in DNS"],
        facts.balancers.map(({ balancer, inService, outOfService, listed: names }) => [
          balancer,
          listed(inService),
          listed(outOfService),
          listed(names)
        ])
      ),
      ...titled(
        ["probe", "success", "timeout", "refused"],
        facts.probes.map(({ probe, success, timeout, refused }) => [probe, success, timeout, refused])
      )
    ].join("\n")
  )
}
