/**
 * Changing a fabric: every change of a part that could change an answer is noted under the part's key, so that a trace that read
 * the part is walked again. Setting what is so already moves nothing.
 * Keys: `loss`, `component/x`, `port/x`, `segment/x`, `table/x`, `name/x`, `listener/<table>/<key>`, `address/<a>` (who owns it, or nobody),
 * `pool/<pool>/<sender>`.
 */
import type { Ratio } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import type { PortHoldings, PortPool } from "./exit-terms.ts"
import type { Component, Condition, Fabric, Listener, NameEntry, Part, Port } from "./fabric.ts"
import type { Address } from "./flow.ts"
import { admitSender, dismissSender, noHoldings, setOpen } from "./port-pool.ts"

export const emptyFabric = (): Fabric => ({
  components: new Map(),
  ports: new Map(),
  segments: new Map(),
  tables: new Map(),
  listenerTables: new Map(),
  names: new Map(),
  pools: new Map(),
  holdings: new Map(),
  owners: new Map(),
  portsOf: new Map(),
  segmentsOf: new Map(),
  internet: "",
  losses: new Map(),
  epochs: 0,
  moved: []
})

export const componentKey = (id: string): string => `component/${id}`
export const portKey = (id: string): string => `port/${id}`
export const segmentKey = (id: string): string => `segment/${id}`
export const tableKey = (id: string): string => `table/${id}`
export const nameKey = (id: string): string => `name/${id}`
export const addressKey = (address: Address): string => `address/${address}`
/** What is lost between zones, whichever they are. */
export const lossKey = "loss"
export const listenerKey = (table: string, key: string): string => `listener/${table}/${key}`

export const poolKey = (pool: string, sender: string): string => `pool/${pool}/${sender}`
/** In the place of a sender: any of a shared pool. */
export const everybody = "*"

/** Keys moved since they were last taken, each once, in the order of moving. */
export const takeMoved = (fabric: Fabric): ReadonlyArray<string> => {
  if (fabric.moved.length === 0) return []
  const moved = [...new Set(fabric.moved)]
  fabric.moved = []
  return moved
}

/** Puts a new part in, or another in its place. */
export const putPart = (fabric: Fabric, part: Part): void => {
  switch (part._tag) {
    case "Component":
      fabric.components.set(part.id, { ...part, epoch: fabric.components.get(part.id)?.epoch ?? nextEpoch(fabric) })
      fabric.moved.push(componentKey(part.id))
      return
    case "Port":
      return putPort(fabric, part)
    case "Segment": {
      fabric.segments.set(part.id, part)
      const ids = fabric.segmentsOf.get(part.network) ?? []
      if (!ids.includes(part.id)) fabric.segmentsOf.set(part.network, [...ids, part.id].sort(compareText))
      fabric.moved.push(segmentKey(part.id), componentKey(part.network))
      return
    }
    case "Table":
      fabric.tables.set(part.id, part)
      fabric.moved.push(tableKey(part.id))
      return
    case "ListenerTable":
      fabric.listenerTables.set(part.id, { ...part, listeners: new Map(part.listeners) })
      for (const key of part.listeners.keys()) fabric.moved.push(listenerKey(part.id, key))
      return
    case "NameEntry":
      fabric.names.set(part.id, { ...part })
      fabric.moved.push(nameKey(part.id))
      return
    case "PortPool":
      return putPool(fabric, part)
  }
}

/** A pool with other terms deals anew to all that are there, in the order of their coming. */
const putPool = (fabric: Fabric, pool: PortPool): void => {
  const senders = [...(fabric.holdings.get(pool.id)?.blocks.keys() ?? [])]
  const holdings = noHoldings()
  for (const sender of senders) {
    admitSender(pool, holdings, sender)
    for (const [destination, count] of fabric.holdings.get(pool.id)?.open.get(sender) ?? [])
      setOpen(pool, holdings, sender, destination, count)
    fabric.moved.push(poolKey(pool.id, sender))
  }
  fabric.pools.set(pool.id, pool)
  fabric.holdings.set(pool.id, holdings)
}

