/** How much more fits, as a page: the answer first, then every limit, the tightest first. */
import type { Bound } from "../model/capacity/room.ts"
import type { GroupRoom, SubnetRoom } from "../model/world/room.ts"
import { counted } from "./figures.ts"
import { finish, type Style } from "./style.ts"

const boundText = ({ limit, nodes, left, each }: Bound): string =>
  `${limit}: ${counted(nodes, "more node")}, ${left} left${each === 1 ? "" : `, ${each} a full node`}`

const subnetLines = ({ subnet, addresses, free, freeBlocks, groups }: SubnetRoom): ReadonlyArray<string> => [
  `${subnet}: ${free} of ${addresses} addresses free, ${counted(freeBlocks, "whole block")} of 16`,
  ...groups.map(({ group, bound }) => `  ${group}: ${counted(bound.nodes, "more full node")}; ${boundText(bound)}`)
]

const groupLines = ({ group, instanceType, nodes, max, podsPerNode, bounds, nodesMore, podsMore }: GroupRoom): ReadonlyArray<string> => [
  `${group}: ${counted(nodes, "node")} of ${instanceType}${max === undefined ? "" : `, at most ${max}`}`,
  `${counted(nodesMore, "more full node")}, ${counted(podsMore, "more pod")} (${podsPerNode} a node)${bounds[0] === undefined ? "" : `, bounded by ${bounds[0].limit}`}`,
  ...bounds.map((bound) => `  ${boundText(bound)}`)
]

export const capacityText = (style: Style, room: GroupRoom | SubnetRoom): string =>
  finish(style, (room._tag === "GroupRoom" ? groupLines(room) : subnetLines(room)).join("\n"))
