/** Which pods are Fargate's, and by which profile. */
import { describe, expect, test } from "vitest"
import { profileFor, profileOfWorkload, selects, unsupportedBy } from "../../../src/model/kube/fargate-profile.ts"
import type { FargateProfileSpec } from "../../../src/model/kube/spec.ts"
import { appOf } from "../../flat-plan.ts"

const profile = (name: string, ...selectors: FargateProfileSpec["selectors"]): FargateProfileSpec => ({
  name,
  subnets: ["private-a"],
  groups: [],
  selectors
})

describe("a selector", () => {
  test.each([
    ["takes every pod of its namespace without labels", { namespace: "batch" }, "batch", {}, true],
    ["leaves other namespaces alone", { namespace: "batch" }, "batch-2", {}, false],
    ["wants all of its labels", { namespace: "batch", labels: { app: "a", tier: "x" } }, "batch", { app: "a" }, false],
    ["does not mind more labels", { namespace: "batch", labels: { app: "a" } }, "batch", { app: "a", tier: "x" }, true],
    ["takes any text for *", { namespace: "team-*" }, "team-", {}, true],
    ["takes exactly one character for ?", { namespace: "team-?" }, "team-ab", {}, false],
    ["takes a dot for a dot", { namespace: "a.?" }, "axb", {}, false],
    ["has wildcards in labels too", { namespace: "*", labels: { "app*": "web-?" } }, "shop", { application: "web-1" }, true]
  ])("%s", (_what, selector, namespace, labels, matches) => {
    expect(selects(selector, namespace, labels as Record<string, string>)).toBe(matches)
  })
})

describe("a pod that several profiles match", () => {
  const profiles = [profile("zeta", { namespace: "*" }), profile("alpha", { namespace: "shop" }), profile("beta", { namespace: "shop" })]
  test("is for the one whose name sorts first", () => {
    expect(profileFor(profiles, "shop", {})?.name).toBe("alpha")
    expect(profileFor(profiles, "other", {})?.name).toBe("zeta")
  })
  test("names another one by its label, if that matches it", () => {
    const chosen = (name: string, namespace: string) => profileFor(profiles, namespace, { "eks.amazonaws.com/fargate-profile": name })?.name
    expect(chosen("beta", "shop")).toBe("beta")
    expect(chosen("beta", "other")).toBe("zeta")
  })
  test("is nobody's where none matches, or there is none", () => {
    expect(profileFor([profile("alpha", { namespace: "shop" })], "other", {})).toBeUndefined()
    expect(profileFor(undefined, "shop", {})).toBeUndefined()
  })
  test("is not one of a DaemonSet", () => {
    const [all] = [[profile("all", { namespace: "*" })]]
    expect(profileOfWorkload(all, appOf("agent", 0, {}, { kind: "DaemonSet" }))).toBeUndefined()
    expect(profileOfWorkload(all, appOf("web", 1))?.name).toBe("all")
  })
})

describe("Fargate runs no pod", () => {
  const reasons = (template: Parameters<typeof appOf>[2]) =>
    unsupportedBy(appOf("a", 1, template).template, [
      { name: "disk", kind: "gp3", zone: "a" },
      { name: "share", kind: "efs", attaches: false }
    ])
  test.each([
    ["on the host network", { hostNetwork: true }, "Pod not supported on Fargate: fields not supported: HostNetwork"],
    ["that is privileged", { privileged: true }, "Pod not supported on Fargate: invalid SecurityContext fields: Privileged"],
    ["with a disk", { volume: "disk" }, "Pod not supported on Fargate: volumes not supported: disk is a disk that is attached"],
    [
      "with a claim for a disk",
      { volumeClaim: { name: "data", kind: "gp3", zonal: true, attaches: true } },
      "Pod not supported on Fargate: volumes not supported: data is a disk that is attached"
    ]
  ])("%s", (_what, template, message) => {
    expect(reasons(template)).toBe(message)
  })
  test("unless what it mounts comes over the network", () => {
    expect(reasons({ volume: "share" })).toBeUndefined()
    expect(reasons({ volumeClaim: { name: "data", kind: "efs", zonal: false, attaches: false } })).toBeUndefined()
  })
})
