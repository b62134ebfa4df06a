/** Ids that a dump names and does not have, and resources that are another account's or region's. */
import { fromAws } from "drill"
import { afterAll, describe, expect, test } from "vitest"
import { notesOf, openFolders, refusalOf, replacing, takenOut } from "./folders.ts"

const folders = openFolders()
afterAll(folders.remove)

const account = "111122223333"
const other = "999988887777"
const told = (changes: Parameters<typeof folders.refused>[0]) =>
  folders.refused(changes).map(({ code, headline, help, place }) => ({ code, headline, help, at: `${place?.path}:${place?.line}` }))

describe("an id that is named", () => {
  test("whose file is missing: which file, why, and the command that writes it", () => {
    const routed = {
      code: "D025",
      headline: "dump/describe-nat-gateways.json is missing: the route 0.0.0.0/0 of rtb-0pria names nat-0a",
      help: "write it: aws ec2 describe-nat-gateways --output json > dump/describe-nat-gateways.json"
    }
    expect(told({ "describe-nat-gateways.json": takenOut })).toEqual([expect.objectContaining(routed)])
    expect(told({ "describe-vpc-peering-connections.json": takenOut }).map(({ headline }) => headline)).toEqual([
      "dump/describe-vpc-peering-connections.json is missing: the route 10.0.0.0/16 of rtb-0dat names pcx-0ab"
    ])
    expect(told({ "describe-network-interfaces.json": takenOut }).map(({ headline }) => headline)).toEqual([
      "dump/describe-network-interfaces.json is missing: vpce-0sts names eni-0sts"
    ])
  })

  test("that its file does not have: both files, the line, what to do", () => {
    expect(told({ "describe-nat-gateways.json": replacing('"NatGatewayId": "nat-0a"', '"NatGatewayId": "nat-0x"') })).toEqual([
      {
        code: "D025",
        headline:
          "dump/describe-route-tables.json: the route 0.0.0.0/0 of rtb-0pria names nat-0a, which is not in dump/describe-nat-gateways.json",
        help: "write both again: aws ec2 describe-nat-gateways --output json > dump/describe-nat-gateways.json",
        at: "dump/describe-route-tables.json:137"
      }
    ])
  })

  test.each([
    [
      "a subnet's VPC",
      "subnets.json",
      '"VpcId": "vpc-0b1"',
      '"VpcId": "vpc-0zz"',
      "subnet-0dat names vpc-0zz, which is not in dump/describe-vpcs.json"
    ],
    [
      "a table's subnet",
      "describe-route-tables.json",
      '"SubnetId": "subnet-0pria"',
      '"SubnetId": "subnet-0zz"',
      "rtb-0pria names subnet-0zz"
    ],
    ["a gateway's VPC", "describe-internet-gateways.json", '"VpcId": "vpc-0a1"', '"VpcId": "vpc-0zz"', "igw-0a1 names vpc-0zz"],
    [
      "a NAT gateway's subnet",
      "describe-nat-gateways.json",
      '"SubnetId": "subnet-0puba"',
      '"SubnetId": "subnet-0zz"',
      "nat-0a names subnet-0zz"
    ],
    ["a group's peer", "describe-security-groups.json", '"GroupId": "sg-0bas"', '"GroupId": "sg-0zz"', "sg-0eks names sg-0zz"],
    ["an instance's group", "describe-instances.json", '"GroupId": "sg-0bas"', '"GroupId": "sg-0zz"', "i-0bas names sg-0zz"],
    [
      "an interface's subnet",
      "describe-network-interfaces.json",
      '"SubnetId": "subnet-0puba"',
      '"SubnetId": "subnet-0zz"',
      "names subnet-0zz"
    ],
    ["a peering's VPC", "describe-vpc-peering-connections.json", '"VpcId": "vpc-0b1"', '"VpcId": "vpc-0zz"', "pcx-0ab names vpc-0zz"]
  ])("%s", (_what, file, piece, instead, headline) => {
    const headlines = told({ [file]: replacing(piece, instead) }).map((each) => each.headline)
    expect(
      headlines.some((each) => each.includes(headline)),
      headlines.join("\n")
    ).toBe(true)
  })

  test("a prefix list without its ranges: both commands that could write them", () => {
    const [diagnostic] = folders.refused({ "prefix-lists.json": takenOut })
    expect(diagnostic?.headline).toContain("names the prefix list pl-6da54004, and no answer has its ranges")
    expect(diagnostic?.notes).toEqual(["AWS's own lists: aws ec2 describe-prefix-lists --output json > dump/describe-prefix-lists.json"])
    expect(diagnostic?.help).toContain("get-managed-prefix-list-entries --prefix-list-id pl-6da54004")
  })

  test("a cluster or a balancer that is asked for", () => {
    const aws = folders.imported({ "describe-cluster.json": takenOut })
    expect(refusalOf(() => aws.cluster("shop"))[0]?.headline).toContain("describe-cluster.json is missing: a cluster is asked for")
    const whole = fromAws(folders.folder({}))
    expect(refusalOf(() => whole.cluster("shopp"))[0]).toMatchObject({ code: "D004", help: 'did you mean "shop"?' })
    expect(refusalOf(() => whole.balancer("web"))[0]?.headline).toBe('fromAws(…).balancer: unknown balancer "web"')
  })
})

