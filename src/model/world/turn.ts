/** The world's own turn, and its deciders. */
import type { Turn } from "../value/turn.ts"
import type { WorldEvent, WorldTimer } from "./message.ts"
import type { World } from "./world.ts"

export type WorldTurn = Turn<WorldEvent, WorldTimer>
export type WorldDecider<Message> = (world: World, message: Message, turn: WorldTurn) => void
