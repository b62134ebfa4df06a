/**
 * A recording of a real Kubernetes control plane, one JSON object a line: `t` ms since the fault (or the first mark), `k` the kind.
 * Made with hollow nodes against kube-apiserver, kube-scheduler and kube-controller-manager 1.20.2; see README.md beside.
 */
import { readFileSync } from "node:fs"

export interface Line {
  readonly t: number
  readonly k: string
  readonly name?: string
  readonly ev?: string
  readonly to?: string
  readonly reason?: string
  readonly taint?: string
  readonly node?: string
  readonly zone?: string
  readonly svc?: string
  readonly pod?: string
  readonly as?: string
  readonly msg?: string
  readonly obj?: string
  readonly grace?: number
  readonly nodes?: ReadonlyArray<string>
  readonly dead?: ReadonlyArray<string>
  readonly lastRenewMsAgo?: Readonly<Record<string, number>>
  readonly pods?: Readonly<Record<string, string>>
  readonly place?: Place
  readonly by?: Readonly<Record<string, number>>
  readonly code?: number
  readonly causes?: ReadonlyArray<{ readonly message: string }>
}

export interface Place {
  readonly zones: Readonly<Record<string, number>>
  readonly nodes: Readonly<Record<string, number>>
  readonly pending: number
}

export interface Recording {
  /** File name without its end. */
  readonly name: string
  /** The control plane with the two-line fix of 1.21's queue and a grace of 50 s. */
  readonly modern: boolean
  readonly hollow: { readonly podStartMs: number; readonly podStopMs: number }
  readonly lines: ReadonlyArray<Line>
  readonly passes: ReadonlyArray<number>
}

export const readRecording = (file: URL): Recording => {
  const raw = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const run = raw.find(({ k }) => k === "run") as { hollow: Recording["hollow"]; kcm?: string }
  const passes = raw.find(({ k }) => k === "monitorPasses") as { t: ReadonlyArray<number> } | undefined
  return {
    name: (file.pathname.split("/").at(-1) ?? "").replace(/\.jsonl$/, ""),
    modern: run.kcm !== undefined,
    hollow: run.hollow,
    lines: raw.filter(({ k }) => k !== "run" && k !== "monitorPasses") as unknown as ReadonlyArray<Line>,
    passes: passes?.t ?? []
  }
}

export const linesOfKind = (recording: Recording, ...kinds: ReadonlyArray<string>): ReadonlyArray<Line> =>
  recording.lines.filter(({ k }) => kinds.includes(k))

/** `web` and `55b8fdf4f6` of `web-55b8fdf4f6-b6jj8`; `agent` of `agent-n757q`. */
export const ownerOf = (pod: string): { readonly workload: string; readonly hash: string | undefined } => {
  const parts = pod.split("-")
  return { workload: parts[0] ?? "", hash: parts.length > 2 ? parts[1] : undefined }
}

/** Pods that stood before the recording's first move, by name, with their node. Unnamed ones are known by number only. */
export const standingPods = (recording: Recording): ReadonlyMap<string, string> => {
  const created = new Set(
    recording.lines.flatMap(({ k, ev, name }) => (k === "pod" && ev === "created" && name !== undefined ? [name] : []))
  )
  const found = new Map(Object.entries(recording.lines.find(({ k }) => k === "steady")?.pods ?? {}))
  for (const { k, name, node } of recording.lines)
    if (k === "pod" && name !== undefined && node !== undefined && !created.has(name) && !found.has(name)) found.set(name, node)
  return found
}
