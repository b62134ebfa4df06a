/**
 * A sentence for every reason a flow can fail for, and for a refusal or a probe's failure with its evidence: the place, the
 * resource and rule in the owner's words, the vendor's own code. Complete by its types.
 */
import type { Refusal } from "../model/net/fabric.ts"
import type { Origin } from "../model/net/origin.ts"
import type { End, Fails, Reason } from "../model/net/verdict.ts"
import type { ProbeFailure } from "../model/world/probe.ts"

const reasonSentences: Readonly<Record<Reason, string>> = {
  DeniedByFilter: "a filter denies it",
  NoRoute: "no route leads there",
  RouteBlackholed: "the route that wins is a blackhole: its target is gone",
  RouteDiscards: "the route that wins discards on purpose",
  ComponentSilent: "gives no answer at all",
  ComponentRefusing: "refuses everything",
  NoListener: "nothing listens on that port",
  NoTarget: "has no target to send to",
  AnsweredByRule: "a rule of the listener answers it with an error",
  NoPublicAddress: "the source has no public address to leave by",
  NotForwarding: "does not forward what is not its own",
  SourceNotOwn: "forwards only packets of its own source address",
  AddressUnowned: "nobody has that address",
  NeighbourUnreachable: "the next hop is not on this segment",
  PortsExhausted: "no source port is left to translate to",
  ProtocolNotCarried: "does not carry that protocol",
  SessionUnknown: "knows no session that this packet belongs to",
  ReplyStrayed: "the reply took another way than the request and was not recognised",
  LoopFound: "the packet goes round in a loop",
  NameWithoutAnswer: "the name has no address",
  GateClosed: "the gate does not admit it",
  PacketsLost: "packets are lost on the way"
}

/** All reasons, in the order of this page. */
export const reasons = Object.keys(reasonSentences) as ReadonlyArray<Reason>

const isReason = (text: string): text is Reason => Object.hasOwn(reasonSentences, text)

/** What a reason says, without place and rule. */
export const reasonSentence = (reason: Reason): string => reasonSentences[reason]

/** The same for a reason as recorded; a text that is none is given back. */
export const reasonText = (reason: string): string => (isReason(reason) ? reasonSentences[reason] : reason)

const failsWords: Readonly<Record<Fails, string>> = {
  timeout: "times out",
  refused: "is refused",
  reset: "is reset",
  error: "is answered with an error"
}

/** How the caller sees it: `times out`. */
export const failsText = (fails: Fails): string => failsWords[fails]

/** `rtb-public, 0.0.0.0/0 → igw`. */
export const originText = (origin: Origin): string => (origin.part === undefined ? origin.resource : `${origin.resource}, ${origin.part}`)

/** Why something refuses, whose rule it is, the vendor's code, and how the caller sees it. */
export const refusalSentence = (refusal: Refusal): string => {
  const code = refusal.code === undefined ? "" : ` [${refusal.code}]`
  return `${originText(refusal.origin)}: ${reasonSentence(refusal.reason)}${code}; the caller ${refusal.fails === "timeout" ? "gets no answer" : refusal.fails === "refused" ? "is refused" : refusal.fails === "reset" ? "is reset" : "gets an error"}`
}

/** How a leg ended: delivered, or where and why not. */
export const endSentence = (end: End): string => {
  if (end.fate === "delivered") return `delivered at ${end.at}`
  const why = end.reason === undefined ? end.fate : reasonSentence(end.reason)
  const code = end.code === undefined ? "" : ` [${end.code}]`
  const origin = end.origin === undefined ? "" : ` (${originText(end.origin)})`
  return `${end.fate === "deny" ? "denied" : "dropped"} at ${end.at}: ${why}${code}${origin}`
}

/** A share of all first attempts as the subject of a sentence: `5/9`, `everything`. */
export const shareText = (share: string): string => (share === "1" ? "everything" : share)

/** A probe's failure with its share: `1/3 times out at lb/c: gives no answer at all (lb, us-west-2c) [code]`. */
export const failureSentence = (failure: typeof ProbeFailure.Type): string => {
  const call = failure.call === undefined ? "" : ` when calling ${failure.call}`
  const code = failure.code === undefined ? "" : ` [${failure.code}]`
  const origin = failure.origin === "" || failure.origin === failure.at ? "" : ` (${failure.origin})`
  return `${shareText(failure.share)} ${failsText(failure.fails)}${call} at ${failure.at}: ${reasonText(failure.reason)}${origin}${code}`
}
