/**
 * How a global load balancer spreads requests: each client's go to the nearest region with healthy members, up to what its groups take,
 * and what is left to the next. What no region takes any more stays with the nearest.
 * Source: Cloud Load Balancing docs, external Application Load Balancer, request distribution.
 */

/** Healthy members of one backend; never empty. `capacity`: requests it takes; absent: any number. */
export interface Group {
  readonly region: string
  readonly members: ReadonlyArray<string>
  readonly capacity?: number
}

export interface ClientsOf {
  readonly nearest: ReadonlyArray<string>
  readonly requests: number
}

/** Weights of the members, as whole numbers in the ratio of the requests that they get. */
export const spreadOf = (clients: ReadonlyArray<ClientsOf>, groups: ReadonlyArray<Group>): ReadonlyMap<string, number> => {
  const taken = groups.map(() => 0)
  const give = (index: number, requests: number): void => {
    taken[index] = (taken[index] ?? 0) + requests
  }
  for (const { nearest, requests } of clients) {
    let rest = requests
    const near = nearest.flatMap((region) => groups.flatMap((group, index) => (group.region === region ? [{ group, index }] : [])))
    for (const { group, index } of near) {
      const free = Math.max(0, (group.capacity ?? Number.MAX_SAFE_INTEGER) - (taken[index] ?? 0))
      const given = Math.min(rest, free)
      give(index, given)
      rest -= given
    }
    if (near[0] !== undefined) give(near[0].index, rest)
  }
  const members = groups.reduce((multiple, group) => leastMultiple(multiple, group.members.length), 1)
  return new Map(
    groups.flatMap((group, index) => group.members.map((id) => [id, ((taken[index] ?? 0) * members) / group.members.length] as const))
  )
}

const leastMultiple = (left: number, right: number): number => {
  let [a, b] = [left, right]
  while (b !== 0) [a, b] = [b, a % b]
  return (left / a) * right
}