/** Connections that a sender has open to a destination (`address:protocol:port`) behind a pool's addresses. */
export const setOpenConnections = (fabric: Fabric, pool: string, sender: string, destination: string, count: number): void => {
  const [terms, holdings] = [fabric.pools.get(pool), fabric.holdings.get(pool)]
  if (terms === undefined || holdings === undefined) throw new Error(`pool "${pool}" is not in the fabric`)
  if ((holdings.open.get(sender)?.get(destination) ?? 0) === count) return
  setOpen(terms, holdings, sender, destination, count)
  fabric.moved.push(poolKey(pool, sender), ...(terms.shared === true ? [poolKey(pool, everybody)] : []))
}

/** Whose ports may be others when one comes or goes. */
const concerned = ({ tiers }: PortPool, { blocks }: PortHoldings, sender: string): ReadonlyArray<string> =>
  tiers === undefined ? [sender] : [...new Set([sender, ...blocks.keys()])]

/** A host comes to its pool. What lives on it uses the host's ports. */
const enrol = (fabric: Fabric, port: Port): void => {
  if (fabric.components.get(port.component)?.home !== undefined) return
  for (const id of port.pools ?? []) {
    const [terms, holdings] = [fabric.pools.get(id), fabric.holdings.get(id)]
    if (terms === undefined || holdings === undefined) continue
    admitSender(terms, holdings, port.component)
    fabric.moved.push(...concerned(terms, holdings, port.component).map((sender) => poolKey(id, sender)))
  }
}

const strike = (fabric: Fabric, port: Port): void => {
  for (const id of port.pools ?? []) {
    const [terms, holdings] = [fabric.pools.get(id), fabric.holdings.get(id)]
    if (terms === undefined || holdings?.blocks.has(port.component) !== true) continue
    const served = dismissSender(terms, holdings, port.component)
    fabric.moved.push(...[...concerned(terms, holdings, port.component), ...served].map((sender) => poolKey(id, sender)))
  }
}

const nextEpoch = (fabric: Fabric): number => {
  fabric.epochs += 1
  return fabric.epochs
}

const addressesOf = (port: Port): ReadonlyArray<Address> =>
  port.publicAddress === undefined ? port.addresses : [...port.addresses, port.publicAddress]

const putPort = (fabric: Fabric, port: Port): void => {
  const before = fabric.ports.get(port.id)
  if (before !== undefined) disown(fabric, before)
  if (before !== undefined && before.pools?.join(" ") !== port.pools?.join(" ")) strike(fabric, before)
  fabric.ports.set(port.id, port)
  enrol(fabric, port)
  const ports = fabric.portsOf.get(port.component) ?? []
  if (!ports.includes(port.id)) fabric.portsOf.set(port.component, [...ports, port.id])
  for (const address of addressesOf(port)) {
    fabric.owners.set(address, [...(fabric.owners.get(address) ?? []), port.id])
    fabric.moved.push(addressKey(address))
  }
  fabric.moved.push(portKey(port.id))
}

const disown = (fabric: Fabric, port: Port): void => {
  for (const address of addressesOf(port)) {
    const others = (fabric.owners.get(address) ?? []).filter((id) => id !== port.id)
    if (others.length === 0) fabric.owners.delete(address)
    else fabric.owners.set(address, others)
    fabric.moved.push(addressKey(address))
  }
}

/** Takes a component out, with its ports. One that is not there is a defect. */
export const removeComponent = (fabric: Fabric, id: string): void => {
  if (!fabric.components.delete(id)) throw new Error(`component "${id}" is not in the fabric`)
  for (const port of fabric.portsOf.get(id) ?? []) {
    const known = fabric.ports.get(port)
    if (known !== undefined) {
      disown(fabric, known)
      strike(fabric, known)
    }
    fabric.ports.delete(port)
    fabric.moved.push(portKey(port))
  }
  fabric.portsOf.delete(id)
  fabric.moved.push(componentKey(id))
}

