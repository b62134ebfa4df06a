/** `drill capacity`: how many more nodes and pods fit into a subnet, a node group or a Fargate profile, at a moment, and what runs out first. */
import { Effect } from "effect"
import { formatClock } from "../../model/value/instant.ts"
import { roomOf } from "../../model/world/room.ts"
import { Library } from "../../record/library.ts"
import { capacityDocument, documentText } from "../../report/json.ts"
import { capacityText } from "../../report/text-capacity.ts"
import { listed, meant } from "../../scenario/near.ts"
import { exitCode } from "../exit-code.ts"
import type { CapacityInput } from "../flags.ts"
import { mannerOf } from "../manner.ts"
import { Output } from "../output.ts"
import { Refusal } from "../refusal.ts"
import { stageOf } from "../stage.ts"
import type { Verb } from "../verb.ts"

export const capacity: Verb<CapacityInput> = (input, globals) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { style } = yield* mannerOf(globals)
    const stage = yield* stageOf("capacity", input, style)
    const room = roomOf(stage.world, input.what)
    if ("known" in room) {
      const near = meant(input.what, room.known)
      const hint = near === undefined ? `There is ${listed(room.known)}.` : `D${near.slice(1)}`
      return yield* new Refusal({
        exit: exitCode.usage,
        text: `drill capacity: "${input.what}": no subnet, node group or Fargate profile is called that at ${formatClock(stage.atMs)}. ${hint}`
      })
    }
    const exit = stage.exitFor(exitCode.held)
    yield* output.write(globals.json ? documentText(capacityDocument(exit, stage.atMs, room)) : `${capacityText(style, room)}\n`)
    return exit
  }).pipe(Effect.scoped, Effect.provide(Library.layer))
