/**
 * Connections that a node holds behind a shared address: told when somebody opens them, and cut when the node's ports become fewer, as
 * when nodes come and all ports are dealt anew.
 */
import type { Action } from "../fault/action.ts"
import { poolKey } from "../net/fabric-change.ts"
import { portsHeld } from "../net/port-pool.ts"
import { traceFlow } from "../net/trace.ts"
import { sortedKeys } from "../value/text.ts"
import { nodeComponent } from "./ids.ts"
import { nodeSender } from "./node-sender.ts"
import type { WorldTurn } from "./turn.ts"
import type { World } from "./world.ts"

/** Pools that a node has ports of, with how many. */
const poolsOf = (world: World, node: string): ReadonlyArray<{ readonly pool: string; readonly ports: number }> =>
  sortedKeys(world.fabric.holdings.keys()).flatMap((pool) => {
    const holdings = world.fabric.holdings.get(pool)
    return holdings?.blocks.has(nodeComponent(node)) === true ? [{ pool, ports: portsHeld(holdings, nodeComponent(node)) }] : []
  })

/** The pool whose ports a node's connections to a destination hold, as its routes have it today. */
const poolToward = (world: World, node: string, address: string, port: number): string | undefined => {
  const question = { from: nodeSender(world, node), to: { _tag: "Address", address }, protocol: "tcp", port } as const
  const { touched } = traceFlow(world.fabric, question, { hops: false })
  return poolsOf(world, node).find(({ pool }) => touched.includes(poolKey(pool, nodeComponent(node))))?.pool
}

export const holdConnections = (
  world: World,
  { node, address, port, count }: Extract<Action, { readonly _tag: "HoldConnections" }>,
  turn: WorldTurn
): void => {
  const known = world.cluster.nodes.has(node)
  const pool = known ? poolToward(world, node, address, port) : undefined
  const held = poolsOf(world, node).find((one) => one.pool === pool)
  const why = known ? "it shares no address on its way there: it has ports enough" : "there is no such node"
  if (held === undefined) return void turn.emit({ _tag: "fault/MoveFailed", subject: node, why })
  turn.emit({ _tag: "fault/ConnectionsHeld", node, destination: `${address}:tcp:${port}`, count, ...held })
}

/** After ports were dealt anew: what no port is left for is cut. */
export const cutConnections = (world: World, _event: unknown, turn: WorldTurn): void => {
  for (const node of sortedKeys(world.cluster.nodes.keys())) {
    for (const { pool, ports } of poolsOf(world, node)) {
      const open = world.fabric.holdings.get(pool)?.open.get(nodeComponent(node))
      for (const destination of sortedKeys(open?.keys() ?? [])) {
        const cut = (open?.get(destination) ?? 0) - ports
        if (cut > 0) turn.emit({ _tag: "fault/ConnectionsCut", node, pool, destination, cut, ports })
      }
    }
  }
}
