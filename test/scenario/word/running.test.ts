/** How a workload's words say how its pods run. */
import { expect, test } from "vitest"
import { runningOf } from "../../../src/scenario/word/running.ts"

test("images of named size go into the template as they are; nothing said, nothing there", () => {
  const images = [{ name: "shop:1.2", sizeMiB: 480 }]
  expect(runningOf({ images }, "deployment web", undefined)).toEqual({ images })
  expect(runningOf({}, "deployment web", undefined)).toEqual({})
})

test("a size below nothing is refused, by the image's name", () => {
  expect(() => runningOf({ images: [{ name: "shop:1.2", sizeMiB: -1 }] }, "deployment web", undefined)).toThrow(/images "shop:1.2" sizeMiB/)
})
