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
  readonly from?: string
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
  /** The node monitor's grace where the run says it. */
  readonly graceMs: number | undefined
  readonly hollow: { readonly leaseEveryMs: number; readonly podStartMs: number; readonly podStopMs: number }
  readonly lines: ReadonlyArray<Line>
  readonly passes: ReadonlyArray<number>
}

export const readRecording = (file: URL): Recording => {
  const raw = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const run = raw.find(({ k }) => k === "run") as { hollow?: Partial<Recording["hollow"]>; kcm?: string } | undefined
  const grace = /grace period (\d+) s/.exec(run?.kcm ?? "")?.[1]
  const passes = raw.find(({ k }) => k === "monitorPasses") as { t: ReadonlyArray<number> } | undefined
  return {
    name: (file.pathname.split("/").at(-1) ?? "").replace(/\.jsonl$/, ""),
    modern: run?.kcm !== undefined,
    graceMs: grace === undefined ? undefined : Number(grace) * 1_000,
    hollow: { leaseEveryMs: 10_000, podStartMs: 2_000, podStopMs: 1_000, ...run?.hollow },
    lines: raw
      .filter(({ k }) => k !== "run" && k !== "monitorPasses")
      .map((line) => ({ ...line, t: typeof line["t"] === "number" ? line["t"] : 0 })) as unknown as ReadonlyArray<Line>,
    passes: passes?.t ?? []
  }
}

export const linesOfKind = (recording: Recording, ...kinds: ReadonlyArray<string>): ReadonlyArray<Line> =>
  recording.lines.filter(({ k }) => kinds.includes(k))

export interface Owner {
  readonly workload: string
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet"
  readonly hash: string | undefined
}

/** `web` and `55b8fdf4f6` of `web-55b8fdf4f6-b6jj8`; `agent` of `agent-n757q`; `db` of `db-0`. */
export const ownerOf = (pod: string): Owner => {
  const parts = pod.split("-")
  const [hash, last] = [parts.at(-2) ?? "", parts.at(-1) ?? ""]
  if (/^\d{1,3}$/.test(last)) return { workload: parts.slice(0, -1).join("-"), kind: "StatefulSet", hash: undefined }
  // Both are drawn from letters and digits that spell nothing; see `SafeEncodeString` of Kubernetes.
  if (parts.length > 2 && /^[bcdf-hj-np-tv-z0-9]{5,10}$/.test(hash))
    return { workload: parts.slice(0, -2).join("-"), kind: "Deployment", hash }
  return { workload: parts.slice(0, -1).join("-"), kind: "DaemonSet", hash: undefined }
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
