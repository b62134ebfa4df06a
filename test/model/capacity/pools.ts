/** Plays node pools by themselves: agents, their calls, and pods that come and go by hand. Nothing settles unless it is asked to. */

import { Kernel, type Machine } from "../../../src/engine/kernel.ts"
import type { AddressBook } from "../../../src/model/capacity/address-book.ts"
import { evolveAddresses, pickPodAddress, startAddresses } from "../../../src/model/capacity/addresses.ts"
import type { CapacityEvent, CapacityTimer } from "../../../src/model/capacity/message.ts"
import { attach, beginPool, keepPool, keepPoolOfPod, keepPools, look, makeCall } from "../../../src/model/capacity/pool-keeper.ts"
import type { SubnetTerms } from "../../../src/model/capacity/terms.ts"
import { launchWords } from "../../../src/model/cloud/aws/launch-words.ts"
import { instanceTermsOf } from "../../../src/model/cloud/aws/limits.ts"
import { formatAddress, parsePrefix } from "../../../src/model/net/ip.ts"
import { chanceOf } from "../../../src/model/value/chance.ts"
import type { SettingValue } from "../../../src/model/value/setting.ts"
import type { Decider, Turn } from "../../../src/model/value/turn.ts"

export interface PoolsWish {
  readonly subnets: Readonly<Record<string, Omit<SubnetTerms, "id" | "reserved"> & { readonly reserved?: ReadonlyArray<string> }>>
  /** Node by name; its agent begins at `at`, or settles when absent. */
  readonly nodes: Readonly<
    Record<string, { readonly type: string; readonly subnet: string; readonly at?: number; readonly maxPods?: number }>
  >
  readonly settings?: Readonly<Record<string, SettingValue>>
  readonly podSubnets?: Readonly<Record<string, string>>
}

/** What the hands do: pods come (one that has its address already is left alone) and go, nodes go, the owner switches. */
export type Hand =
  | { readonly begin: string }
  | { readonly pod: string; readonly on: string }
  | { readonly gone: string }
  | { readonly nodeGone: string }
  | { readonly switch: Readonly<Record<string, number | boolean>> }

type Told =
  | CapacityEvent
  | { readonly _tag: "kube/PodAddressAssigned"; readonly pod: string; readonly node: string; readonly address: string }
  | { readonly _tag: "kube/PodRemoved"; readonly pod: string }
  | { readonly _tag: "kube/NodeDeleted"; readonly node: string }
  | { readonly _tag: "stage/PodRefused"; readonly pod: string; readonly message: string }
type Asked = CapacityTimer | { readonly _tag: "stage/SettleDue" }
interface Stage {
  readonly addresses: AddressBook
}

/** AWS keeps four addresses at the start and one at the end. */
export const reservedOf = (cidr: string): ReadonlyArray<string> => {
  const prefix = parsePrefix(cidr)
  return prefix === undefined ? [] : [0, 1, 2, 3].map((step) => formatAddress(prefix.first + step)).concat(formatAddress(prefix.last))
}

const bookOf = (wish: PoolsWish): AddressBook => {
  const subnets = new Map(
    Object.entries(wish.subnets).map(([id, terms]) => [
      id,
      { network: "vpc", ...terms, id, reserved: [...reservedOf(terms.cidr), ...(terms.reserved ?? [])] }
    ])
  )
  const types = new Map(
    Object.values(wish.nodes).flatMap(({ type }) => {
      const terms = instanceTermsOf(type)
      return terms === undefined ? [] : [[type, terms] as const]
    })
  )
  const used = new Map<string, number>()
  const nodes = Object.entries(wish.nodes).map(([name, { type, subnet, maxPods }]) => {
    const index = used.get(subnet) ?? 0
    used.set(subnet, index + 1)
    const first = parsePrefix(wish.subnets[subnet]?.cidr ?? "")?.first ?? 0
    return {
      name,
      subnet,
      instanceType: type,
      address: formatAddress(first + 4 + index),
      pinned: [],
      ...(maxPods === undefined ? {} : { maxPods })
    }
  })
  return startAddresses(
    nodes,
    { subnets, instanceTypes: types, launchWords },
    {
      ...(wish.settings === undefined ? {} : { settings: wish.settings }),
      ...(wish.podSubnets === undefined ? {} : { podSubnets: wish.podSubnets })
    }
  )
}

