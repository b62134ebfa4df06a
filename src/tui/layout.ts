/**
 * How a screen is divided: a pure function of its size and of how much there is to show. Areas stand one under the other, their
 * rows add up to the screen's, and the log takes what is left.
 */
import type { Size } from "./draw.ts"

export const smallest: Size = { columns: 60, rows: 12 }
const compact: Size = { columns: 80, rows: 24 }
const full: Size = { columns: 120, rows: 40 }

/** `full`: boxes for everything; `compact`: boxes for zones, reach and expectations; `strips`: rows alone. */
export type Extent = "full" | "compact" | "strips" | "too small"

const holds = (size: Size, least: Size): boolean => size.columns >= least.columns && size.rows >= least.rows

export const extentOf = (size: Size): Extent =>
  holds(size, full) ? "full" : holds(size, compact) ? "compact" : holds(size, smallest) ? "strips" : "too small"

/** How much there is to show. */
export interface Wants {
  readonly zones: number
  /** Of the zone with most nodes. */
  readonly nodesMax: number
  readonly lanes: number
  /** Rows that probes and expectations would take. */
  readonly middle: number
}

export interface Layout {
  readonly extent: Extent
  /** Zones as boxes side by side, or as one strip each. */
  readonly zonesAs: "boxes" | "strips"
  readonly zones: number
  readonly middle: number
  readonly timeline: number
  readonly log: number
}

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most))

/** A box narrower than this shows no node's name. */
const boxColumnsMin = 24

/** The live screen: one row of header and one of keys are taken off first. */
export const liveLayout = (size: Size, wants: Wants): Layout => {
  const extent = extentOf(size)
  const rows = size.rows - 2
  const zonesAs = extent !== "strips" && wants.zones > 0 && size.columns / wants.zones >= boxColumnsMin ? "boxes" : "strips"
  if (extent === "too small") return { extent, zonesAs: "strips", zones: 0, middle: 0, timeline: 0, log: 0 }
  if (extent === "strips") {
    const zones = between(1, wants.zones, rows - 6)
    const timeline = between(3, wants.lanes, rows - zones - 1)
    return { extent, zonesAs, zones, middle: 0, timeline, log: rows - zones - timeline }
  }
  const most = extent === "full" ? 14 : 8
  const boxed = extent === "full" ? 2 : 0
  const zones = zonesAs === "boxes" ? between(6, wants.nodesMax + 5, most) : between(1, wants.zones, most)
  const middle = between(4, wants.middle + 2, extent === "full" ? 11 : 6)
  const timeline = between(4, wants.lanes, extent === "full" ? 10 : 5) + boxed
  return { extent, zonesAs, zones, middle, timeline, log: rows - zones - middle - timeline }
}

/** The replay screen: header, keys and the line for questions are taken off first. `log` holds events beside causes. */
export const replayLayout = (size: Size, wants: Wants): Layout => {
  const extent = extentOf(size)
  const rows = size.rows - 3
  if (extent === "too small") return { extent, zonesAs: "strips", zones: 0, middle: 0, timeline: 0, log: 0 }
  if (extent === "strips") {
    const zones = between(1, wants.zones, 3)
    return { extent, zonesAs: "strips", zones, middle: 0, timeline: 4, log: rows - zones - 4 }
  }
  const zonesAs = extent === "full" && wants.zones > 0 && size.columns / wants.zones >= boxColumnsMin ? "boxes" : "strips"
  const zones = zonesAs === "boxes" ? between(6, wants.nodesMax + 5, 10) : between(1, wants.zones, 6)
  const timeline = between(4, wants.lanes, extent === "full" ? 12 : 8) + (extent === "full" ? 2 : 0)
  return { extent, zonesAs, zones, middle: 0, timeline, log: rows - zones - timeline }
}
