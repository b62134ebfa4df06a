import { spawn } from "node:child_process"
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import BetterSqlite3 from "better-sqlite3"
import { Effect } from "effect"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { foldFrom, foldWorld } from "../../src/analysis/replay.ts"
import { digestOf } from "../../src/model/value/canonical.ts"
import { compareText } from "../../src/model/value/text.ts"
import { stateOf, type WorldState } from "../../src/model/world/world.ts"
import { divergenceOf } from "../../src/record/divergence.ts"
import type { RunHeader } from "../../src/record/header.ts"
import { Library } from "../../src/record/library.ts"
import { Recording } from "../../src/record/reader.ts"
import { Recorder } from "../../src/record/recorder.ts"
import { RecordingWriter } from "../../src/record/writer.ts"
import { played } from "../played.ts"
import { smallPlan } from "../small-cluster.ts"

const plan = smallPlan()
const { events, world } = played(plan)
const outcome = {
  results: [{ expectation: "page", result: "held", evidence: "1" }],
  probes: [{ probe: "page", windows: [{ fromMs: 0, toMs: 5, success: "1", timeout: "0", refused: "0" }] }]
}

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drill-record-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const headerOf = (id: string, more: Partial<RunHeader> = {}): RunHeader => ({
  id,
  engine: "0.0.1",
  seed: 42,
  plan,
  places: {},
  tags: [],
  startedAt: 1_700_000_000_000,
  machine: "here",
  ...more
})
const footer = { status: "complete" as const, endMs: plan.untilMs, wallMs: 7, outcome }

const write = (id: string, more: Partial<RunHeader> = {}, kept = events): string => {
  const path = join(folder, `${id}.drill`)
  const writer = new RecordingWriter({ path, header: headerOf(id, more) })
  writer.append(kept)
  writer.close(footer)
  return path
}

const opened = <A>(path: string, work: (recording: Recording) => A): A => {
  const recording = new Recording(path)
  try {
    return work(recording)
  } finally {
    recording.close()
  }
}

describe("a recording", () => {
  test("gives back every event, in order, with its cause", () => {
    expect(opened(write("one"), (recording) => [...recording.events()])).toEqual(events)
  })
  test("of the same plan and seed bears the same digest, whatever its wall-clock facts", () => {
    const [one, other] = [write("one"), write("two", { startedAt: 1_800_000_000_000, machine: "elsewhere", name: "again" })]
    expect(opened(one, ({ header }) => header.digest)).toBe(opened(other, ({ header }) => header.digest))
    expect(opened(write("three", { seed: 43 }), ({ header }) => header.digest)).not.toBe(opened(one, ({ header }) => header.digest))
  })
  test("is one file once it is closed, and its chain holds", () => {
    const path = write("one")
    expect(readdirSync(folder)).toEqual(["one.drill"])
    expect(opened(path, (recording) => recording.verify())).toBe(opened(path, ({ header }) => header.digest))
  })
  test("reads well in plain SQL", () => {
    const database = new BetterSqlite3(write("one"), { readonly: true })
    const rows = (sql: string) => database.prepare(sql).all()
    expect(rows("SELECT * FROM timeline")).toEqual([
      { entry: 0, at_ms: 120_000, action: "CutZone", zone: "c" },
      { entry: 1, at_ms: 2_520_000, action: "HealZone", zone: "c" }
    ])
    expect(rows("SELECT at_ms, kind, subject, body FROM event WHERE kind = 'kube/PodEvicted' LIMIT 1")).toMatchObject([
      { at_ms: 465_000, body: '{"node":"node-c"}' }
    ])
    expect(rows("SELECT value FROM setting WHERE name = 'graceMs'")).toEqual([{ value: 40_000 }])
    expect(rows("SELECT * FROM probe_window")).toEqual([{ probe: "page", from_ms: 0, to_ms: 5, success: "1", timeout: "0", refused: "0" }])
    expect(rows("SELECT kind FROM pod_history WHERE pod = 'default/db-0' ORDER BY seq LIMIT 3")).toEqual([
      { kind: "kube/PodCreated" },
      { kind: "kube/PodScheduled" },
      { kind: "kube/PodAddressAssigned" }
    ])
    database.close()
  })
  test("refuses SQL that writes", () => {
    opened(write("one"), (recording) => {
      expect(recording.query("SELECT count(*) AS n FROM event").rows).toEqual([{ n: events.length }])
      expect(() => recording.query("DELETE FROM event_row")).toThrow("only queries that read")
    })
  })
})

