/**
 * What the real control plane drew, as far as its recording shows it: names of pods and ReplicaSets, which of equal nodes was bound,
 * which node of a pass was taken first, which pod came first out of a queue. The model is told these draws and nothing else.
 */

import { begins } from "./plan-of.ts"
import { type Line, linesOfKind, ownerOf, type Recording, standingPods } from "./recording.ts"

const alphabet = "bcdfghjklmnpqrstvwxz2456789"
/** A draw that loses against every other. */
const last = 2 ** 31

/** An eviction that met another is tried again after this and up to a tenth more; its answer is there before the other span. */
const [conflictMs, jitterMs, conflictsMs] = [500, 50, 1_500]

/** Span between two tokens, and what a slot's time may be off by (the 100 ms poll, and a pass that is late). */
const tokenStepMs = 10_060

/** Names by workload, in order of creation: those that stood first. */
const namesOf = (recording: Recording, unnamed: ReadonlyMap<string, number>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const names = new Map<string, Array<string>>()
  for (const [workload, count] of unnamed)
    names.set(
      workload,
      Array.from({ length: count }, () => "")
    )
  for (const { name, ev } of linesOfKind(recording, "pod")) {
    if (ev !== "created" || name === undefined) continue
    const { workload } = ownerOf(name)
    names.set(workload, [...(names.get(workload) ?? []), name])
  }
  return names
}

/** Which node each token of a zone went to, by the token's number; tokens that were burned are missing. */
export const tokensOf = (recording: Recording, zoneOf: (node: string) => string): ReadonlyMap<string, ReadonlyMap<number, string>> => {
  const tokens = new Map<string, Map<number, string>>()
  const first = new Map<string, number>()
  for (const { t, ev, taint, name } of linesOfKind(recording, "node")) {
    if (ev !== "taint+" || taint !== "unreachable:NoExecute" || name === undefined) continue
    const zone = zoneOf(name)
    if (!first.has(zone)) first.set(zone, t)
    const slots = tokens.get(zone) ?? new Map<number, string>()
    slots.set(Math.round((t - (first.get(zone) ?? t)) / tokenStepMs), name)
    tokens.set(zone, slots)
  }
  return tokens
}

export const knownDraws = (
  recording: Recording,
  zoneOf: (node: string) => string,
  hashes: ReadonlyMap<string, string>,
  created: ReadonlyMap<string, number>
): ((purpose: string, subject: string, nth: number) => number | undefined) => {
  const names = namesOf(recording, created)
  const tokens = tokensOf(recording, zoneOf)
  const bound = new Map<string, { readonly node: string; readonly rank: number }>()
  const boundLines = linesOfKind(recording, "pod").filter(({ ev }) => ev === "bound") as ReadonlyArray<
    Line & { name: string; node: string }
  >
  for (const [rank, { name, node }] of boundLines.entries()) bound.set(name, { node, rank })
  const tried = new Map<string, Array<Line>>()
  for (const line of linesOfKind(recording, "pod"))
    if (line.name !== undefined && (line.ev === "bound" || line.ev === "unschedulable"))
      tried.set(line.name, [...(tried.get(line.name) ?? []), line])
  /**
   * Pods that are tried in one go come in the order in which the scheduler next said something of them: those that met a new node's
   * taint, those that were bound (a binding is written later than a failure), those that found everything full.
   */
  const triedNext = (pod: string, since: number): number => {
    const next = tried.get(pod)?.find(({ t }) => t >= since)
    if (next === undefined) return last
    const group = next.ev === "bound" ? 1 : (next.msg ?? "").includes("not-ready") ? 0 : 2
    return group * 2 ** 29 + next.t
  }
  const answers = linesOfKind(recording, "evict")
  const unknownOrder = new Map<string, number>()
  for (const line of linesOfKind(recording, "node"))
    if (line.ev === "ready" && line.to === "Unknown" && line.name !== undefined) unknownOrder.set(line.name, unknownOrder.size)
  const ended = new Map<string, number>()
  for (const line of linesOfKind(recording, "pod")) if (line.ev === "deleting" && line.name !== undefined) ended.set(line.name, ended.size)
  const standing = standingPods(recording)
  const letter = (text: string | undefined, index: number): number | undefined => {
    const found = text === undefined ? -1 : alphabet.indexOf(text[index] ?? "")
    return found === -1 ? undefined : found
  }
  return (purpose, subject, nth) => {
    const [kind, index] = purpose.split("/")
    switch (kind) {
      case "pod-name": {
        const name = names.get(subject.replace("default/", ""))?.[nth]
        return letter(name?.slice(name.lastIndexOf("-") + 1), Number(index))
      }
      case "template-hash":
        return letter(hashes.get(subject), Number(index))
      case "tie": {
        const [pod, node] = subject.replace("default/", "").split("@")
        const known = bound.get(pod ?? "")?.node ?? standing.get(pod ?? "")
        return known === undefined ? undefined : known === node ? 0 : last
      }
      case "queue-order":
        return triedNext(subject.replace("default/", ""), nth - begins)
      case "eviction-retry": {
        const asked = nth - begins
        const after = answers.flatMap(({ t, pod }) => (t >= asked + conflictMs && t < asked + conflictsMs ? [{ pod, late: t }] : []))
        const own = after.find(({ pod }) => pod === subject.replace("default/", ""))?.late ?? last
        // The quickest answer shows what the calls themselves take.
        return Math.min(jitterMs, own - Math.min(own, ...after.map(({ late }) => late)))
      }
      case "pass-order":
        return unknownOrder.get(subject) ?? last
      case "victim":
        return ended.get(subject.replace("default/", "")) ?? last
      case "eviction-order": {
        const slots = tokens.get(zoneOf(subject))
        if (slots === undefined) return last
        const taken = slots.get(nth)
        if (taken !== undefined) return taken === subject ? 0 : last
        // A burned token went to a node that had its taint already.
        return [...slots].some(([slot, node]) => node === subject && slot < nth) ? 0 : last
      }
      default:
        return undefined
    }
  }
}
