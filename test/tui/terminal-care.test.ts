/** The terminal is borrowed: what is written to it, when, and that it is given back at every end. */
import { EventEmitter } from "node:events"
import { PassThrough } from "node:stream"
import { describe, expect, test } from "vitest"
import { pacerOf } from "../../src/tui/frame-pacer.ts"
import { HeldInput, partOf } from "../../src/tui/held-input.ts"
import { eraseText } from "../../src/tui/inline.ts"
import { enterText, guardTerminal, type Host, leaveText } from "../../src/tui/terminal.ts"
import { changedRows, type RealStdout, VirtualStdout } from "../../src/tui/virtual-stdout.ts"

const escape = String.fromCharCode(27)

class FakeStdout extends EventEmitter {
  columns = 10
  rows = 3
  writableNeedDrain = false
  written: Array<string> = []
  write = (text: string): boolean => {
    this.written.push(text)
    return true
  }
}
const realOf = (fake: FakeStdout): RealStdout => fake as unknown as RealStdout

describe("frames", () => {
  test("only rows that changed are written, each at its place, erased before it is written", () => {
    expect(changedRows(["a", "b"], ["a", "c"])).toBe(`${escape}[?2026h${escape}[2;1H${escape}[0m${escape}[2Kc${escape}[?2026l`)
    expect(changedRows(["a"], ["a"])).toBe("")
    expect(changedRows(["a", "b"], ["a"])).toContain(`${escape}[2;1H`)
    expect(changedRows(undefined, ["a"])).toContain(`${escape}[2J`)
  })

  test("never more rows than the terminal has; after a resize everything is written again", () => {
    const real = new FakeStdout()
    const out = new VirtualStdout(realOf(real))
    out.write("1\n2\n3\n4")
    expect(real.written.join("")).not.toContain("4")
    real.written = []
    real.emit("resize")
    out.write("1\n2\n3")
    expect(real.written.join("")).toContain(`${escape}[2J`)
    out.close()
    real.written = []
    out.write("5\n6")
    expect(real.written).toEqual([])
    expect([real.listenerCount("resize"), real.listenerCount("drain")]).toEqual([0, 0])
  })

  test("a slow terminal gets the newest frame when it has drained, and none in between", () => {
    const real = new FakeStdout()
    const out = new VirtualStdout(realOf(real))
    real.writableNeedDrain = true
    out.write("first frame")
    out.write("second frame")
    expect(real.written).toEqual([])
    real.writableNeedDrain = false
    real.emit("drain")
    expect(real.written.join("")).toContain("second frame")
    expect(real.written.join("")).not.toContain("first frame")
    expect(out.rows).toBeGreaterThan(1_000_000)
    out.write(`${escape}[?25l`)
    expect(real.written.join("")).not.toContain("[?25l")
  })

  test("a frame is due when it shows something else, not too soon, and rarely at full pace", () => {
    const pacer = pacerOf()
    expect(pacer.isDue(0, "a", false)).toBe(true)
    pacer.drawn(0, 2, "a")
    expect(pacer.isDue(500, "a", false)).toBe(false)
    expect(pacer.isDue(50, "b", false)).toBe(false)
    expect(pacer.isDue(100, "b", false)).toBe(true)
    pacer.keyPressed(100)
    expect(pacer.isDue(60, "b", false)).toBe(true)
    pacer.drawn(200, 30, "c")
    expect(pacer.isDue(200 + 30 * 20 - 1, "d", true)).toBe(false)
    expect(pacer.isDue(200 + 30 * 20, "d", true)).toBe(true)
    pacer.forget()
    expect(pacer.isDue(201, "c", false)).toBe(true)
  })

  test("an inline footer is erased to its first row, broken rows of a narrower terminal too", () => {
    expect(eraseText(["ab", "cd"], 10)).toBe(`\r${escape}[1A${escape}[J`)
    expect(eraseText(["a".repeat(25)], 10)).toBe(`\r${escape}[2A${escape}[J`)
    expect(eraseText([], 10)).toBe("")
  })
})

describe("the guard", () => {
  const hostOf = () => {
    const told: Array<string> = []
    const events = new EventEmitter()
    const host: Host = {
      write: (text) => void told.push(text === enterText ? "enter" : text === leaveText ? "leave" : text),
      setRawMode: (isRaw) => void told.push(isRaw ? "raw" : "cooked"),
      on: (event, listener) => void events.on(event, listener),
      off: (event, listener) => void events.off(event, listener),
      listeners: (event) => events.listenerCount(event),
      exit: (code) => void told.push(`exit ${code}`),
      stop: () => void told.push("stop")
    }
    return { told, events, host }
  }

  test.each(["exit", "uncaughtExceptionMonitor"])("gives the terminal back once at %s, raw mode first", (event) => {
    const { told, events, host } = hostOf()
    const terminal = guardTerminal(host, () => {})
    terminal.enter()
    terminal.setRaw(true)
    terminal.enter()
    events.emit(event)
    events.emit(event)
    terminal.leave()
    expect(told).toEqual(["enter", "raw", "cooked", "leave"])
  })

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ])("ends by %s with %i when nobody else listens, else leaves the ending to them", (signal, code) => {
    const alone = hostOf()
    guardTerminal(alone.host, () => {}).enter()
    alone.events.emit(signal)
    expect(alone.told).toEqual(["enter", "leave", `exit ${code}`])
    const together = hostOf()
    together.events.on(signal, () => {})
    guardTerminal(together.host, () => {}).enter()
    together.events.emit(signal)
    expect(together.told).toEqual(["enter", "leave"])
  })

  test("is suspended and comes back, and leaves no listener behind", () => {
    const { told, events, host } = hostOf()
    let returned = 0
    const terminal = guardTerminal(host, () => void returned++)
    terminal.enter()
    terminal.setRaw(true)
    terminal.suspend()
    events.emit("SIGCONT")
    expect(told).toEqual(["enter", "raw", "cooked", "leave", "stop", "enter", "raw"])
    expect(returned).toBe(1)
    terminal.release()
    terminal.enter()
    expect([told.at(-1), events.eventNames()]).toEqual(["leave", []])
  })
})

describe("keys that come in pieces", () => {
  test("the beginning of a sequence is told from what is whole", () => {
    expect(partOf("ab")).toEqual({ whole: "ab", begun: "" })
    expect(partOf(`a${escape}`)).toEqual({ whole: "a", begun: escape })
    expect(partOf(`${escape}[1;2`)).toEqual({ whole: "", begun: `${escape}[1;2` })
    expect(partOf(`${escape}[D`)).toEqual({ whole: `${escape}[D`, begun: "" })
  })

  test("a lone Esc waits for its rest, and is let through when nothing followed", async () => {
    let due: (() => void) | undefined
    const timers = { after: (_millis: number, then: () => void) => ((due = then), () => void (due = undefined)) }
    const source = new PassThrough() as unknown as NodeJS.ReadStream
    const input = new HeldInput(source, () => {}, 50, timers)
    const seen: Array<string> = []
    input.on("data", (piece: Buffer) => seen.push(piece.toString()))
    input.setRawMode(true)
    const say = async (text: string): Promise<void> => {
      ;(source as unknown as PassThrough).write(text)
      await new Promise((done) => setImmediate(done))
    }
    await say(escape)
    expect(seen).toEqual([])
    await say("[D")
    expect(seen.join("")).toBe(`${escape}[D`)
    await say(escape)
    due?.()
    await new Promise((done) => setImmediate(done))
    expect(seen.join("")).toBe(`${escape}[D${escape}`)
  })
})