describe("a damaged recording", () => {
  const edit = (path: string, sql: string): void => {
    const database = new BetterSqlite3(path)
    database.exec(sql)
    database.close()
  }
  test("with one value altered names the events that no longer follow", () => {
    const path = write("one")
    edit(path, "UPDATE event_row SET at_ms = at_ms + 1 WHERE seq = 130")
    expect(() => opened(path, (recording) => recording.verify())).toThrow(
      /events? 1–\d+ do not follow event 0 \(digest .*The file was altered; play it again: drill run small --seed 42/s
    )
  })
  test("with an event taken out has a gap", () => {
    const path = write("one")
    edit(path, "DELETE FROM event_row WHERE seq = 100")
    expect(() => opened(path, (recording) => recording.verify())).toThrow("was altered")
  })
  test("with one byte of its plan or outcome altered breaks its seal", () => {
    const path = write("one")
    edit(path, "UPDATE header SET value = replace(value, '\"held\"', '\"hexd\"') WHERE key = 'outcome'")
    expect(() => new Recording(path)).toThrow("the seal does not match")
  })
  test("one byte flipped anywhere never passes for whole", () => {
    const path = write("one")
    const bytes = readFileSync(path)
    const at = bytes.indexOf("node-c") + 5
    const copy = join(folder, "flipped.drill")
    copyFileSync(path, copy)
    const file = openSync(copy, "r+")
    writeSync(file, Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at)
    closeSync(file)
    expect(() => opened(copy, (recording) => recording.verify())).toThrow()
  })
  test("that is cut off, is none at all, or is of a newer format says so", () => {
    const path = write("one")
    writeFileSync(join(folder, "cut.drill"), readFileSync(path).subarray(0, 3_000))
    writeFileSync(join(folder, "text.drill"), "not a database, but a text that is long enough to be looked at by anyone who opens it")
    copyFileSync(path, join(folder, "newer.drill"))
    edit(join(folder, "newer.drill"), "PRAGMA user_version = 9")
    const other = new BetterSqlite3(join(folder, "other.drill"))
    other.exec("CREATE TABLE x (y)")
    other.close()
    expect(() => opened(join(folder, "cut.drill"), (recording) => recording.verify())).toThrow("no readable recording")
    expect(() => new Recording(join(folder, "text.drill"))).toThrow("no readable recording")
    expect(() => new Recording(join(folder, "newer.drill"))).toThrow("written in format 9, this drill reads up to 1")
    expect(() => new Recording(join(folder, "other.drill"))).toThrow("a database of something else")
  })
})

describe("a recorder", () => {
  const record = (directory: string) =>
    Effect.gen(function* () {
      const recorder = yield* Recorder
      const open = yield* recorder.open(directory, headerOf("k7d2q9mx"))
      yield* open.append(events)
      return { path: open.path, digest: yield* open.close(footer) }
    }).pipe(Effect.scoped)

  test("keeps the same digest in a file and in memory", async () => {
    const file = await Effect.runPromise(record(folder).pipe(Effect.provide(Recorder.layerFile)))
    const memory = await Effect.runPromise(record(folder).pipe(Effect.provide(Recorder.layerMemory)))
    expect(file.digest).toBe(memory.digest)
    expect(file.path).toMatch(/20231114T221320Z_small_k7d2q9mx\.drill$/)
    expect(memory.path).toBeUndefined()
  })
  test("that is let go before it is closed leaves a partial file", async () => {
    const recording = Effect.gen(function* () {
      const open = yield* (yield* Recorder).open(folder, headerOf("k7d2q9mx"))
      yield* open.append(events.slice(0, 50))
      return yield* Effect.interrupt
    }).pipe(Effect.scoped, Effect.provide(Recorder.layerFile))
    await Effect.runPromiseExit(recording)
    const [listed] = await Effect.runPromise(Library.use((library) => library.list(folder)).pipe(Effect.provide(Library.layer)))
    expect(listed?.header?.status).toBe("partial")
  })
  test("where a file stands in the directory's place cannot write, and says what to do", async () => {
    const inTheWay = join(folder, "recordings")
    writeFileSync(inTheWay, "")
    const failure = await Effect.runPromise(Effect.flip(record(inTheWay)).pipe(Effect.provide(Recorder.layerFile)))
    expect(failure._tag).toBe("RecordingUnwritable")
    expect(failure.message).toContain("cannot be written")
  })
  test("whose disk is full says so, and what was written before stays whole", () => {
    const path = join(folder, "full.drill")
    const writer = new RecordingWriter({ path, header: headerOf("full"), pagesMax: 40 })
    const fill = () => {
      for (let round = 0; round < 200; round++) {
        writer.append(events.map((event, index) => ({ ...event, seq: round * events.length + index + 1 })))
        writer.flush()
      }
    }
    expect(fill).toThrow(/full/)
    writer.abandon()
    expect(opened(`${path}.partial`, (recording) => recording.count)).toBeGreaterThan(0)
  })
})

test("a process killed in the middle leaves a prefix that can be read, listed as partial", async () => {
  const script = join(folder, "child.mjs")
  writeFileSync(
    script,
    `
    const { createServer } = await import(${JSON.stringify(join(process.cwd(), "node_modules/vite/dist/node/index.js"))})
    const server = await createServer({ root: ${JSON.stringify(process.cwd())}, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: "custom", logLevel: "silent", optimizeDeps: { noDiscovery: true } })
    const { RecordingWriter } = await server.ssrLoadModule("/src/record/writer.ts")
    const { played } = await server.ssrLoadModule("/test/played.ts")
    const { smallPlan } = await server.ssrLoadModule("/test/small-cluster.ts")
    const plan = smallPlan()
    const { events } = played(plan)
    const writer = new RecordingWriter({ path: ${JSON.stringify(join(folder, "killed.drill"))}, header: { id: "killed00", engine: "0", seed: 1, plan, places: {}, tags: [], startedAt: 1, machine: "m" } })
    for (let round = 0; ; round++) {
      writer.append(events.map((event, index) => ({ ...event, seq: round * events.length + index + 1 })))
      writer.flush()
      if (round === 5) process.stdout.write("ready")
    }
  `
  )
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] })
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()))
  child.kill("SIGKILL")
  await new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const partial = join(folder, "killed.drill.partial")
  expect(existsSync(partial)).toBe(true)
  opened(partial, (recording) => {
    expect(recording.header.status).toBe("partial")
    expect(recording.count).toBeGreaterThan(events.length)
    expect([...recording.events(1, events.length)]).toEqual(events)
    expect(recording.verify()).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe("snapshots", () => {
  test("reach the same world as folding from the start", () => {
    const path = join(folder, "one.drill")
    const writer = new RecordingWriter({ path, header: headerOf("one") })
    writer.append(events)
    const half = events.slice(0, 150)
    const kept = structuredClone(stateOf(foldWorld(plan, half)))
    writer.append([])
    writer.close(footer)
    const whole = foldWorld(plan, events)
    const resumed = foldFrom(plan, kept as WorldState, events.slice(150))
    const plain = (state: unknown): string =>
      digestOf(
        JSON.parse(
          JSON.stringify(state, (_key, value: unknown) =>
            value instanceof Map || value instanceof Set ? [...value].map((entry) => JSON.stringify(entry)).sort(compareText) : value
          )
        )
      )
    expect(plain(stateOf(resumed).cluster.pods)).toBe(plain(stateOf(whole).cluster.pods))
    expect(plain(stateOf(whole).fabric.listenerTables)).toBe(plain(stateOf(world).fabric.listenerTables))
    expect(plain(stateOf(resumed).fabric.components)).toBe(plain(stateOf(world).fabric.components))
  })
  test("stay within their share of the events' bytes", () => {
    const path = join(folder, "one.drill")
    const writer = new RecordingWriter({ path, header: headerOf("one") })
    writer.append(events)
    expect(writer.wantsSnapshot(events.length)).toBe(false)
    writer.snapshot(events.length, 0, { big: "x".repeat(10) })
    writer.close(footer)
    expect(opened(path, (recording) => recording.nearestSnapshot(0)?.state)).toEqual({ big: "x".repeat(10) })
  })
})

describe("two recordings", () => {
  test("part at their first differing event", () => {
    const changed = events.map((event) => (event.seq === 140 ? { ...event, at: event.at + 1 } : event))
    const [one, other] = [new Recording(write("one")), new Recording(write("two", {}, changed))]
    expect(divergenceOf(one, other)?.a?.seq).toBe(140)
    expect(divergenceOf(one, one)).toBeUndefined()
    one.close()
    other.close()
  })
})

describe("the library", () => {
  const resolve = (ref: string) =>
    Effect.runPromise(Effect.result(Library.use((library) => library.resolve(folder, ref))).pipe(Effect.provide(Library.layer)))
  const idOf = async (ref: string) => {
    const found = await resolve(ref)
    return found._tag === "Success" ? found.success.path.split("/").at(-1) : found.failure.message
  }
  beforeEach(() => {
    write("aaaa1111", { startedAt: 1_000 })
    write("aabb2222", { startedAt: 2_000, name: "baseline" })
    write("ccdd3333", { startedAt: 3_000 })
  })
  test("finds a run by position, beginning, name, scenario and path", async () => {
    expect(await idOf("latest")).toBe("ccdd3333.drill")
    expect(await idOf("@latest")).toBe("ccdd3333.drill")
    expect(await idOf("latest~2")).toBe("aaaa1111.drill")
    expect(await idOf("prev")).toBe("aabb2222.drill")
    expect(await idOf("cc")).toBe("ccdd3333.drill")
    expect(await idOf("baseline")).toBe("aabb2222.drill")
    expect(await idOf("small:latest~1")).toBe("aabb2222.drill")
    expect(await idOf(join(folder, "aaaa1111.drill"))).toBe("aaaa1111.drill")
  })
  test("takes the moment behind the sign", async () => {
    const found = await resolve("cc@3m39.8s")
    expect(found._tag === "Success" ? found.success.ref.moment : undefined).toEqual({ text: "3m39.8s", atMs: 219_800, seq: undefined })
  })
  test("names candidates of an ambiguous beginning, and near misses of an unknown one", async () => {
    expect(await idOf("aa")).toContain("could be aabb2222 or aaaa1111")
    expect(await idOf("aaaa1112")).toContain("near: aaaa1111")
    expect(await idOf("latest~9")).toContain("no run is called")
    expect(await idOf("other:latest")).toContain("no run is called")
  })
})
