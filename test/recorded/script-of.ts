/**
 * A recording's script: what its operator did, and when, read from the lines themselves. Faults, returns, evictions and deletions are
 * lines of their own; a kubelet's word, cordons and joins show at the node; scaling, rollouts and budgets are said in the marks' own
 * words. A mark that says none of these is not understood, and named.
 */
import type { Action } from "../../src/model/fault/action.ts"
import { type Line, linesOfKind, ownerOf, type Recording } from "./recording.ts"
import { idOf, mainOf } from "./workloads-of.ts"

export interface Move {
  readonly atMs: number
  readonly action: Action
}

export interface Script {
  readonly moves: ReadonlyArray<Move>
  /** What is not understood, in the recording's words. */
  readonly unknown: ReadonlyArray<string>
  /** Hash of each version by the key it is drawn with. */
  readonly hashes: ReadonlyMap<string, string>
}

/** Kinds of lines that tell what came of it, or how it was measured. */
const toldKinds: ReadonlySet<string> = new Set(["steady", "final", "count", "pod", "node", "ep", "eps", "event", "kcmlog"])

export const scriptOf = (recording: Recording): Script => {
  const unknown: Array<string> = []
  const hashes = new Map<string, string>()
  const moves = recording.lines.flatMap((line, index): ReadonlyArray<Move> => {
    const next = recording.lines.slice(index + 1).find(({ k }) => k === "mark")
    const found = movesOf(recording, line, next?.t ?? Number.MAX_SAFE_INTEGER, hashes)
    if (found === undefined) unknown.push(`${line.k} at ${line.t} ms: ${line.ev ?? JSON.stringify(line)}`)
    return (found ?? []).map((move) => ("atMs" in move ? move : { atMs: line.t, action: move }))
  })
  return { moves: [...moves, ...nodeMoves(recording)], unknown, hashes }
}

type Found = ReadonlyArray<Action | Move>

const movesOf = (recording: Recording, line: Line, until: number, hashes: Map<string, string>): Found | undefined => {
  switch (line.k) {
    case "fault":
      return namedNodes(line.dead ?? line.nodes, (nodes) => ({ _tag: "CutNodes", nodes }))
    case "resume":
      return namedNodes(line.nodes ?? line.dead, (nodes) => ({ _tag: "HealNodes", nodes }))
    case "delete":
      return line.pod === undefined
        ? undefined
        : [{ atMs: askedAt(recording, line), action: { _tag: "DeletePods", pods: [idOf(line.pod)] } }]
    case "evict":
      // Those of a mark are its own moves.
      return recording.lines.some(({ k, t }) => k === "mark" && t <= line.t) ? [] : evictionsIn(recording, line.t, line.t + 1)
    case "mark":
    case "action": {
      const said = saidMoves(recording, line, until, hashes)
      const asked = line.k === "mark" ? evictionsIn(recording, line.t, until) : []
      const isTold = asked.length > 0 || recording.lines.some(({ k, t }) => k === "delete" && t >= line.t && t < until)
      return said === undefined && !isTold ? undefined : [...(said ?? []), ...asked]
    }
    default:
      return toldKinds.has(line.k) ? [] : undefined
  }
}

/** A fault that names no nodes is not understood. */
const namedNodes = (nodes: ReadonlyArray<string> | undefined, move: (nodes: ReadonlyArray<string>) => Action): Found | undefined =>
  nodes === undefined || nodes.length === 0 ? undefined : [move(nodes)]

/** Lines of answers: what a mark asked for all at once is answered one after another. */
const askedAt = (recording: Recording, { t }: Line): number =>
  linesOfKind(recording, "mark").findLast((mark) => mark.t <= t && mark.t > t - 1_000)?.t ?? t

/** An answer comes within this of its question: at once, or after one or two conflicts of half a second. */
const answerMs = 1_500

/**
 * What the eviction API was asked: at first when the mark said so, again a pause after each answer, as scripts and `kubectl drain` do.
 * The pause is the shortest one seen, to half a second.
 */