describe("another's resources", () => {
  test("VPCs, subnets and what belongs to them must be of one account", () => {
    const [first, ...more] = told({ "subnets.json": (text) => text.replaceAll(account, other) })
    expect(more).toEqual([])
    expect(first).toMatchObject({
      headline: `dump/subnets.json: subnet-0dat, subnet-0pria, subnet-0prib, subnet-0pric and 3 more are of account ${other}, the VPCs of ${account}`,
      help: `write the folder again with credentials of ${account}: aws ec2 describe-subnets --output json > dump/describe-subnets.json`
    })
    expect(told({ "describe-instances.json": replacing(account, other) })[0]?.headline).toBe(
      `dump/describe-instances.json: r-0n of i-0nb is of account ${other}, the VPCs of ${account}`
    )
  })

  test("a peering with another account or region is left out, and routes to it stay as blackholes", () => {
    for (const [piece, instead, why] of [
      [`"OwnerId": "${account}"`, `"OwnerId": "${other}"`, `account ${other}`],
      ['"Region": "eu-west-1"', '"Region": "us-east-1"', "us-east-1"]
    ] as const) {
      const aws = folders.imported({ "describe-vpc-peering-connections.json": replacing(piece, instead) })
      expect(aws.topology.peerings).toEqual([])
      expect(aws.topology.routeTables.find(({ id }) => id === "rtb-0dat")?.routes).toEqual([
        { destination: "10.0.0.0/16", target: "pcx-0ab", state: "blackhole", propagated: false }
      ])
      const notes = notesOf(aws).join("\n")
      expect(notes).toContain(why)
      expect(notes).toContain("they are kept as blackholes: rtb-0dat: 10.0.0.0/16 → pcx-0ab")
      // Groups of a VPC that is not peered any more are not known there.
      expect(notes).toContain("stale rules, which name groups of VPCs that are not peered any more: sg-0db names sg-0eks")
    }
  })

  test("a rule that names another account's group is left out", () => {
    const aws = folders.imported({
      "describe-security-groups.json": (text) =>
        text.replace(
          `"UserId": "${account}",\n              "GroupId": "sg-0bas"`,
          `"UserId": "${other}",\n              "GroupId": "sg-0far"`
        )
    })
    expect(notesOf(aws)).toContain(`D026 describe-security-groups.json: rules that name groups of account ${other}: sg-0eks names sg-0far`)
  })

  test("one folder is one region", () => {
    const [diagnostic] = told({ "subnets.json": (text) => text.replace("arn:aws:ec2:eu-west-1", "arn:aws:ec2:eu-west-3") })
    expect(diagnostic?.headline).toMatch(/subnet-0pric is in eu-west-3, those before it in eu-west-1/)
  })
})

test("without owners nothing is another's", () => {
  const bare = (text: string): string => text.replaceAll(/"OwnerId": "\d+",?/g, "").replaceAll(/,(\s*})/g, "$1")
  const aws = folders.imported({ "describe-vpcs.json": bare })
  expect(aws.topology.id).toBe("aws")
})