const act = (world: Stage, hand: Hand, turn: Turn<Told, Asked>): void => {
  if ("begin" in hand) return beginPool(world, { node: hand.begin }, turn)
  if ("gone" in hand) return void turn.emit({ _tag: "kube/PodRemoved", pod: hand.gone })
  if ("nodeGone" in hand) return void turn.emit({ _tag: "kube/NodeDeleted", node: hand.nodeGone })
  if ("switch" in hand) return void turn.emit({ _tag: "capacity/PoolRulesTurned", changes: hand.switch })
  if (world.addresses.assigned.get(hand.pod) === hand.on && world.addresses.pools.get(hand.on)?.held.has(hand.pod)) return
  const picked = pickPodAddress(world.addresses, hand.on, turn.now)
  if ("refusal" in picked) turn.emit({ _tag: "stage/PodRefused", pod: hand.pod, message: picked.refusal })
  else turn.emit({ _tag: "kube/PodAddressAssigned", pod: hand.pod, node: hand.on, address: picked.address })
}

const hearing: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  "kube/PodAddressAssigned": [keepPool],
  "kube/PodRemoved": [keepPoolOfPod],
  "capacity/InterfaceAttached": [keepPool],
  "capacity/PoolRulesTurned": [keepPools]
}
const keeping: Readonly<Record<string, readonly [rank: number, decide: unknown]>> = {
  "capacity/PoolLookDue": [1, look],
  "capacity/CallDue": [2, makeCall],
  "capacity/AttachDue": [2, attach]
}

const settle =
  (wish: PoolsWish): Decider<Stage, unknown, Told, Asked> =>
  (world, _timer, turn) => {
    for (const [node, { at }] of Object.entries(wish.nodes)) if (at === undefined) beginPool(world, { node }, turn)
  }

/** Plays hands at their instants (seconds) until `until`. */
export const playPools = (wish: PoolsWish, hands: ReadonlyArray<readonly [seconds: number, hand: Hand]>, until: number) => {
  const world: Stage = { addresses: bookOf(wish) }
  const begins = Object.entries(wish.nodes).flatMap(([node, { at }]) => (at === undefined ? [] : [[at, { begin: node }] as const]))
  const machine: Machine<Stage, Told, Asked, Hand> = {
    evolve: (own, event, at) => {
      if (event._tag !== "stage/PodRefused") evolveAddresses(own.addresses, event, at)
    },
    hears: (tag) => hearing[tag] as ReadonlyArray<Decider<Stage, Told, Told, Asked>> | undefined,
    keeps: (tag) => {
      const [rank, decide] = keeping[tag] ?? [0, settle(wish)]
      return { rank, decide: decide as Decider<Stage, Asked, Told, Asked> }
    },
    acts: act,
    timelineRank: 4
  }
  const timeline = [...begins, ...hands].map(([seconds, action]) => ({ atMs: seconds * 1_000, action }))
  const kernel = new Kernel<Stage, Told, Asked, Hand>({
    machine,
    world,
    chance: chanceOf(1),
    beginAt: -600_000,
    begin: { _tag: "stage/SettleDue" },
    timeline: timeline.sort((left, right) => left.atMs - right.atMs)
  })
  const recorded = kernel.advance(until * 1_000, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return { recorded, book: world.addresses }
}

/** What came to be, as `87.5 GrowthRefused node-1`, from t=0 on. */
export const linesOf = ({ recorded }: ReturnType<typeof playPools>, tags: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  recorded.flatMap(({ at, event }) => {
    const tag = event._tag.slice(event._tag.indexOf("/") + 1)
    if (at < 0 || (tags.length > 0 && !tags.includes(tag))) return []
    const who = "node" in event ? event.node : "pod" in event ? event.pod : ""
    return [`${at / 1_000} ${tag} ${who}`.trim()]
  })

/** What a node's pool holds now. */
export const holdingOf = ({ book }: ReturnType<typeof playPools>, node: string) => {
  const pool = book.pools.get(node)
  const interfaces = pool?.interfaces ?? []
  return {
    perInterface: interfaces.map(({ slots }) => slots.size),
    prefixes: interfaces.map((each) => each.prefixes.size),
    addresses: (pool?.spare.size ?? 0) + (pool?.cooling.size ?? 0) + (pool?.held.size ?? 0),
    unused: (pool?.spare.size ?? 0) + (pool?.cooling.size ?? 0),
    fromSubnet: interfaces.length + interfaces.reduce((sum, { slots, prefixes }) => sum + slots.size + prefixes.size * 16, 0)
  }
}
