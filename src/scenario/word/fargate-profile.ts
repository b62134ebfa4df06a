/**
 * A Fargate profile as its owner describes it: `fargateProfile("batch", { subnets: ["private-eu-west-1a"], selectors: [{ namespace: "batch" }] })`.
 * Without `groups` its pods are in the cluster's own security group, as at EKS.
 */
import { Schema } from "effect"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readName, readOptions } from "../read.ts"
import type { Described } from "./workload.ts"

/** Selectors of one profile. Source: Amazon EKS user guide, Define which Pods use AWS Fargate. */
export const selectorsMax = 5

const Name = Schema.NonEmptyString
const Options = Schema.Struct({
  /** Private ones: no route of theirs leads to an internet gateway. */
  subnets: Schema.Array(Name),
  /** Up to five, any of which is enough. `*` stands for any text, `?` for one character. */
  selectors: Schema.Array(Schema.Struct({ namespace: Name, labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)) })),
  /** Security groups of its pods' interfaces; the cluster's own when absent. */
  groups: Schema.optionalKey(Schema.Array(Name))
})
export type FargateProfileOptions = typeof Options.Type

export const fargateProfile = (name: string, options: FargateProfileOptions): Described => {
  const place = placeOfCall(fargateProfile)
  const { subnets, selectors, groups } = readOptions(Options, options, `fargateProfile ${name}`, place)
  const many = selectors.length > selectorsMax || selectors.length === 0
  if (many || subnets.length === 0)
    misuse(
      errorOf("D008", `fargateProfile ${name}: ${many ? `${selectors.length} selectors` : "no subnets"}`, {
        place,
        underlined: many ? "selectors" : "subnets",
        notes: [many ? `EKS takes one to ${selectorsMax} a profile` : "its machines stand in private subnets"],
        help: many ? "write one to five, or another profile" : 'add subnets: ["private-…"]'
      })
    )
  return {
    _tag: "FargateProfile",
    place,
    spec: { name: readName(name, "fargateProfile(", place), subnets, groups: groups ?? [], selectors }
  }
}
