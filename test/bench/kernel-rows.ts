/** The kernel against a bare heap loop, Effect's cost around it, and the queue's cost as it grows. */
import { Effect, Stream } from "effect"
import { EventQueue } from "../../src/engine/queue.ts"
import { sliceEvents } from "../../src/engine/run.ts"
import { runBareLoop } from "./bare-loop.ts"
import { atLeast, atMost, median, type Row, rate, secondsOf, secondsOfAsync, shareOfSpeed } from "./measure.ts"
import { drain, trivialKernel } from "./trivial-machine.ts"

const pending = 10_000

export const kernelRow = (events: number): Row => {
  const { share, baseline, subject } = shareOfSpeed(
    5,
    () => secondsOf(() => runBareLoop(events, pending)),
    () => secondsOf(() => drain(trivialKernel(events, pending), sliceEvents))
  )
  return atLeast(
    "kernel alone, trivial handlers / bare heap loop",
    0.5,
    share,
    `${rate(events, subject)} against ${rate(events, baseline)}`
  )
}

/** The kernel played in slices with a yield between them, as `engine/run.ts` does, against the same slices without Effect. */
export const effectRow = async (events: number): Promise<Row> => {
  const overheads: Array<number> = []
  for (let round = 0; round < 6; round++) {
    const bare = secondsOf(() => drain(trivialKernel(events, pending), sliceEvents))
    const inside = await secondsOfAsync(() => {
      const kernel = trivialKernel(events, pending)
      const slices = Stream.unfold(kernel, (state) =>
        Effect.gen(function* () {
          yield* Effect.yieldNow
          if (state.nextAt === undefined) return undefined
          return [state.advance(Number.MAX_SAFE_INTEGER, sliceEvents, sliceEvents).length, state] as const
        })
      )
      return Effect.runPromise(Stream.runForEach(slices, () => Effect.void))
    })
    if (round > 0) overheads.push(inside / bare - 1)
  }
  return atMost(
    "Effect around the kernel",
    0.1,
    median(overheads),
    `${(median(overheads) * 100).toFixed(1)} % over the same slices without it`
  )
}

/** Cost of one push and pop with `size` waiting. */
const cyclesOf = (size: number): number => {
  const queue = new EventQueue<number>()
  for (let index = 0; index < size; index++) queue.push((index * 7_919) % (size * 4), 0, index)
  const cycles = 1_000_000
  const seconds = secondsOf(() => {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const at = queue.nextAt as number
      const entry = queue.pop()
      queue.push(at + ((cycle * 6_151) % (size * 4)), 0, entry)
    }
  })
  return seconds / cycles
}

/** Slope of cost over size on doubly logarithmic paper, between 1 k and 1 M waiting. */
export const queueRow = (): Row => {
  const sizes = [1_000, 10_000, 100_000, 1_000_000]
  cyclesOf(1_000)
  const costs = sizes.map((size) => median([cyclesOf(size), cyclesOf(size), cyclesOf(size)]))
  const xs = sizes.map(Math.log10)
  const ys = costs.map(Math.log10)
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(xs), mean(ys)]
  const slope =
    xs.reduce((sum, x, index) => sum + (x - mx) * ((ys[index] as number) - my), 0) / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0)
  return atMost(
    "queue cost as it grows, exponent 1 k to 1 M",
    0.2,
    slope,
    costs.map((cost, index) => `${sizes[index]}: ${(cost * 1e9).toFixed(0)} ns`).join(", ")
  )
}
