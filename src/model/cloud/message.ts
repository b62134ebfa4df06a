/** What came to be of changes of the network. `subject`: the thing changed, by its owner's id. */
import { Schema } from "effect"
import { NetworkChange } from "./change.ts"

/** Somebody asked for a change that takes its time. */
export const ChangeBegan = Schema.TaggedStruct("cloud/ChangeBegan", { subject: Schema.String, change: NetworkChange })
export const ResourceChanged = Schema.TaggedStruct("cloud/ResourceChanged", { subject: Schema.String, change: NetworkChange })

/** Another component answers under a name from now on. */
export const FailedOver = Schema.TaggedStruct("cloud/FailedOver", {
  subject: Schema.String,
  from: Schema.String,
  to: Schema.String,
  name: Schema.String,
  address: Schema.String
})

export const cloudEvents = [ChangeBegan, ResourceChanged, FailedOver] as const
export type CloudEvent = typeof ChangeBegan.Type | typeof ResourceChanged.Type | typeof FailedOver.Type

export type CloudTimer = { readonly _tag: "cloud/ChangeDue"; readonly change: NetworkChange }
