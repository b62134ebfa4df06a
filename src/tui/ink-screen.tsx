/**
 * The one place that knows Ink. It is handed rows and gives back keys; frames go to a virtual stdout, so that Ink never clears the
 * terminal and another version of it, or none, can stand here. Loaded only when stdout is a terminal.
 */
import { render, Text, useInput } from "ink"
import { useSyncExternalStore } from "react"
import type { HeldInput } from "./held-input.ts"
import { type Key, keysOf } from "./key.ts"
import type { VirtualStdout } from "./virtual-stdout.ts"

export interface InkScreen {
  /** Shows a frame: rows of painted text, each as wide as the terminal. */
  readonly draw: (rows: ReadonlyArray<string>) => void
  readonly close: () => void
}

interface FrameStore {
  readonly frame: () => string
  readonly put: (frame: string) => void
  readonly subscribe: (heard: () => void) => () => void
}

const frameStore = (): FrameStore => {
  let shown = " "
  const listeners = new Set<() => void>()
  return {
    frame: () => shown,
    put: (frame) => {
      shown = frame
      for (const heard of listeners) heard()
    },
    subscribe: (heard) => {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    }
  }
}

const Screen = ({ store, onKey }: { readonly store: FrameStore; readonly onKey: (key: Key) => void }) => {
  const frame = useSyncExternalStore(store.subscribe, store.frame)
  useInput((input, press) => {
    for (const key of keysOf(input, press)) onKey(key)
  })
  return <Text>{frame}</Text>
}

/** Takes the keyboard. The virtual stdout and the input are the caller's to close. */
export const openInk = (stdout: VirtualStdout, stdin: HeldInput, onKey: (key: Key) => void): InkScreen => {
  const store = frameStore()
  const app = render(<Screen store={store} onKey={onKey} />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false
  })
  return { draw: (rows) => store.put(rows.join("\n")), close: () => app.unmount() }
}
