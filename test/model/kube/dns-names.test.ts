import { describe, expect, test } from "vitest"
import { namesAsked, serviceOfName, shortName } from "../../../src/model/kube/dns-names.ts"

const usual = { namespace: "shop", ndots: 5, nodeSearchDomains: 0 }

describe("names asked for until the Service answers", () => {
  test.each([
    // [as it is written, the Service, names]
    ["db", "shop/db", 1],
    ["db.shop", "shop/db", 2],
    ["db.data", "data/db", 2],
    ["db.data.svc", "data/db", 3],
    ["db.data.svc.cluster.local", "data/db", 4],
    ["db.data.svc.cluster.local.", "data/db", 1],
    ["api.example.com", "data/db", 4]
  ])("%s for %s: %i", (given, service, names) => {
    expect(namesAsked(given, service, usual)).toBe(names)
  })
  test("a full name is tried as it stands at once where ndots is no more than its dots", () => {
    expect(namesAsked("db.data.svc.cluster.local", "data/db", { ...usual, ndots: 4 })).toBe(1)
    expect(namesAsked("db.data.svc.cluster.local", "data/db", { ...usual, ndots: 5 })).toBe(4)
  })
  test("a short name is then tried as it stands in vain", () => {
    expect(namesAsked("db.data", "data/db", { ...usual, ndots: 1 })).toBe(3)
    expect(namesAsked("db", "shop/db", { ...usual, ndots: 0 })).toBe(2)
  })
  test("a node's search domains stand behind the cluster's, before the name as it stands", () => {
    const withNode = { ...usual, nodeSearchDomains: 1 }
    expect(namesAsked("db", "shop/db", withNode)).toBe(1)
    expect(namesAsked("db.data.svc.cluster.local", "data/db", withNode)).toBe(5)
    expect(namesAsked("db.data.svc.cluster.local.", "data/db", withNode)).toBe(1)
  })
})

test("the shortest name leaves the caller's own namespace out", () => {
  expect([shortName("shop/db", "shop"), shortName("data/db", "shop")]).toEqual(["db", "db.data"])
})

test.each([
  ["db.data", "data/db"],
  ["db.data.svc", "data/db"],
  ["db.data.svc.cluster.local", "data/db"],
  ["db.data.svc.cluster.local.", "data/db"],
  ["db", undefined],
  ["db.data.", undefined],
  ["db.data.svc.other.local", undefined],
  ["a.b.c.d", undefined]
])("%s names the Service %s", (given, service) => {
  expect(serviceOfName(given)).toBe(service)
})
