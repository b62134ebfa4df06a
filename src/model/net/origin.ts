/** Whose rule it was: every part of the fabric, and every verdict, points back to what the owner wrote. */

/** The resource, and its part, in the owner's words: `{ resource: "rtb-public", part: "0.0.0.0/0 → igw" }`. */
export interface Origin {
  readonly resource: string
  readonly part?: string
}
