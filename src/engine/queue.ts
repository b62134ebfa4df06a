/**
 * The queue of appointments: ordered by instant, then rank, then order of asking. A 4-ary heap whose keys lie in typed arrays, so
 * that its cost hardly grows from a thousand to a million pending. Not offered: removal; a stale appointment does nothing.
 */
import type { Instant } from "../model/value/instant.ts"

const arity = 4
const initialRoom = 1_024
/** Order of asking shares one number with the rank: `rank × 2^46 + order`. 2^46 appointments last any run. */
const rankScale = 2 ** 46

export class EventQueue<Entry> {
  #ats = new Float64Array(initialRoom)
  #ranks = new Float64Array(initialRoom)
  #slots = new Int32Array(initialRoom)
  #entries: Array<Entry | undefined> = []
  #free: Array<number> = []
  #size = 0
  #asked = 0

  get size(): number {
    return this.#size
  }

  /** Instant of the next entry; `undefined` when none is left. */
  get nextAt(): Instant | undefined {
    return this.#size === 0 ? undefined : this.#ats[0]
  }

  push(at: Instant, rank: number, entry: Entry): void {
    if (this.#size === this.#ats.length) this.#grow()
    const slot = this.#free.pop() ?? this.#entries.length
    this.#entries[slot] = entry
    this.#sift(this.#size++, at, rank * rankScale + this.#asked++, slot)
  }

  /** The first entry. The queue must not be empty. */
  pop(): Entry {
    const slot = this.#slots[0] as number
    const entry = this.#entries[slot] as Entry
    this.#entries[slot] = undefined
    this.#free.push(slot)
    this.#size--
    if (this.#size > 0) this.#sink(this.#ats[this.#size] as number, this.#ranks[this.#size] as number, this.#slots[this.#size] as number)
    return entry
  }

  #grow(): void {
    const room = this.#ats.length * 2
    const widen = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.#ats = widen(this.#ats, new Float64Array(room))
    this.#ranks = widen(this.#ranks, new Float64Array(room))
    this.#slots = widen(this.#slots, new Int32Array(room))
  }

  #place(index: number, at: number, rank: number, slot: number): void {
    this.#ats[index] = at
    this.#ranks[index] = rank
    this.#slots[index] = slot
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#ats[from] as number, this.#ranks[from] as number, this.#slots[from] as number)
  }

  #isBefore(index: number, at: number, rank: number): boolean {
    const other = this.#ats[index] as number
    return other < at || (other === at && (this.#ranks[index] as number) < rank)
  }

  #sift(hole: number, at: number, rank: number, slot: number): void {
    let index = hole
    while (index > 0) {
      const parent = (index - 1) >> 2
      if (this.#isBefore(parent, at, rank)) break
      this.#move(parent, index)
      index = parent
    }
    this.#place(index, at, rank, slot)
  }

  #sink(at: number, rank: number, slot: number): void {
    let index = 0
    for (;;) {
      const first = index * arity + 1
      if (first >= this.#size) break
      let least = first
      const end = Math.min(first + arity, this.#size)
      for (let child = first + 1; child < end; child++) {
        if (this.#isBefore(child, this.#ats[least] as number, this.#ranks[least] as number)) least = child
      }
      if (!this.#isBefore(least, at, rank)) break
      this.#move(least, index)
      index = least
    }
    this.#place(index, at, rank, slot)
  }
}
