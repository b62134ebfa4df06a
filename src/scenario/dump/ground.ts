/**
 * What every part of an import stands on: the answers, whose account they are of, and what happens to an id that is named: it is there, or
 * is known to be left out, or should be there and is not, which is a mistake.
 */
import { compareText } from "../../model/value/text.ts"
import { commandFor, type DumpEntry, type DumpKind, dumpKinds } from "./files.ts"
import { type Findings, shortly } from "./findings.ts"
import type { Dump } from "./read-dump.ts"

export interface Ground {
  readonly dump: Dump
  readonly findings: Findings
  /** The owner of the VPCs; `undefined` where the answers do not say. */
  readonly account: string | undefined
  /** Ids that are in the answers and not in the topology, with why. */
  readonly out: Map<string, string>
  /** Whether an id that an entry names is in the answers of a kind; a mistake otherwise. */
  readonly names: (from: object, what: string, kind: DumpKind, id: string) => boolean
  /** Whether the answers of a kind are there; a mistake otherwise, told once a kind. `why`: `nat-1 is routed to`. */
  readonly needs: (from: object, why: string, kind: DumpKind) => boolean
}

/** Kinds of which all entries are of the account that owns the VPCs. Interfaces and transit gateways may be others', as AWS shares them. */
const ownKinds = ["vpcs", "subnets", "routeTables", "internetGateways", "securityGroups", "networkAcls", "reservations"] as const

export const groundOf = (dump: Dump, findings: Findings): Ground => {
  const account = accountOf(dump)
  for (const kind of ownKinds) foreign(dump, findings, kind, account)
  const ids = new Map<DumpKind, ReadonlySet<string>>()
  const idsOf = (kind: DumpKind): ReadonlySet<string> => {
    const known = ids.get(kind) ?? new Set(dump.all(kind).map((entry) => idIn(kind, entry)))
    ids.set(kind, known)
    return known
  }
  const missing = new Set<DumpKind>()
  const needs = (from: object, why: string, kind: DumpKind): boolean => {
    if (dump.has(kind)) return true
    if (missing.has(kind)) return false
    missing.add(kind)
    findings.mistake(`${dump.fileOf(kind)} is missing: ${why}`, {
      place: dump.placeOf(from),
      help: `write it: ${commandFor(kind, dump.folder)}`
    })
    return false
  }
  const names = (from: object, what: string, kind: DumpKind, id: string): boolean => {
    if (idsOf(kind).has(id)) return true
    if (!needs(from, `${what} names ${id}`, kind)) return false
    const place = dump.placeOf(from)
    findings.mistake(`${place.path}: ${what} names ${id}, which is not in ${dump.fileOf(kind)}`, {
      place,
      underlined: id,
      notes: ["the answers were taken at different times, or with filters"],
      help: `write both again: ${commandFor(kind, dump.folder)}`
    })
    return false
  }
  return { dump, findings, account, out: new Map(), names, needs }
}

const idIn = (kind: DumpKind, entry: object): string => (dumpKinds[kind].idOf as (entry: object) => string)(entry)

/** Most VPCs'; of as many, the lower. */
const accountOf = (dump: Dump): string | undefined => {
  const counts = new Map<string, number>()
  for (const { OwnerId } of dump.all("vpcs")) if (OwnerId !== undefined) counts.set(OwnerId, (counts.get(OwnerId) ?? 0) + 1)
  return [...counts].sort(([one, left], [other, right]) => right - left || compareText(one, other))[0]?.[0]
}

const foreign = (dump: Dump, findings: Findings, kind: (typeof ownKinds)[number], account: string | undefined): void => {
  const others = new Map<string, Array<DumpEntry<typeof kind>>>()
  for (const entry of dump.all(kind)) {
    const owner = entry.OwnerId
    if (owner !== undefined && account !== undefined && owner !== account) others.set(owner, [...(others.get(owner) ?? []), entry])
  }
  for (const [owner, entries] of others) {
    const [first] = entries
    if (first === undefined) continue
    const place = dump.placeOf(first)
    const of = entries.map((entry) => idIn(kind, entry))
    findings.mistake(`${place.path}: ${shortly(of)} ${of.length === 1 ? "is" : "are"} of account ${owner}, the VPCs of ${account}`, {
      place,
      underlined: owner,
      notes: ["one folder holds one account's answers; a shared VPC is told whole by the account that owns it"],
      help: `write the folder again with credentials of ${account}: ${commandFor(kind, dump.folder)}`
    })
  }
}
