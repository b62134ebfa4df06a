/** What stateful places remember of a flow. */
import type { Flow } from "./flow.ts"

/**
 * A flow as it came in and as it went on. `place`: a port's or a component's id. `untracked`: only the reply of this packet is known
 * by it, nothing is kept.
 */
export interface Session {
  readonly place: string
  readonly before: Flow
  readonly after: Flow
  readonly untracked?: true
  /** Replies are turned back by whoever sends them. */
  readonly direct?: true
}
