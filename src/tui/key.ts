/** Keys as the screens name them, whatever library read them. */

/** `text`: one character that was typed; with `ctrl`, the letter that was held with it. */
export interface Key {
  readonly name:
    | "text"
    | "left"
    | "right"
    | "up"
    | "down"
    | "home"
    | "end"
    | "pageUp"
    | "pageDown"
    | "enter"
    | "escape"
    | "tab"
    | "backspace"
  readonly text: string
  readonly ctrl: boolean
  readonly shift: boolean
}

const key = (name: Key["name"], change: Partial<Key> = {}): Key => ({ name, text: "", ctrl: false, shift: false, ...change })

/** The flags of a key press as Ink gives them. */
export interface Press {
  readonly upArrow: boolean
  readonly downArrow: boolean
  readonly leftArrow: boolean
  readonly rightArrow: boolean
  readonly pageDown: boolean
  readonly pageUp: boolean
  readonly home: boolean
  readonly end: boolean
  readonly return: boolean
  readonly escape: boolean
  readonly tab: boolean
  readonly backspace: boolean
  readonly delete: boolean
  readonly ctrl: boolean
  readonly shift: boolean
  readonly meta: boolean
}

const named: ReadonlyArray<readonly [flag: keyof Press, name: Key["name"]]> = [
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["home", "home"],
  ["end", "end"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"]
]

/** Keys of one press. Text typed fast or pasted comes in one press and is taken apart; what is unknown is no key. */
export const keysOf = (input: string, press: Press): ReadonlyArray<Key> => {
  const found = named.find(([flag]) => press[flag])
  if (found !== undefined) return [key(found[1], { ctrl: press.ctrl, shift: press.shift })]
  if (press.ctrl) return [...input].length === 1 ? [key("text", { text: input, ctrl: true })] : []
  if (press.meta) return []
  return [...input].flatMap((text) => (text === "\n" || text === "\r" ? [key("enter")] : text < " " ? [] : [key("text", { text })]))
}

/** A typed character without modifiers, for tests and tables. */
export const typed = (text: string): Key => key("text", { text })
export const pressed = (name: Key["name"], change: Partial<Key> = {}): Key => key(name, change)
