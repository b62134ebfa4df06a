/** Selectors, as `kubectl -l`, nodeAffinity and matchExpressions read them. */
import { describe, expect, test } from "vitest"
import { hasAll, meets, selectorMatches } from "../../../src/model/kube/labels.ts"
import { nodeAffinityAllows, nodePreferenceOf } from "../../../src/model/kube/node-affinity.ts"
import type { PodTemplate, Requirement } from "../../../src/model/kube/template.ts"
import { messages, placesOf, play, told, workload } from "./stage.ts"

const labels = { app: "web", tier: "", cores: "8", release: "1.20" }
const need = (key: string, operator: Requirement["operator"], ...values: ReadonlyArray<string>): Requirement => ({ key, operator, values })
const template = (rest: Partial<PodTemplate>): PodTemplate => ({ labels: {}, hostNetwork: false, serves: [], ...rest })

describe("one requirement", () => {
  test.each([
    ["In: one of the values", need("app", "In", "api", "web"), true],
    ["In: none of them", need("app", "In", "api"), false],
    ["In: a label that is not there is in nothing", need("zone", "In", ""), false],
    ["In: an empty value is a value", need("tier", "In", ""), true],
    ["NotIn: another value", need("app", "NotIn", "api"), true],
    ["NotIn: that value", need("app", "NotIn", "api", "web"), false],
    ["NotIn: a label that is not there is not in it", need("zone", "NotIn", "a"), true],
    ["Exists", need("app", "Exists"), true],
    ["Exists: an empty value exists", need("tier", "Exists"), true],
    ["Exists: not there", need("zone", "Exists"), false],
    ["DoesNotExist: there", need("app", "DoesNotExist"), false],
    ["DoesNotExist: an empty value is there", need("tier", "DoesNotExist"), false],
    ["DoesNotExist: not there", need("zone", "DoesNotExist"), true],
    ["Gt: as numbers, not as text", need("cores", "Gt", "16"), false],
    ["Gt: more", need("cores", "Gt", "7"), true],
    ["Gt: the same is not more", need("cores", "Gt", "8"), false],
    ["Lt: less, as numbers", need("cores", "Lt", "16"), true],
    ["Lt: the same is not less", need("cores", "Lt", "8"), false],
    ["Gt: more than a negative", need("cores", "Gt", "-9"), true],
    ["Gt: a label that is no whole number", need("release", "Gt", "1"), false],
    ["Lt: a bound that is no whole number", need("cores", "Lt", "many"), false],
    ["Lt: a label that is not there", need("zone", "Lt", "9"), false]
  ])("%s", (_name, requirement, expected) => {
    expect(meets(labels, requirement)).toBe(expected)
  })
})

describe("a selector", () => {
  test("nothing said selects everything", () => {
    expect(selectorMatches({}, { labels: {}, requirements: [] })).toBe(true)
    expect(hasAll({}, {})).toBe(true)
  })

  test("labels and requirements must all hold", () => {
    const selector = { labels: { app: "web" }, requirements: [need("cores", "In", "8"), need("zone", "DoesNotExist")] }
    expect(selectorMatches(labels, selector)).toBe(true)
    expect(selectorMatches({ ...labels, zone: "a" }, selector)).toBe(false)
    expect(selectorMatches({ ...labels, app: "api" }, selector)).toBe(false)
    expect(selectorMatches({ cores: "8" }, selector)).toBe(false)
  })
})

describe("node affinity", () => {
  test("any of the terms, within a term every requirement, and the node selector besides", () => {
    const affinity = { nodeRequired: [[need("zone", "In", "a"), need("cores", "Gt", "4")], [need("gpu", "Exists")]] }
    const allows = (own: Readonly<Record<string, string>>) => nodeAffinityAllows(template({ affinity, nodeSelector: { pool: "x" } }), own)
    expect(allows({ pool: "x", zone: "a", cores: "8" })).toBe(true)
    expect(allows({ pool: "x", zone: "a", cores: "4" })).toBe(false)
    expect(allows({ pool: "x", zone: "b", gpu: "" })).toBe(true)
    expect(allows({ zone: "b", gpu: "" })).toBe(false)
  })

  test("a term that says nothing allows no node", () => {
    expect(nodeAffinityAllows(template({ affinity: { nodeRequired: [[]] } }), labels)).toBe(false)
  })

  test("preferences add up their weights", () => {
    const nodePreferred = [
      { weight: 10, requirements: [need("app", "In", "web")] },
      { weight: 5, requirements: [need("cores", "Gt", "4"), need("zone", "Exists")] },
      { weight: 1, requirements: [need("cores", "Gt", "4")] }
    ]
    expect(nodePreferenceOf(template({ affinity: { nodePreferred } }), labels)).toBe(11)
  })

  const nodes = [
    { name: "a-1", zone: "a", labels: { disk: "ssd" } },
    { name: "b-1", zone: "b" }
  ]

  test("a node selector that no node meets is told, and preemption would not help", () => {
    const played = play({ nodes, workloads: [workload("Pod", "web", { nodeSelector: { disk: "tape" } })] })
    expect(messages(played, "web")).toEqual([
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. " +
        "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    ])
  })

  test("1.20 says it in its own words", () => {
    const played = play({
      nodes,
      settings: { schedulerTexts: "1.20" },
      workloads: [workload("Pod", "web", { nodeSelector: { disk: "tape" } })]
    })
    expect(messages(played, "web")).toEqual(["0/2 nodes are available: 2 node(s) didn't match node selector."])
  })

  test("every node bears its zone, its host name and its instance type", () => {
    const nodeRequired = [
      [
        need("topology.kubernetes.io/zone", "In", "b"),
        need("kubernetes.io/hostname", "In", "b-1"),
        need("node.kubernetes.io/instance-type", "In", "m5.large")
      ]
    ]
    expect(placesOf(play({ nodes, workloads: [workload("Pod", "web", { affinity: { nodeRequired } })] }), "web")).toEqual(["b-1"])
  })

  test("a preference draws the pod to a node, and is no condition", () => {
    const prefer = (key: string) => ({ affinity: { nodePreferred: [{ weight: 1, requirements: [need(key, "Exists")] }] } })
    const reversed = [
      { name: "a-1", zone: "a" },
      { name: "b-1", zone: "b", labels: { disk: "ssd" } }
    ]
    const [drawn, nowhere] = ["disk", "tape"].map((key) => play({ nodes: reversed, workloads: [workload("Pod", "web", prefer(key))] }))
    // Both empty: least allocated (95 + 97) / 2, balanced 97, spread 200; the preferred node has 100 more.
    expect(told(drawn as ReturnType<typeof play>, "kube/PodScheduled")[0]?.scores).toEqual(["b-1=493", "a-1=393"])
    expect(placesOf(nowhere as ReturnType<typeof play>, "web")).toEqual(["a-1"])
  })
})
