/**
 * A synthetic run as wide as real ones: the shipped drill's own mix of events, played by the real kernel from a script, subjects
 * spread over many nodes and pods.
 */
import { Kernel, type Machine } from "../../src/engine/kernel.ts"
import type { RecordedEvent } from "../../src/event/event.ts"
import { chanceOf, drawBelow } from "../../src/model/value/chance.ts"
import type { WorldEvent } from "../../src/model/world/message.ts"

const nodes = 500
const pods = 20_000

/** Names are made once and handed about, as in a real run, where they stand in the state. */
const nodeNames = Array.from({ length: nodes }, (_, index) => `ip-10-${Math.floor(index / 256)}-${index % 256}-${(index * 7) % 256}`)
const podNames = Array.from({ length: pods }, (_, index) => `default/web-6bf97c555d-${index.toString(36).padStart(5, "b")}`)
const nodeOf = (index: number): string => nodeNames[index] as string
const podOf = (index: number): string => podNames[index] as string

/** One event of the mix by its number: a pod's life, mostly; nodes, endpoints, checks and probes now and then. */
const eventOf = (count: number, draw: number): WorldEvent => {
  const [pod, node] = [podOf(draw % pods), nodeOf(draw % nodes)]
  switch (count % 16) {
    case 0:
    case 7:
      return { _tag: "kube/PodCreated", pod, workload: "default/web" }
    case 1:
    case 8:
      return { _tag: "kube/PodScheduled", pod, node, pinned: false, scores: [] }
    case 2:
    case 9:
      return { _tag: "kube/PodAddressAssigned", pod, node, address: `10.${draw % 200}.${count % 250}.${draw % 250}` }
    case 3:
    case 10:
      return { _tag: "kube/ContainerStarted", pod }
    case 4:
    case 11:
    case 14:
      return { _tag: "kube/PodReadinessTurned", pod, ready: count % 3 > 0, by: "kubelet" }
    case 5:
      return { _tag: "kube/PodEvicted", pod, node }
    case 6:
    case 15:
      return { _tag: "kube/PodRemoved", pod }
    case 12:
      return { _tag: "kube/NodeTainted", node, key: "node.kubernetes.io/unreachable", effect: "NoExecute" }
    default:
      return { _tag: "balance/HealthCheckFailed", balancer: "lb", target: node, streak: draw % 6, threshold: 6, fails: "timeout" }
  }
}

type Due = { readonly _tag: "Due"; readonly subject: number } | { readonly _tag: "Begin" }

/** A kernel that emits `events` events, many of them at one instant, as bursts do. */
export const streamKernel = (events: number) => {
  const chance = chanceOf(42)
  const machine: Machine<{ asked: number }, WorldEvent, Due, never> = {
    evolve: () => undefined,
    hears: () => undefined,
    keeps: () => ({
      rank: 2,
      decide: (world, timer, turn) => {
        if (timer._tag === "Begin") {
          for (let subject = 0; subject < pods; subject++) turn.ask({ _tag: "Due", subject }, subject % 1_000)
          return
        }
        if (world.asked >= events) return
        const count = world.asked++
        turn.emit(eventOf(count, drawBelow(chance, 1_000_003, "mix", "", count)), Math.max(0, count - (count % 50)))
        turn.ask(timer, turn.now + 1_000)
      }
    }),
    acts: () => undefined,
    timelineRank: 4
  }
  return new Kernel({ machine, world: { asked: 0 }, chance, beginAt: 0, begin: { _tag: "Begin" }, timeline: [] })
}

/** All of them at once. */
export const streamEvents = (events: number): ReadonlyArray<RecordedEvent> => {
  const kernel = streamKernel(events)
  const out: Array<RecordedEvent> = []
  while (out.length < events && kernel.nextAt !== undefined)
    for (const event of kernel.advance(Number.MAX_SAFE_INTEGER, 16_384, 65_536)) out.push(event)
  return out
}
