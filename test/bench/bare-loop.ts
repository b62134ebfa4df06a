/** The baseline of the kernel: a binary heap of objects with closures, popped until it is empty. No events, no causes, no ranks. */

interface Appointment {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Runs `events` appointments, `pending` of them waiting at any time. Returns how many ran. */
export const runBareLoop = (events: number, pending: number): number => {
  const heap: Array<Appointment> = []
  let order = 0
  let ran = 0
  let now = 0
  const isBefore = (left: Appointment, right: Appointment) => left.at < right.at || (left.at === right.at && left.order < right.order)
  const push = (at: number, run: () => void) => {
    const entry = { at, order: order++, run }
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(entry, heap[parent] as Appointment)) break
      heap[index] = heap[parent] as Appointment
      index = parent
    }
    heap[index] = entry
  }
  const pop = (): Appointment => {
    const first = heap[0] as Appointment
    const last = heap.pop() as Appointment
    const size = heap.length
    if (size === 0) return first
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= size) break
      if (child + 1 < size && isBefore(heap[child + 1] as Appointment, heap[child] as Appointment)) child++
      if (!isBefore(heap[child] as Appointment, last)) break
      heap[index] = heap[child] as Appointment
      index = child
    }
    heap[index] = last
    return first
  }
  const ring =
    (subject: number): (() => void) =>
    () => {
      ran++
      if (ran + heap.length < events) push(now + 1 + ((subject * 7_919 + ran) % 1_000), ring(subject))
    }
  for (let subject = 0; subject < pending; subject++) push(subject % 1_000, ring(subject))
  while (heap.length > 0) {
    const next = pop()
    now = next.at
    next.run()
  }
  return ran
}