export const removeTable = (fabric: Fabric, id: string): void => {
  fabric.tables.delete(id)
  fabric.moved.push(tableKey(id))
}

const componentOf = (fabric: Fabric, id: string): Component => {
  const component = fabric.components.get(id)
  if (component === undefined) throw new Error(`component "${id}" is not in the fabric`)
  return component
}

export const setCondition = (fabric: Fabric, id: string, condition: Condition): void => {
  const component = componentOf(fabric, id)
  if (component.condition === condition) return
  component.condition = condition
  fabric.moved.push(componentKey(id))
}

export const setExhausted = (fabric: Fabric, id: string, exhausted: boolean): void => {
  componentOf(fabric, id).exhausted = exhausted
  fabric.moved.push(componentKey(id))
}

/** A process begins to listen: a new one, that knows nothing of what another before it had opened. */
export const startListening = (fabric: Fabric, id: string, listening: Component["listening"]): void => {
  const component = componentOf(fabric, id)
  component.epoch = nextEpoch(fabric)
  component.listening = listening
  fabric.moved.push(componentKey(id))
}

/** What is lost between a zone and the others from now on. */
export const setLoss = (fabric: Fabric, zone: string, loss: Ratio): void => {
  if (loss.of === 0) fabric.losses.delete(zone)
  else fabric.losses.set(zone, loss)
  fabric.moved.push(lossKey)
}

/** The listener table a host balances by from now on. */
export const setListeners = (fabric: Fabric, id: string, table: string): void => {
  const component = componentOf(fabric, id)
  if (component.listeners === table) return
  component.listeners = table
  fabric.moved.push(componentKey(id))
}

export const putListener = (fabric: Fabric, table: string, key: string, listener: Listener): void => {
  const known = fabric.listenerTables.get(table)
  if (known === undefined) throw new Error(`listener table "${table}" is not in the fabric`)
  const before = known.listeners.get(key)
  if (before !== undefined && isSameListener(before, listener)) return
  known.listeners.set(key, listener)
  fabric.moved.push(listenerKey(table, key))
}

const isSameListener = (left: Listener, right: Listener): boolean => {
  if (left.targets.length !== right.targets.length) return false
  for (const [index, target] of left.targets.entries()) {
    const other = right.targets[index]
    if (other === undefined || target.id !== other.id || target.address !== other.address || target.port !== other.port) return false
    if (target.weight !== other.weight || target.zone !== other.zone || target.host !== other.host) return false
  }
  return JSON.stringify({ ...left, targets: [] }) === JSON.stringify({ ...right, targets: [] })
}

/** A table of its own with what another holds now: what one host keeps while others go on. */
export const copyListenerTable = (fabric: Fabric, from: string, to: string): void => {
  const known = fabric.listenerTables.get(from)
  if (known === undefined) throw new Error(`listener table "${from}" is not in the fabric`)
  putPart(fabric, { _tag: "ListenerTable", id: to, listeners: known.listeners })
}

export const removeListenerTable = (fabric: Fabric, table: string): void => {
  for (const key of fabric.listenerTables.get(table)?.listeners.keys() ?? []) fabric.moved.push(listenerKey(table, key))
  fabric.listenerTables.delete(table)
}

/** What a name answers, or what its clients hold. */
export const setName = (fabric: Fabric, id: string, answers: Partial<Pick<NameEntry, "listed" | "held">>): void => {
  const entry = fabric.names.get(id)
  if (entry === undefined) throw new Error(`name "${id}" is not in the fabric`)
  const sorted = (addresses: ReadonlyArray<Address>) => [...addresses].sort(compareText)
  const listed = sorted(answers.listed ?? entry.listed)
  const held = sorted(answers.held ?? entry.held)
  if (listed.join() === entry.listed.join() && held.join() === entry.held.join()) return
  entry.listed = listed
  entry.held = held
  fabric.moved.push(nameKey(id))
}
