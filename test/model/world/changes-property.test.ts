/** A network that was changed step by step is the network that is drawn at once; and a change that is refused changes nothing. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { AwsTopology } from "../../../src/model/cloud/aws/topology.ts"
import { changeTopology, type NetworkChange, subjectOfChange } from "../../../src/model/cloud/change.ts"
import type { Fabric } from "../../../src/model/net/fabric.ts"
import { compareText } from "../../../src/model/value/text.ts"
import { evolve } from "../../../src/model/world/evolve.ts"
import { networkNow } from "../../../src/model/world/network-now.ts"
import { startWorld, stateOf, type World, worldAt } from "../../../src/model/world/world.ts"
import { smallPlan } from "../../small-cluster.ts"

const plan = smallPlan()
if (plan.topology._tag !== "AwsTopology") throw new Error("the small cluster is at AWS")
const start: AwsTopology = plan.topology
const ids = (things: ReadonlyArray<{ readonly id: string }>) => things.map(({ id }) => id)
const one = (values: ReadonlyArray<string>) => fc.constantFrom(...values, "nowhere")
const subnet = one(ids(start.subnets))
const table = one(ids(start.routeTables))
const group = one(ids(start.securityGroups))
const destination = fc.constantFrom("0.0.0.0/0", "172.16.0.0/12", "192.0.2.0/24")
const target = one([...ids(start.internetGateways), ...ids(start.natGateways), "nat-new"])
const direction = fc.constantFrom("ingress" as const, "egress" as const)
const rule = fc.record({
  protocol: fc.constantFrom("tcp" as const, "all" as const),
  fromPort: fc.constantFrom(0, 443),
  toPort: fc.constantFrom(443, 65_535),
  peer: fc.constantFrom("0.0.0.0/0", "10.0.0.0/8")
})
const tagged = <Tag extends NetworkChange["_tag"]>(_tag: Tag) => fc.constant(_tag)

const change: fc.Arbitrary<NetworkChange> = fc.oneof(
  fc.record({ _tag: tagged("SetRoute"), table, destination, target }),
  fc.record({ _tag: tagged("DeleteRoute"), table, destination }),
  fc.record({ _tag: tagged("AssociateRouteTable"), subnet, table }),
  fc.record({
    _tag: tagged("CreateNatGateway"),
    id: fc.constant("nat-new"),
    subnet: fc.constantFrom(...ids(start.subnets)),
    privateAddress: fc.constant("10.0.0.200"),
    publicAddress: fc.constant("192.0.2.77")
  }),
  fc.record({ _tag: tagged("DeleteNatGateway"), id: one([...ids(start.natGateways), "nat-new"]) }),
  fc.record({ _tag: tagged("AuthorizeRule"), group, direction, rule }),
  fc.record({ _tag: tagged("RevokeRule"), group, direction, rule }),
  fc.record({ _tag: tagged("DetachInternetGateway"), id: one(ids(start.internetGateways)) }),
  fc.record({
    _tag: tagged("BlockPublicAccess"),
    vpc: one(ids(start.vpcs)),
    mode: fc.constantFrom("off" as const, "ingress" as const, "bidirectional" as const)
  })
)

/** Those of a row of changes that can be made, one after the other. */
const made = (wishes: ReadonlyArray<NetworkChange>): { readonly changes: ReadonlyArray<NetworkChange>; readonly topology: AwsTopology } => {
  let topology = start
  const changes: Array<NetworkChange> = []
  for (const wish of wishes) {
    const changed = changeTopology(topology, wish)
    if ("refused" in changed || changed.topology._tag !== "AwsTopology") continue
    topology = changed.topology
    changes.push(wish)
  }
  return { changes, topology }
}

const changed = (world: World, changes: ReadonlyArray<NetworkChange>): World => {
  for (const [index, each] of changes.entries())
    evolve(world, { _tag: "cloud/ResourceChanged", subject: subjectOfChange(each), change: each }, 0, index + 1)
  return world
}

const byKey = <Value>(entries: Iterable<readonly [string, Value]>): ReadonlyMap<string, Value> =>
  new Map([...entries].sort(([left], [right]) => compareText(left, right)))

/** Which of all that were ever put under an id is a matter of the way there. */
const withoutEpochs = (components: Fabric["components"]) =>
  [...components].map(([id, component]) => [id, { ...component, epoch: 0 }] as const)

const partsOf = ({ components, ports, segments, tables, owners }: Fabric) => ({
  components: byKey(withoutEpochs(components)),
  ports: byKey(ports),
  segments: byKey(segments),
  tables: byKey(tables),
  owners: byKey([...owners].map(([address, holders]) => [address, [...holders].sort(compareText)] as const))
})

describe("changes of a network", () => {
  test("step by step or at once: the same fabric, and the same addresses taken", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (wishes) => {
        const { changes, topology } = made(wishes)
        const stepped = changed(startWorld(plan), changes)
        const drawn = startWorld({ ...plan, topology })
        expect(partsOf(stepped.fabric)).toEqual(partsOf(drawn.fabric))
        const taken = (world: World) =>
          [...world.addresses.subnets].map(([id, book]) => [id, [...book.taken].sort((left, right) => left - right)])
        expect(taken(stepped)).toEqual(taken(drawn))
      }),
      { numRuns: 150 }
    )
  })

  test("a world taken up from a snapshot in the middle goes on to the same network", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), fc.nat(10), (wishes, cut) => {
        const { changes } = made(wishes)
        const whole = changed(startWorld(plan), changes)
        const half = structuredClone(stateOf(changed(startWorld(plan), changes.slice(0, cut))))
        const resumed = changed(worldAt(plan, half), changes.slice(cut))
        expect(networkNow(resumed).topology).toEqual(networkNow(whole).topology)
        expect(partsOf(resumed.fabric)).toEqual(partsOf(whole.fabric))
      }),
      { numRuns: 60 }
    )
  })
})
