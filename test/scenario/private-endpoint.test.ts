/** A private API endpoint: where it stands, who loses it with a zone, and what it cannot be made of. */
import { afterAll, expect, test } from "vitest"
import { played } from "../played.ts"
import { openFiles, smallScenario } from "./files.ts"

const files = openFiles()
afterAll(files.remove)

const cluster = (more: string): readonly [string, string] => ['version: "1.31", serviceCidr', `version: "1.31", ${more}, serviceCidr`]
const both = cluster('endpoint: "private", subnets: ["private-eu-west-1a", "private-eu-west-1b"]')

test("has an interface in each of two zones, and a name that answers with both", async () => {
  const { plan } = await files.load(files.write("private.ts", smallScenario(both)))
  expect(plan.cluster.api).toMatchObject({ endpoint: "private", name: "small.eks", addresses: ["10.0.95.254", "10.0.127.254"] })
  if (plan.topology._tag !== "AwsTopology") throw new Error("no AWS")
  expect(plan.topology.instances.map(({ id, subnet }) => `${id} ${subnet}`)).toEqual([
    "small-api-eu-west-1a private-eu-west-1a",
    "small-api-eu-west-1b private-eu-west-1b"
  ])
})

test("serves the other zone when one is lost: only the lost zone's node is cut off", async () => {
  const { plan } = await files.load(files.write("zone.ts", smallScenario(both)))
  const cut = played(plan).events.flatMap(({ event }) => (event._tag === "kube/NodeCutOff" ? [event.node] : []))
  const lost = plan.cluster.nodes.filter(({ subnet }) => subnet === "public-eu-west-1b").map(({ name }) => name)
  expect(cut).toEqual(lost)
})

test("needs subnets of two zones", async () => {
  const [diagnostic] = await files.refuse(
    files.write("one.ts", smallScenario(cluster('endpoint: "both", subnets: ["private-eu-west-1a"]')))
  )
  expect(diagnostic?.headline).toBe("eksCluster small: a private endpoint stands in subnets of two zones, 1 found")
  expect(diagnostic?.place?.line).toBe(5)
})
