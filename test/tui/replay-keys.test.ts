/** What keys do to a replay, and where its playhead goes. */
import { describe, expect, test } from "vitest"
import { parseClock, spotOf, spotOfTime } from "../../src/tui/goto.ts"
import { type Key, keysOf, type Press, pressed, typed } from "../../src/tui/key.ts"
import { faster, slower } from "../../src/tui/pace.ts"
import { indexOf } from "../../src/tui/replay-recording.ts"
import { linkOf, playOn, pressKey, type ReplayState, startReplay } from "../../src/tui/replay-state.ts"
import { eventsOf, planOf, small } from "./drills.ts"

const index = indexOf(planOf(small), eventsOf(small), 2_700_000, "complete")
const begin = startReplay(spotOfTime(index, 0))
const press = (state: ReplayState, ...keys: ReadonlyArray<Key | string>): ReplayState =>
  keys.reduce<ReplayState>((now, key) => pressKey(index, now, typeof key === "string" ? typed(key) : key, "k7d2q9mx").state, state)
const tagAt = (state: ReplayState): string => index.events[state.index]?.event._tag ?? ""

describe("seeking", () => {
  test("by event, second, ten seconds, and to both ends", () => {
    expect(press(begin, pressed("right")).index).toBe(begin.index + 1)
    expect(press(begin, pressed("right"), pressed("right"), pressed("left")).index).toBe(begin.index + 1)
    expect(press(begin, pressed("left")).message).toContain("before 0:00 the cluster settles")
    expect(press(begin, pressed("right", { shift: true })).atMs).toBe(1_000)
    expect(press(begin, pressed("right", { ctrl: true })).atMs).toBe(10_000)
    expect(press(begin, pressed("end"))).toMatchObject({ atMs: 2_700_000, index: index.events.length - 1 })
    expect(press(begin, pressed("end"), pressed("home")).atMs).toBe(0)
    expect(press(begin, pressed("left", { ctrl: true })).atMs).toBeGreaterThanOrEqual(index.events[0]?.at ?? 0)
  })

  test("by fault and failure, with a word where there is none", () => {
    expect(tagAt(press(begin, "]"))).toBe("fault/ZoneLost")
    expect(tagAt(press(begin, "]", "]"))).toBe("fault/ZoneReturned")
    expect(press(begin, "]", "]", "]").message).not.toBe("")
    const failure = press(begin, "}")
    expect(index.severities[failure.index]).toBe("bad")
    expect(failure.atMs).toBe(120_000)
  })

  test("to what is typed: time, event, text, fault", () => {
    const go = (text: string): ReplayState => press(begin, ":", ...text, pressed("enter"))
    expect(go("3m20s").atMs).toBe(200_000)
    expect(go("2:41").atMs).toBe(161_000)
    expect(go("#7").index).toBe(6)
    expect(tagAt(go("us-west-2c"))).toBe("fault/ZoneLost")
    expect(tagAt(go("/evicted"))).toBe("kube/PodEvicted")
    expect(go("nonsense").message).toContain('nothing at "nonsense"')
    expect(press(begin, ":", "x", pressed("escape")).question).toBeUndefined()
    expect([parseClock("1:02:03.4"), parseClock("61:00"), parseClock("1:99")]).toEqual([3_723_400, 3_660_000, undefined])
    expect(spotOf(index, "event:3")?.index).toBe(2)
  })

  test("a mark is gone back to", () => {
    const marked = press(begin, "]", "m", pressed("end"), "'")
    expect(marked.atMs).toBe(120_000)
    expect(press(begin, "'").message).toContain("no mark yet")
  })
})

describe("playing", () => {
  test("goes on at its pace and stops at the end; space at the end begins again", () => {
    const playing = press(begin, " ")
    expect(playOn(index, playing, 1_000).atMs).toBe(10_000)
    const over = playOn(index, playing, 1_000_000)
    expect(over).toMatchObject({ atMs: 2_700_000, isPlaying: false })
    expect(press(over, " ")).toMatchObject({ atMs: 0, isPlaying: true })
    expect(playOn(index, begin, 1_000)).toBe(begin)
  })

  test("folding idle stretches jumps to shortly before the next event", () => {
    const playing = { ...startReplay(spotOfTime(index, 0), 10, true), isPlaying: true }
    expect(playOn(index, playing, 100).atMs).toBe(120_000 - 10_000 + 1_000)
  })

  test("paces have a fastest and a slowest", () => {
    expect([faster(60), slower(60), faster(undefined), slower(0.1)]).toEqual([120, 30, undefined, 0.1])
    expect(press(begin, "+").pace).toBe(30)
  })
})

describe("lists and panels", () => {
  test("a filter lists what holds the text; esc lists all again", () => {
    const filtered = press(begin, "/", ..."evicted", pressed("enter"))
    expect(filtered.filter).toBe("evicted")
    expect(tagAt(press(filtered, "j"))).toBe("kube/PodEvicted")
    expect(press(filtered, pressed("escape")).filter).toBe("")
    expect(index.severities[press(begin, "f", "j").index]).toBeDefined()
  })

  test("quitting, copying and saving are wishes", () => {
    const wish = (key: Key) => pressKey(index, begin, key, "k7d2q9mx").wish
    expect(wish(typed("q"))).toEqual({ _tag: "Quit" })
    expect(wish({ ...typed("c"), ctrl: true })).toEqual({ _tag: "Quit" })
    expect(wish(typed("y"))).toEqual({ _tag: "Copy", text: "drill replay k7d2q9mx --at 0s" })
    expect(wish(typed("s"))).toEqual({ _tag: "Save" })
    expect(linkOf("k7d2q9mx", press(begin, "]"))).toBe("drill replay k7d2q9mx --at 2m")
  })

  test("a press is taken apart: pasted text, arrows, control letters", () => {
    const none: Press = {
      upArrow: false,
      downArrow: false,
      leftArrow: false,
      rightArrow: false,
      pageDown: false,
      pageUp: false,
      home: false,
      end: false,
      return: false,
      escape: false,
      tab: false,
      backspace: false,
      delete: false,
      ctrl: false,
      shift: false,
      meta: false
    }
    expect(keysOf("2m\r", none).map(({ name, text }) => `${name}:${text}`)).toEqual(["text:2", "text:m", "enter:"])
    expect(keysOf("", { ...none, rightArrow: true, shift: true })).toEqual([pressed("right", { shift: true })])
    expect(keysOf("c", { ...none, ctrl: true })).toEqual([{ ...typed("c"), ctrl: true }])
    expect(keysOf("x", { ...none, meta: true })).toEqual([])
  })
})
