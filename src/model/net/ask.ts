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

/**
 * A dependent call, by the name it is shown under. `flows`: how many, one after another, it takes; each goes its own way. Default 1.
 * `path`: what it asks for, and so what its own answer calls in turn.
 */
export type CallQuestion = Omit<Question, "from"> & { readonly call: string; readonly flows?: number; readonly path?: string }

/** Who makes which calls to answer: by the component reached, the port it was reached on, and what it was asked for. */
export type CallsOf = (reached: string, port: number, path: string | undefined) => ReadonlyArray<CallQuestion>

/** What all calls of one request share: answers of components that were asked before, and what was read. */
interface Asking {
  readonly fabric: Fabric
  readonly callsOf: CallsOf
  readonly answers: Map<string, Asked["branches"]>
  readonly touched: Set<string>
}

/** Calls may make calls; a drill whose calls go round in a circle was refused before. */
const depthMax = 32

export const askWithCalls = (fabric: Fabric, question: Question, callsOf: CallsOf, path?: string): Asked => {
  const asking: Asking = { fabric, callsOf, answers: new Map(), touched: new Set() }
  const branches = askFlow(asking, question, path, undefined, 0)
  return { success: sumOf(branches), branches, touched: [...asking.touched].sort(compareText) }
}

/** One flow, and what those it reaches call to answer it. `call`: the name of the call that it is itself. */
const askFlow = (
  asking: Asking,
  question: Question,
  path: string | undefined,
  call: string | undefined,
  depth: number
): Asked["branches"] => {
  const { fabric, answers, touched } = asking
  const trace = traceFlow(fabric, question, { hops: false })
  for (const part of trace.touched) touched.add(part)
  return trace.branches.flatMap((branch): Asked["branches"] => {
    const { share, reached } = branch
    if (!branch.ok) return [{ share, failure: { ...failureOf(fabric, branch), ...(call === undefined ? {} : { call }) } }]
    const port = branch.forward.flow.destinationPorts.from
    const calls = reached === undefined ? [] : asking.callsOf(reached, port, path)
    if (reached === undefined || calls.length === 0) return [{ share }]
    const key = `${reached}:${port}${path ?? ""}`
    const answer = answers.get(key) ?? askCalls(asking, reached, calls, depth + 1)
    answers.set(key, answer)
    return answer.map((inner) => ({ ...inner, share: times(share, inner.share) }))
  })
}

/** All calls of one component, one after the other. */
const askCalls = (asking: Asking, from: string, calls: ReadonlyArray<CallQuestion>, depth: number): Asked["branches"] => {
  if (depth > depthMax) throw new Error(`calls are made ${depthMax} deep: they go round in a circle at ${from}`)
  let branches: Asked["branches"] = [{ share: one }]
  for (const { call, flows, path, ...question } of calls) {
    const flow = askFlow(asking, { ...question, from }, path, call, depth)
    const after = flows === undefined || flows === 1 ? flow : repeated(flow, flows)
    branches = branches.flatMap((before) =>
      before.failure !== undefined ? [before] : after.map((branch) => ({ ...branch, share: times(before.share, branch.share) }))
    )
  }
  return branches
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
