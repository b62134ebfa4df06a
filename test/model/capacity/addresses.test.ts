import fc from "fast-check"
import { expect, test } from "vitest"
import {
  type AddressBook,
  evolveAddresses,
  fillNode,
  freeAddressOf,
  growPool,
  pickPodAddress,
  startAddresses
} from "../../../src/model/capacity/addresses.ts"
import type { CapacityEvent } from "../../../src/model/capacity/message.ts"
import type { InstanceTerms, SubnetTerms } from "../../../src/model/capacity/terms.ts"
import { chanceOf } from "../../../src/model/value/chance.ts"

const small: InstanceTerms = { type: "small", interfacesMax: 3, slotsPerInterface: 3, allocatableMilliCpu: 1_930, allocatableMiB: 7_000 }
const subnet: SubnetTerms = {
  id: "s",
  zone: "a",
  cidr: "10.0.0.0/27",
  reserved: ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.31"]
}

const bookOf = (pinned: ReadonlyArray<string> = [], cidr = subnet.cidr): AddressBook =>
  startAddresses([{ name: "n", subnet: "s", instanceType: "small", address: "10.0.0.10", pinned }], {
    subnets: new Map([["s", { ...subnet, cidr, reserved: [...subnet.reserved, "10.0.0.7"] }]]),
    instanceTypes: new Map([["small", small]])
  })

const decide = (book: AddressBook, decider: typeof fillNode): ReadonlyArray<CapacityEvent> => {
  const events: Array<CapacityEvent> = []
  const turn = {
    now: 0,
    chance: chanceOf(1),
    settling: true,
    cause: 0,
    ask: () => undefined,
    askOnce: () => undefined,
    emit: (event: CapacityEvent) => {
      evolveAddresses(book, event)
      return events.push(event)
    }
  }
  decider({ addresses: book }, { node: "n" }, turn)
  return events
}

const assign = (book: AddressBook, pod: string, pinned?: string): string => {
  const picked = pickPodAddress(book, "n", pinned)
  if ("refusal" in picked) return picked.refusal
  evolveAddresses(book, { _tag: "kube/PodAddressAssigned", pod, node: "n", address: picked.address })
  return picked.address
}

test("a node's first interface bears the node's own address and fills every slot from the lowest free one", () => {
  expect(decide(bookOf(), fillNode)).toEqual([
    { _tag: "capacity/InterfaceAttached", node: "n", index: 0, subnet: "s", own: "10.0.0.10", slots: ["10.0.0.4", "10.0.0.5", "10.0.0.6"] }
  ])
})

test("pinned addresses are among the slots, and only the pod they belong to gets them", () => {
  const book = bookOf(["10.0.0.20"])
  expect(decide(book, fillNode)[0]?.slots).toEqual(["10.0.0.4", "10.0.0.5", "10.0.0.20"])
  expect([assign(book, "x"), assign(book, "y"), assign(book, "pinned", "10.0.0.20")]).toEqual(["10.0.0.4", "10.0.0.5", "10.0.0.20"])
})

test("one interface's worth of addresses is kept spare until the type allows no more", () => {
  const book = bookOf()
  decide(book, fillNode)
  expect(decide(book, growPool)).toEqual([])
  assign(book, "p0")
  expect(decide(book, growPool)).toHaveLength(1)
  for (let index = 1; index < 6; index++) assign(book, `p${index}`)
  expect(decide(book, growPool)).toHaveLength(1)
  for (let index = 6; index < 9; index++) assign(book, `p${index}`)
  expect(decide(book, growPool)).toEqual([])
  expect(assign(book, "p9")).toContain("3 of 3 interfaces, none spare")
})

test("an address that is not spare is refused to the pod it is pinned to", () => {
  const book = bookOf()
  decide(book, fillNode)
  expect(assign(book, "p", "10.0.0.30")).toContain("10.0.0.30 is not spare")
})

test("a full subnet gives no interface and no front end", () => {
  const book = bookOf([], "10.0.0.0/29")
  decide(book, fillNode)
  expect(freeAddressOf(book, "s")).toBeUndefined()
  expect(decide(book, growPool)).toEqual([])
})

test("over any sequence of pods coming and going no address is handed out twice, and none is lost", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 120 }), (moves) => {
      const book = bookOf()
      decide(book, fillNode)
      const held = new Map<string, string>()
      for (const move of moves) {
        const pod = `p${move}`
        if (held.has(pod)) {
          evolveAddresses(book, { _tag: "kube/PodRemoved", pod })
          held.delete(pod)
        } else {
          const address = assign(book, pod)
          if (!address.includes(" ")) held.set(pod, address)
          decide(book, growPool)
        }
        expect(new Set(held.values()).size).toBe(held.size)
        const pool = book.pools.get("n")
        expect((pool?.spare.size ?? 0) + held.size).toBe((pool?.interfaces ?? 0) * 3)
      }
    })
  )
})