const evictionsIn = (recording: Recording, from: number, until: number): ReadonlyArray<Move> => {
  const answers = linesOfKind(recording, "evict").filter(({ t, pod }) => t >= from && t < until && pod !== undefined)
  const before = (line: Line, index: number): Line | undefined => answers.slice(0, index).findLast(({ pod }) => pod === line.pod)
  const pauses = answers.flatMap((line, index) => line.t - (before(line, index)?.t ?? line.t) || [])
  const pauseMs = Math.round(Math.min(...pauses) / 500) * 500
  return answers.map((line, index) => {
    const asked = before(line, index)?.t
    const atMs = asked !== undefined ? asked + pauseMs : line.t < from + answerMs ? from : line.t
    return { atMs: Math.min(atMs, line.t), action: { _tag: "EvictPods", pods: [idOf(line.pod as string)], once: true } }
  })
}

/** `a1,a2 and b3`: the names of nodes that the recording knows. */
const nodesIn = (recording: Recording, text: string): ReadonlyArray<string> => {
  const known = new Set([
    ...linesOfKind(recording, "node").flatMap(({ name }) => name ?? []),
    ...recording.lines.flatMap(({ node, dead, nodes, place, pods }) => [
      ...(node === undefined ? [] : [node]),
      ...(dead ?? []),
      ...(nodes ?? []),
      ...Object.keys(place?.nodes ?? {}),
      ...Object.values(pods ?? {})
    ])
  ])
  return [...new Set(text.split(/[\s,;()]+/))].filter((word) => known.has(word))
}

/** What a mark or an action says in words; `undefined` when it says nothing that is known here. */
const saidMoves = (
  recording: Recording,
  line: Line,
  until: number,
  hashes: Map<string, string>
): ReadonlyArray<Action | Move> | undefined => {
  const text = line.ev ?? ""
  const nodes = nodesIn(recording, text)
  const moves: Array<Action | Move> = []
  let isKnown = false
  const know = (...found: ReadonlyArray<Action | Move>): void => {
    isKnown = true
    moves.push(...found)
  }
  const rollout = /(?:image|template)\s*->\s*([\w.-]+)/i.exec(text)
  if (rollout?.[1] !== undefined) know(rolloutOf(recording, line, rollout[1], until, hashes))
  const scaled = /scaled?\b[^\d]*(?:\d+\s*->\s*)?(\d+)/i.exec(text) ?? /\b(\d+) replicas/.exec(text)
  if (scaled?.[1] !== undefined && rollout === null) know(...scaleOf(recording, line, Number(scaled[1])))
  const amount = /(minAvailable|maxUnavailable)\s*[:=]?\s*(\d+%?)/.exec(text)
  if (amount?.[2] !== undefined) know(budgetOf(recording, amount[1] as "minAvailable", amount[2]))
  else if (/(PDB|budget).*(removed|deleted)|(remove|delete) (the )?(PDB|budget)/i.test(text))
    know({ _tag: "RemoveBudget", budget: idOf(mainOf(recording)) })
  if (nodes.length > 0 && /delet|remov/i.test(text) && /node/i.test(text)) know({ _tag: "DeleteNodes", nodes })
  if (nodes.length > 0 && /drain/i.test(text)) know(...nodes.map((node): Action => ({ _tag: "Drain", node })))
  // These show at the node itself.
  if (nodes.length > 0 && /added|joins?|cordon|taint|kubelet|ready/i.test(text)) know()
  return isKnown ? moves : undefined
}

/**
 * A number that a mark names may be a wish, or how things stand since the script's last deed: then its date is the first deletion
 * after which nothing was made any more.
 */
const scaleOf = (recording: Recording, line: Line, replicas: number): ReadonlyArray<Move> => {
  const workload = mainOf(recording)
  const before = linesOfKind(recording, "pod").filter(({ t, name = "" }) => t < line.t && ownerOf(name).workload === workload)
  const lastMade = before.findLast(({ ev }) => ev === "created")?.t ?? 0
  const stoodDown = before.find(({ t, ev, grace }) => ev === "deleting" && grace !== 0 && t > Math.max(lastMade, line.t - scriptStepMs))
  return [{ atMs: stoodDown?.t ?? line.t, action: { _tag: "Scale", workload: idOf(workload), replicas } }]
}

