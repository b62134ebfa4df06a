/**
 * How much more fits, and what runs out first: nodes of a kind, by the addresses that a full one holds, and by the account's quotas.
 * A full node holds what it may: all its interfaces whole, or the blocks that its pods need. Nothing is launched by asking.
 */
import type { View } from "../value/view.ts"
import type { AddressBook } from "./address-book.ts"
import { needOfHolding } from "./holding.ts"
import { blocksOf, cpusIn, hasBlocks, interfacesIn, onePodMilliCpuIn } from "./launches.ts"
import { blockSize, freeBlocksIn, freeIn } from "./subnet-book.ts"

/** A node as it would be launched. */
export interface NodeKind {
  readonly instanceType: string
  readonly group?: string
  readonly subnets: ReadonlyArray<string>
  /** Pods with an address of their own that it may carry. */
  readonly pods: number
  /** Pods that it may carry at all. */
  readonly maxPods: number
}

/** What bounds the number of further nodes. `left` and `each` in the unit that `limit` names. */
export interface Bound {
  readonly limit: string
  readonly nodes: number
  readonly left: number
  readonly each: number
}

/** What a full node takes from its own subnet, and from the one of its pods. */
interface Need {
  readonly own: { readonly addresses: number; readonly blocks: number }
  readonly pods: { readonly addresses: number; readonly blocks: number }
}

const nothing = { addresses: 0, blocks: 0 }

const needOf = (book: View<AddressBook>, kind: NodeKind, hasPodSubnet: boolean): Need => {
  const terms = book.types.get(kind.instanceType)
  const holding = book.holdings.get(kind.group ?? "")
  if (holding !== undefined) {
    const { addresses, blocks } = needOfHolding({ ...holding, by: holding.by === "batches" ? "addresses" : holding.by }, kind.maxPods)
    return hasPodSubnet
      ? { own: { addresses: 1, blocks: 0 }, pods: { addresses, blocks } }
      : { own: { addresses: 1 + addresses, blocks }, pods: nothing }
  }
  if (terms === undefined || terms.ownBlock === true || terms.forOnePod === true) return { own: { addresses: 1, blocks: 0 }, pods: nothing }
  const carriers = Math.max(0, terms.interfacesMax - (hasPodSubnet ? 1 : 0))
  const delegated = book.rules.prefixDelegation && terms.takesPrefixes === true
  const blocks = delegated ? Math.ceil(kind.pods / blockSize) : 0
  const interfaces = delegated ? Math.min(carriers, Math.ceil(blocks / Math.max(1, terms.slotsPerInterface))) : carriers
  const carried = { addresses: interfaces * (delegated ? 1 : terms.slotsPerInterface + 1), blocks }
  return hasPodSubnet ? { own: { addresses: 1, blocks: 0 }, pods: carried } : { own: carried, pods: nothing }
}

const boundOf = (limit: string, left: number, each: number): ReadonlyArray<Bound> =>
  each === 0 ? [] : [{ limit, left, each, nodes: Math.max(0, Math.floor(left / each)) }]

/** Each limit that applies, the tightest first. */
export const boundsOf = (book: View<AddressBook>, kind: NodeKind): ReadonlyArray<Bound> => {
  const held = book.holdings.get(kind.group ?? "")
  const podSubnets =
    held === undefined
      ? kind.subnets.flatMap((subnet) => book.podSubnets.get(book.subnets.get(subnet)?.zone ?? "") ?? [])
      : held.subnet === undefined
        ? []
        : [held.subnet]
  const need = needOf(book, kind, podSubnets.length > 0)
  const perSubnet = (subnets: ReadonlyArray<string>, { addresses, blocks }: Need["own"]): ReadonlyArray<Bound> => {
    const names = [...new Set(subnets)]
    const known = names.flatMap((name) => book.subnets.get(name) ?? [])
    // A group goes on where one of its subnets has room: what fits is the sum over them.
    const free = known.map((subnet) => Math.floor(freeIn(subnet) / Math.max(1, addresses)))
    const whole = known.map((subnet) => Math.floor(freeBlocksIn(subnet) / Math.max(1, blocks)))
    const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)
    return [
      ...(addresses === 0
        ? []
        : [{ limit: `addresses of ${names.join(", ")}`, left: sum(known.map(freeIn)), each: addresses, nodes: sum(free) }]),
      ...(blocks === 0
        ? []
        : [{ limit: `whole blocks of 16 in ${names.join(", ")}`, left: sum(known.map(freeBlocksIn)), each: blocks, nodes: sum(whole) }])
    ]
  }
  const { cpus, interfaces, onePodMilliCpu } = book.launches.quotas
  const terms = book.types.get(kind.instanceType)
  const podBlocks = blocksOf(book, kind.group)
  const onePod = terms?.forOnePod === true ? terms.allocatableMilliCpu : 0
  return [
    ...perSubnet(kind.subnets, need.own),
    ...perSubnet(podSubnets, need.pods),
    ...(podBlocks === undefined || !hasBlocks(book, kind.instanceType, kind.group)
      ? []
      : boundOf("blocks of the pods' range", podBlocks.all - podBlocks.given, 1)),
    ...(cpus === undefined ? [] : boundOf("vCPU quota", cpus - cpusIn(book), terms?.cpus ?? 0)),
    ...(onePodMilliCpu === undefined ? [] : boundOf("Fargate vCPU quota, in thousandths", onePodMilliCpu - onePodMilliCpuIn(book), onePod)),
    ...(interfaces === undefined ? [] : boundOf("network interface quota", interfaces - interfacesIn(book), terms?.interfacesMax ?? 0))
  ].sort((left, right) => left.nodes - right.nodes)
}
