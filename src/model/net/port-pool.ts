/**
 * Handing out the ports of a pool: a block for every sender that comes, as many again for one that uses up what it has, and back into
 * the pool when it goes. Whoever got none waits, and is served first when ports come free. No port is ever held twice, but those of a
 * shared pool, which all senders draw on.
 * Not modelled: how long a port stays out of use after its connection has closed.
 */
import type { PortBlock, PortHoldings, PortPool } from "./exit-terms.ts"
import type { Address, PortRange } from "./flow.ts"

export const noHoldings = (): PortHoldings => ({ blocks: new Map(), open: new Map() })

const sizeOf = (blocks: ReadonlyArray<PortBlock>): number => blocks.reduce((sum, { from, to }) => sum + to - from, 0)

export const portsOfPool = ({ addresses, portsPerAddress }: PortPool): number => addresses.length * portsPerAddress

export const portsHeld = ({ blocks }: PortHoldings, sender: string): number => sizeOf(blocks.get(sender) ?? [])

/** The lowest run of `size` free ports, or `undefined`. */
const firstFree = (pool: PortPool, holdings: PortHoldings, size: number): PortBlock | undefined => {
  const held = [...holdings.blocks.values()].flat()
  if (sizeOf(held) + size > portsOfPool(pool)) return undefined
  const taken = held.sort((left, right) => left.from - right.from)
  let from = 0
  for (const block of taken) {
    if (block.from - from >= size) break
    from = block.to
  }
  return from + size <= portsOfPool(pool) ? { from, to: from + size } : undefined
}

/** A block for each sender in the order of their coming, as large as their number allows. */
const deal = (pool: PortPool, { blocks }: PortHoldings): void => {
  const size = pool.tiers?.find(({ sendersUpTo }) => blocks.size <= sendersUpTo)?.ports ?? 0
  let from = 0
  for (const sender of blocks.keys()) {
    const fits = size > 0 && from + size <= portsOfPool(pool)
    blocks.set(sender, fits ? [{ from, to: from + size }] : [])
    if (fits) from += size
  }
}

/** A sender comes: its block, or a place among those that wait. Again: nothing. */
export const admitSender = (pool: PortPool, holdings: PortHoldings, sender: string): void => {
  if (holdings.blocks.has(sender)) return
  if (pool.tiers !== undefined) {
    holdings.blocks.set(sender, [])
    return deal(pool, holdings)
  }
  const block = pool.shared === true ? { from: 0, to: portsOfPool(pool) } : firstFree(pool, holdings, pool.portsPerSender)
  holdings.blocks.set(sender, block === undefined ? [] : [block])
}

/** A sender goes. Those that its ports serve now, in the order of their coming. */
export const dismissSender = (pool: PortPool, holdings: PortHoldings, sender: string): ReadonlyArray<string> => {
  holdings.blocks.delete(sender)
  holdings.open.delete(sender)
  if (pool.tiers !== undefined) {
    deal(pool, holdings)
    return []
  }
  const served: Array<string> = []
  for (const [waiting, blocks] of holdings.blocks) {
    if (blocks.length > 0) continue
    const block = firstFree(pool, holdings, pool.portsPerSender)
    if (block === undefined) break
    holdings.blocks.set(waiting, [block])
    served.push(waiting)
  }
  return served
}

/** Connections open from a sender to a destination from now on; where its ports are too few, they double while the pool allows it. */
export const setOpen = (pool: PortPool, holdings: PortHoldings, sender: string, destination: string, count: number): void => {
  const open = holdings.open.get(sender) ?? new Map<string, number>()
  if (count === 0) open.delete(destination)
  else open.set(destination, count)
  holdings.open.set(sender, open)
  while (portsTaken(pool, holdings, sender, destination) >= portsHeld(holdings, sender) && grow(pool, holdings, sender)) {
    // As many again each time.
  }
}

const grow = (pool: PortPool, holdings: PortHoldings, sender: string): boolean => {
  const held = portsHeld(holdings, sender)
  if (held === 0 || held * 2 > (pool.portsPerSenderMax ?? 0)) return false
  const block = firstFree(pool, holdings, held)
  if (block === undefined) return false
  holdings.blocks.set(sender, [...(holdings.blocks.get(sender) ?? []), block])
  return true
}

/** Ports of a sender, or of all of a shared pool, that a further connection to a destination cannot have. */
export const portsTaken = (pool: PortPool, holdings: PortHoldings, sender: string, destination: string): number => {
  if (pool.shared === true) return [...holdings.open.values()].reduce((sum, open) => sum + (open.get(destination) ?? 0), 0)
  const open = holdings.open.get(sender)
  if (open === undefined) return 0
  return pool.oneDestinationPerPort ? [...open.values()].reduce((sum, count) => sum + count, 0) : (open.get(destination) ?? 0)
}

/** Where a sender's packets seem to come from: the part of its first block that lies on one address. */
export const seenAs = (
  pool: PortPool,
  holdings: PortHoldings,
  sender: string
): { readonly address: Address; readonly ports: PortRange } | undefined => {
  const block = holdings.blocks.get(sender)?.[0]
  if (block === undefined) return undefined
  const index = Math.floor(block.from / pool.portsPerAddress)
  const address = pool.addresses[index]
  if (address === undefined) return undefined
  const from = block.from % pool.portsPerAddress
  const to = Math.min(from + block.to - block.from, pool.portsPerAddress)
  return { address, ports: { from: pool.portFirst + from, to: pool.portFirst + to - 1 } }
}