/** A script waits this long at most between what it does and the mark that says so. */
const scriptStepMs = 10_000

const budgetOf = (recording: Recording, kind: "minAvailable" | "maxUnavailable", amount: string): Action => {
  const name = mainOf(recording)
  return {
    _tag: "ApplyBudget",
    budget: {
      name: budgetNameOf(recording) ?? name,
      namespace: "default",
      selector: { labels: { app: name }, requirements: [] },
      [kind]: amount.endsWith("%") ? amount : Number(amount)
    }
  }
}

/** As refusals call it. */
const budgetNameOf = (recording: Recording): string | undefined => {
  const refusals = linesOfKind(recording, "evict").flatMap(({ causes }) => causes?.[0]?.message ?? [])
  return refusals.map((message) => /disruption budget (\S+) needs/.exec(message)?.[1]).find((name) => name !== undefined)
}

/** The version's hash is that of the pods it made; a version that made none before keeps the hash of its first time. */
const rolloutOf = (recording: Recording, line: Line, version: string, until: number, hashes: Map<string, string>): Action => {
  const workload = mainOf(recording)
  const key = `${idOf(workload)}@${version}`
  const made = linesOfKind(recording, "pod").find(
    ({ t, ev, name = "" }) => ev === "created" && t >= line.t && t < until && ownerOf(name).workload === workload
  )
  const hash = made?.name === undefined ? undefined : ownerOf(made.name).hash
  if (hash !== undefined && !hashes.has(key)) hashes.set(key, hash)
  const start = /start (\d+(?:\.\d+)?) ?s/.exec(line.ev ?? "")?.[1]
  const startMs = start === undefined ? recording.hollow.podStartMs : Number(start) * 1_000
  const isNever = /never (?:become |turn |get )?ready/i.test(line.ev ?? "")
  return {
    _tag: "Rollout",
    workload: idOf(workload),
    version,
    changes: { startMs, behaviour: { kind: isNever ? "never-ready" : "serves", afterMs: 0 } }
  }
}

const ownKeys = ["not-ready", "unreachable"]
const cordonKey = "unschedulable"

/** What shows at the nodes: joins, a kubelet's own word, cordons and taints by hand, objects that go. */
const nodeMoves = (recording: Recording): ReadonlyArray<Move> => {
  const deleted = new Set(
    linesOfKind(recording, "action", "mark").flatMap(({ ev = "" }) => (/delet|remov/i.test(ev) ? nodesIn(recording, ev) : []))
  )
  return linesOfKind(recording, "node").flatMap((line): ReadonlyArray<Move> => {
    const { t, ev, name: node, to, from } = line
    if (node === undefined) return []
    const move = (action: Action): ReadonlyArray<Move> => [{ atMs: t, action }]
    if (ev === "created") return move({ _tag: "JoinNodes", nodes: [node] })
    if (ev === "gone" && !deleted.has(node)) return move({ _tag: "DeleteNodes", nodes: [node] })
    if (ev === "ready" && to === "False") return move({ _tag: "TurnKubelet", node, ready: false })
    if (ev === "ready" && to === "True" && from === "False") return move({ _tag: "TurnKubelet", node, ready: true })
    const [, key = "", value, effect = ""] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(line.taint ?? "") ?? []
    if ((ev !== "taint+" && ev !== "taint-") || key === "" || ownKeys.includes(key)) return []
    if (key === cordonKey) return move({ _tag: "Cordon", node, cordoned: ev === "taint+" })
    const taint = { node, key, effect: effect as "NoSchedule" }
    return move(ev === "taint+" ? { _tag: "TaintNode", ...taint, ...(value ? { value } : {}) } : { _tag: "UntaintNode", ...taint })
  })
}
