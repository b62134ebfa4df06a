/**
 * How a change of the network shows in the fabric: what the compiler makes of the topology now replaces what it made before, part by
 * part, and everything attached is fitted anew. What differs in nothing is not touched, so that no answer is asked for again in vain.
 */
import { holdAddresses } from "../capacity/addresses.ts"
import type { CloudEvent } from "../cloud/message.ts"
import type { Part, Port } from "../net/fabric.ts"
import { putPart, removeComponent, removeTable } from "../net/fabric-change.ts"
import { isStopped } from "./fabric-of-zones.ts"
import { networkNow } from "./network-now.ts"
import type { World } from "./world.ts"

const keyOf = (part: Part): string => `${part._tag} ${part.id}`

const textOf = (part: Part): string => JSON.stringify(part._tag === "ListenerTable" ? [...part.listeners] : part)

export const evolveNetwork = (world: World, { change }: Extract<CloudEvent, { readonly _tag: "cloud/ResourceChanged" }>): void => {
  const before = networkNow(world).cloud
  world.changes = [...world.changes, change]
  const { cloud } = networkNow(world)
  const known = new Map(before.parts.map((part) => [keyOf(part), textOf(part)]))
  for (const part of cloud.parts) {
    if (known.get(keyOf(part)) !== textOf(part)) replace(world, part)
    known.delete(keyOf(part))
  }
  for (const part of before.parts) if (known.has(keyOf(part))) remove(world, part)
  const own = new Set(cloud.parts.flatMap((part) => (part._tag === "Port" ? [part.id] : [])))
  // What hangs on a wire outside is no business of the cloud's.
  const attached = [...world.fabric.ports.values()].filter(({ id, segment }) => !own.has(id) && segment !== undefined)
  for (const port of attached) refit(world, port, cloud.refit(port))
  followAddresses(world, before.subnets, cloud.subnets)
}

/** A part that changes keeps the condition it is in. */
const replace = (world: World, part: Part): void => {
  if (part._tag !== "Component") return putPart(world.fabric, part)
  putPart(world.fabric, { ...part, condition: isStopped(world, part) ? "silent" : part.condition })
}

const remove = (world: World, part: Part): void => {
  if (part._tag === "Component") removeComponent(world.fabric, part.id)
  else if (part._tag === "Table") removeTable(world.fabric, part.id)
  // Ports go with their component; segments and names of a topology are never taken away.
}

const refit = (world: World, before: Port, after: Port): void => {
  const filters = ({ inward, outward, publicVia, pools }: Port): string => JSON.stringify([inward, outward, publicVia, pools])
  if (filters(before) !== filters(after)) putPart(world.fabric, after)
}

type Subnets = World["ground"]["drawn"]["cloud"]["subnets"]

/** What came takes its addresses, what went gives them back. */
const followAddresses = (world: World, before: Subnets, after: Subnets): void => {
  for (const [id, { reserved }] of after) {
    const was = before.get(id)?.reserved ?? []
    const taken = reserved.filter((address) => !was.includes(address))
    const freed = was.filter((address) => !reserved.includes(address))
    if (taken.length > 0 || freed.length > 0) holdAddresses(world.addresses, id, taken, freed)
  }
}
