/**
 * Asking whether a request succeeds: the flow itself, then, for every share that is answered, the calls that the component which
 * answered makes for it, in order. The first call that fails fails the request; first attempts count.
 */

import { one, plus, type Ratio, times, zero } from "../value/ratio.ts"
import { compareText } from "../value/text.ts"
import type { Fabric, Question } from "./fabric.ts"
import type { Origin } from "./origin.ts"
import { traceFlow } from "./trace.ts"
import type { Branch, Fails, Reason } from "./verdict.ts"

/** Why a share failed: where, the obstacle, the vendor's code, whose rule, how the caller sees it, and in which call. All in the owner's words. */
export interface Failure {
  readonly fails: Fails
  readonly at: string
  readonly reason: Reason
  readonly code?: string
  readonly origin: string
  readonly call?: string
}

export interface Asked {
  readonly success: Ratio
  readonly branches: ReadonlyArray<{ readonly share: Ratio; readonly failure?: Failure }>
  /** Keys of all parts read, sorted, unique. */
  readonly touched: ReadonlyArray<string>
}

/** A dependent call, by the name it is shown under. `flows`: how many, one after another, it takes; each goes its own way. Default 1. */
export type CallQuestion = Omit<Question, "from"> & { readonly call: string; readonly flows?: number }

/** Who makes which calls to answer: by the component reached and the port it was reached on. */
export type CallsOf = (reached: string, port: number) => ReadonlyArray<CallQuestion>

export const askWithCalls = (fabric: Fabric, question: Question, callsOf: CallsOf): Asked => {
  const trace = traceFlow(fabric, question, { hops: false })
  const touched = new Set(trace.touched)
  const answers = new Map<string, Asked>()
  const branches = trace.branches.flatMap((branch) => {
    if (!branch.ok) return [{ share: branch.share, failure: failureOf(fabric, branch) }]
    const { reached } = branch
    const port = branch.forward.flow.destinationPorts.from
    const key = `${reached}:${port}`
    const calls = reached === undefined ? [] : callsOf(reached, port)
    if (reached === undefined || calls.length === 0) return [{ share: branch.share }]
    const asked = answers.get(key) ?? askCalls(fabric, reached, calls)
    answers.set(key, asked)
    for (const part of asked.touched) touched.add(part)
    return asked.branches.map((inner) => ({ ...inner, share: times(branch.share, inner.share) }))
  })
  return { success: sumOf(branches), branches, touched: [...touched].sort(compareText) }
}

/** All calls of one component, one after the other. */
const askCalls = (fabric: Fabric, from: string, calls: ReadonlyArray<CallQuestion>): Asked => {
  const touched = new Set<string>()
  let branches: Asked["branches"] = [{ share: { of: 1, over: 1 } }]
  for (const { call, flows, ...question } of calls) {
    const trace = traceFlow(fabric, { ...question, from }, { hops: false })
    for (const part of trace.touched) touched.add(part)
    const flow = trace.branches.map((branch) =>
      branch.ok ? { share: branch.share } : { share: branch.share, failure: { ...failureOf(fabric, branch), call } }
    )
    const after = flows === undefined || flows === 1 ? flow : repeated(flow, flows)
    branches = branches.flatMap((before) =>
      before.failure !== undefined ? [before] : after.map((branch) => ({ ...branch, share: times(before.share, branch.share) }))
    )
  }
  return { success: sumOf(branches), branches, touched: [...touched] }
}

/** The same flow `flows` times, the next only where the last was answered: shares are worked out, no flow is traced again. */
const repeated = (flow: Asked["branches"], flows: number): Asked["branches"] => {
  const success = sumOf(flow)
  let [answered, begun] = [one, zero]
  for (let count = 0; count < flows; count++) {
    begun = plus(begun, answered)
    answered = times(answered, success)
  }
  const lost = flow.flatMap((branch) => (branch.failure === undefined ? [] : [{ ...branch, share: times(branch.share, begun) }]))
  return answered.of === 0 ? lost : [{ share: answered }, ...lost]
}

const sumOf = (branches: Asked["branches"]): Ratio =>
  branches.reduce<Ratio>((sum, { share, failure }) => (failure === undefined ? plus(sum, share) : sum), zero)

/** What ended a branch that is not ok: on the way there, or on the way back. */
export const failureOf = (fabric: Fabric, branch: Branch): Failure => {
  const end = branch.forward.end.fate === "delivered" ? (branch.reply?.end ?? branch.forward.end) : branch.forward.end
  const at = fabric.components.get(end.at)?.origin ?? fabric.segments.get(end.at)?.origin ?? { resource: end.at }
  return {
    fails: end.fails ?? "timeout",
    at: at.resource,
    reason: end.reason ?? "ReplyStrayed",
    origin: originText(end.origin ?? at),
    ...(end.code === undefined ? {} : { code: end.code })
  }
}

/** `rtb-public: 0.0.0.0/0 → igw`. */
export const originText = (origin: Origin): string => (origin.part === undefined ? origin.resource : `${origin.resource}: ${origin.part}`)
