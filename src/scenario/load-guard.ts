/**
 * Loading under guard: while a scenario's own code runs, what would make it another scenario next time is refused, and what it
 * prints is kept out of the output. Code of installed packages is left alone. Not guarded: what a package reads for itself,
 * `node:` modules that a scenario imports, `process.env`, `process.hrtime` and `Intl`.
 */
import { AsyncLocalStorage } from "node:async_hooks"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { format } from "node:util"
import { type Diagnostic, errorOf, WordMisused, warningOf } from "./diagnostic.ts"
import { placeOfCall } from "./place.ts"
import type { Place } from "./plan.ts"

const own = dirname(fileURLToPath(import.meta.url))

/** Whether a frame's file is the user's: neither a package nor ours. */
export const isUsers = (path: string): boolean => !path.includes("/node_modules/") && !path.startsWith(`${own}/`)

export interface Guarded<Value> {
  readonly value: Value
  /** Errors that the scenario may have swallowed, and warnings about what it printed. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

const irreproducible = (what: string, place: Place): Diagnostic =>
  errorOf("D003", `${what} makes the run irreproducible`, {
    place,
    underlined: what.replace(/\(\)$/, ""),
    notes: ["another value each time the file is loaded"],
    help: "write the value out, take it as a parameter (--set name=value), or leave chance to --seed"
  })

/** Replaces a member for a while; returns what puts it back. */
const replace = (holder: object, name: string, value: unknown): (() => void) => {
  const before = Object.getOwnPropertyDescriptor(holder, name)
  Object.defineProperty(holder, name, { value, configurable: true, writable: true, enumerable: before?.enumerable ?? true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(holder, name)
    else Object.defineProperty(holder, name, before)
  }
}

/** Set while a scenario's own code runs: what other code does meanwhile is none of the guard's business. */
const loading = new AsyncLocalStorage<true>()

let turn: Promise<unknown> = Promise.resolve()

/** Does `work` under guard, one after another. What `work` throws is thrown on, after everything has been put back. */
export const guarded = <Value>(work: () => Promise<Value>): Promise<Guarded<Value>> => {
  const mine = turn.then(() => underGuard(work))
  turn = mine.catch(() => undefined)
  return mine
}

const underGuard = async <Value>(work: () => Promise<Value>): Promise<Guarded<Value>> => {
  const diagnostics: Array<Diagnostic> = []
  const printed: Array<string> = []
  const check = (what: string, guard: (...given: never) => unknown): void => {
    if (loading.getStore() !== true) return
    const place = placeOfCall(guard)
    if (place === undefined || !isUsers(place.path)) return
    const diagnostic = irreproducible(what, place)
    diagnostics.push(diagnostic)
    throw new WordMisused([diagnostic])
  }
  const restore = [...guardClock(check), ...guardChance(check), guardExit(), ...capture(printed)]
  let rejected: { readonly reason: unknown } | undefined
  const onRejection = (reason: unknown): void => {
    rejected ??= { reason }
  }
  process.on("unhandledRejection", onRejection)
  try {
    const [worked] = await Promise.allSettled([loading.run(true, work)])
    // A promise that nobody awaits is known to have failed one turn later.
    await new Promise<void>((done) => void laterTurn(done))
    if (rejected !== undefined) throw rejected.reason
    if (worked.status === "rejected") throw worked.reason
    const { value } = worked
    return { value, diagnostics: [...diagnostics, ...printedWarning(printed)] }
  } finally {
    process.off("unhandledRejection", onRejection)
    for (const putBack of restore.reverse()) putBack()
  }
}

const laterTurn = setImmediate

/** A scenario that ended the process would end it with an answer of its own. */
const guardExit = (): (() => void) => {
  const real = process.exit.bind(process)
  return replace(process, "exit", (code?: number): never => {
    if (loading.getStore() !== true) return real(code)
    throw new Error("process.exit() was called while the scenario was loaded")
  })
}

type Check = (what: string, guard: (...given: never) => unknown) => void

const guardClock = (check: Check): ReadonlyArray<() => void> => {
  const RealDate = Date
  const now = (): number => {
    check("Date.now()", now)
    return RealDate.now()
  }
  const construct = (target: DateConstructor, given: ReadonlyArray<unknown>): object => {
    if (given.length === 0) check("new Date()", construct)
    return Reflect.construct(target, given) as object
  }
  const apply = (target: DateConstructor): string => {
    check("Date()", apply)
    return target()
  }
  const get = (target: DateConstructor, name: string | symbol): unknown => (name === "now" ? now : Reflect.get(target, name))
  const realPerformance = performance.now.bind(performance)
  const performanceNow = (): number => {
    check("performance.now()", performanceNow)
    return realPerformance()
  }
  return [
    replace(globalThis, "Date", new Proxy(RealDate, { construct, apply, get })),
    replace(performance, "now", performanceNow),
    ...(["setTimeout", "setInterval", "setImmediate"] as const).map((name) => guardCall(globalThis, name, `${name}()`, check))
  ]
}

const guardChance = (check: Check): ReadonlyArray<() => void> => [
  guardCall(Math, "random", "Math.random()", check),
  guardCall(globalThis.crypto, "randomUUID", "crypto.randomUUID()", check),
  guardCall(globalThis.crypto, "getRandomValues", "crypto.getRandomValues()", check),
  guardCall(globalThis, "fetch", "fetch()", check)
]

const guardCall = (holder: object, name: string, what: string, check: Check): (() => void) => {
  const real = Reflect.get(holder, name) as (...given: ReadonlyArray<unknown>) => unknown
  const guard = (...given: ReadonlyArray<unknown>): unknown => {
    check(what, guard)
    return Reflect.apply(real, holder, given)
  }
  return replace(holder, name, guard)
}

const capture = (printed: Array<string>): ReadonlyArray<() => void> => [
  ...(["log", "info", "warn", "error", "debug"] as const).map((name) => {
    const real = console[name].bind(console)
    return replace(console, name, (...given: ReadonlyArray<unknown>): void => {
      if (loading.getStore() === true) printed.push(`${format(...given)}\n`)
      else real(...given)
    })
  }),
  ...[process.stdout, process.stderr].map((stream) => {
    const real = stream.write.bind(stream) as (...given: ReadonlyArray<unknown>) => boolean
    return replace(stream, "write", (chunk: string | Uint8Array, ...rest: ReadonlyArray<unknown>): boolean => {
      if (loading.getStore() !== true) return real(chunk, ...rest)
      printed.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"))
      const done = rest.find((one) => typeof one === "function") as (() => void) | undefined
      done?.()
      return true
    })
  })
]

const printedWarning = (printed: ReadonlyArray<string>): ReadonlyArray<Diagnostic> => {
  const text = printed.join("").trimEnd()
  if (text === "") return []
  const lines = text.split("\n")
  const shown = lines.slice(0, 3).map((line) => JSON.stringify(line))
  const more = lines.length > shown.length ? ` and ${lines.length - shown.length} lines more` : ""
  return [
    warningOf("D018", "the scenario prints while it is loaded", { notes: [`${shown.join(", ")}${more}`], help: "take the print out" })
  ]
}
