/**
 * The digest chain: SHA-256, beginning with what a run is made of (plan, seed, engine version, format) and running over the events'
 * lines in blocks. Its head names the run. The digest after every block is kept, so that two runs' first difference is found by
 * halving. Wall-clock facts never enter it.
 */
import { digestOf, digestText } from "../model/value/canonical.ts"

/** Events a block holds. Chosen: the chain of a million events is 4,000 digests, and one block is compared at a glance. */
export const blockEvents = 256

export interface Checkpoint {
  /** The last event of the block. */
  readonly seq: number
  readonly digest: string
}

/** Changed in place by `extendChain`. */
export interface Chain {
  /** Digest of everything before the pending block. */
  digest: string
  seq: number
  /** Lines of the block that is being filled, each with its end. */
  pending: string
  pendingLines: number
}

export interface ChainBeginning {
  readonly format: number
  readonly engine: string
  readonly seed: number
  readonly plan: unknown
}

export const startChain = ({ format, engine, seed, plan }: ChainBeginning): Chain => ({
  digest: digestOf({ engine, format, plan, seed }),
  seq: 0,
  pending: "",
  pendingLines: 0
})

const digestAfter = ({ digest, pending }: Chain): string => digestText(`${digest}\n${pending}`)

/** Takes the next event's line. Returns the checkpoint when a block is full. */
export const extendChain = (chain: Chain, line: string): Checkpoint | undefined => {
  chain.pending += `${line}\n`
  chain.pendingLines++
  chain.seq++
  if (chain.pendingLines < blockEvents) return undefined
  chain.digest = digestAfter(chain)
  chain.pending = ""
  chain.pendingLines = 0
  return { seq: chain.seq, digest: chain.digest }
}

/** The digest of everything so far. */
export const headOf = (chain: Chain): string => (chain.pendingLines === 0 ? chain.digest : digestAfter(chain))
