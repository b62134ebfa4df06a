/** A cluster whose folder lacks answers, or has types that are not known. */
import { afterAll, describe, expect, test } from "vitest"
import { openFolders, refusalOf, takenOut } from "./folders.ts"

const folders = openFolders()
afterAll(folders.remove)

describe("clusters", () => {
  test("without instances: as many nodes as are desired, over the group's subnets, in the cluster's own group", () => {
    const aws = folders.imported({ "describe-instances.json": takenOut, "describe-auto-scaling-groups.json": takenOut })
    const cluster = aws.cluster()
    const [group] = cluster.nodeGroups
    expect(group?.options).toMatchObject({
      nodes: 2,
      subnets: ["subnet-0pria", "subnet-0prib"],
      groups: ["sg-0eks"],
      instanceType: "m5.large"
    })
    const said = cluster.described.flatMap((part) => (part._tag === "Note" && part.spec.code === "D024" ? part.spec.notes : []))
    expect(said.map((note) => note.replace(/^.*\.json: /, ""))).toEqual([
      "no instances are in the folder: nodes by their number, over the group's subnets in turn: 2 of workers",
      "security groups of nodes, the cluster's own: workers",
      "no scaling group is in the folder: impaired nodes are not replaced, zones not rebalanced: workers"
    ])
  })

  test("an instance type that is not known, and a group that does not tell one", () => {
    const refusal = (change: (text: string) => string) => {
      const aws = folders.imported({ "describe-instances.json": takenOut, "describe-nodegroup.json": change })
      try {
        aws.cluster()
      } catch (thrown) {
        return String(thrown)
      }
      return "taken"
    }
    expect(refusal((text) => text.replace("m5.large", "m5.lrge"))).toContain(
      'instance type "m5.lrge" is not known (did you mean "m5.large"'
    )
    expect(refusal((text) => text.replace(/"instanceTypes": \[[^\]]*\],/, ""))).toContain(
      "workers has no instanceTypes, and no node that tells its type"
    )
  })

  const profile = (name: string, more: object = {}): string =>
    JSON.stringify({
      fargateProfile: {
        fargateProfileName: name,
        clusterName: "shop",
        podExecutionRoleArn: "arn:aws:iam::111122223333:role/pods",
        subnets: ["subnet-0pria", "subnet-0prib"],
        selectors: [{ namespace: "batch", labels: { app: "worker" } }],
        status: "ACTIVE",
        ...more
      }
    })
  test("Fargate profiles stand in their subnets, in the cluster's own group; those on their way out are left out", () => {
    const aws = folders.imported({
      "describe-fargate-profile-shop-batch.json": () => profile("batch"),
      "describe-fargate-profile-shop-old.json": () => profile("old", { status: "DELETING" })
    })
    const { described } = aws.cluster()
    expect(described.flatMap((part) => (part._tag === "FargateProfile" ? [part.spec] : []))).toEqual([
      {
        name: "batch",
        subnets: ["subnet-0pria", "subnet-0prib"],
        groups: ["sg-0eks"],
        selectors: [{ namespace: "batch", labels: { app: "worker" } }]
      }
    ])
    const left = described.flatMap((part) => (part._tag === "Note" && part.spec.code === "D026" ? (part.spec.notes ?? []) : []))
    expect(left.join()).toContain("Fargate profiles that are not in force: old (DELETING)")
  })

  test("a Fargate profile in a subnet that no file has", () => {
    const aws = folders.imported({ "describe-fargate-profile.json": () => profile("batch", { subnets: ["subnet-0none"] }) })
    expect(JSON.stringify(refusalOf(() => aws.cluster()))).toContain("Fargate profile batch names subnet-0none, which is not in")
  })
})
