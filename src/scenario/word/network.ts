/**
 * A network at AWS, in AWS's words: written out whole (`awsVpc`), or laid out as eksctl does it (`eksctlVpc`): public and private
 * subnets in the order of the zones, an internet gateway, NAT gateways, route tables and security groups.
 * Source: eksctl pkg/vpc, pkg/cfn/builder; EKS user guide, cluster security group.
 */
import { Schema } from "effect"
import { AwsTopology } from "../../model/cloud/aws/topology.ts"
import type { AzureTopology } from "../../model/cloud/azure/topology.ts"
import type { FlatTopology } from "../../model/cloud/flat/topology.ts"
import type { GcpTopology } from "../../model/cloud/gcp/topology.ts"
import { formatAddress, formatPrefix, type Prefix, parsePrefix } from "../../model/net/ip.ts"
import { type Diagnostic, errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import type { Place } from "../plan.ts"
import { misuse, readOptions } from "../read.ts"

/** A network that a drill can describe a cluster on. */
export type DescribedNetwork = AwsTopology | AzureTopology | FlatTopology | GcpTopology

/** A network with the place where it is described. */
export interface Network {
  readonly topology: DescribedNetwork
  readonly place: Place | undefined
  /** What reading it brought up: warnings, told with the plan's. */
  readonly notes?: ReadonlyArray<Diagnostic>
}

/** One at AWS: what it has may be taken into another. */
export interface AwsNetwork extends Network {
  readonly topology: AwsTopology
}

/** Everything written out. */
export const awsVpc = (topology: Omit<AwsTopology, "_tag">): AwsNetwork => {
  const place = placeOfCall(awsVpc)
  return { topology: readOptions(AwsTopology, { _tag: "AwsTopology", ...topology }, "awsVpc", place), place }
}

const Options = Schema.Struct({
  name: Schema.NonEmptyString,
  region: Schema.NonEmptyString,
  cidr: Schema.String,
  /** In the order eksctl lists them: the first takes the first blocks and, with one NAT gateway, that. */
  zones: Schema.Array(Schema.NonEmptyString),
  nat: Schema.Literals(["Single", "HighlyAvailable", "Disable"]),
  nodeGroups: Schema.Array(Schema.NonEmptyString)
})

const everything = { protocol: "all", fromPort: 0, toPort: 65_535 } as const
const anywhere = "0.0.0.0/0"

/** A VPC as eksctl lays it out for a cluster of this name. Subnets are called `public-<zone>` and `private-<zone>`. */
export const eksctlVpc = (options: typeof Options.Type): AwsNetwork => {
  const place = placeOfCall(eksctlVpc)
  const { name, region, cidr, zones, nat, nodeGroups } = readOptions(Options, options, "eksctlVpc", place)
  const blocks = blocksOf(cidr, zones.length, place)
  const vpc = `${name}-vpc`
  const publicTable = `${name}-public`
  const privateTable = (zone: string): string => `${name}-private-${zone}`
  const natZone = (zone: string): string => (nat === "Single" ? (zones[0] ?? zone) : zone)
  const natZones = nat === "Disable" ? [] : nat === "Single" ? zones.slice(0, 1) : zones
  const block = (index: number): Prefix => blocks[index] as Prefix
  return {
    place,
    topology: {
      _tag: "AwsTopology",
      id: name,
      region,
      zones,
      vpcs: [{ id: vpc, cidrs: [cidr] }],
      internetGateways: [{ id: `${name}-igw`, vpc }],
      subnets: [
        ...zones.map((zone, index) => ({ id: `public-${zone}`, vpc, zone, cidr: formatPrefix(block(index)), routeTable: publicTable })),
        ...zones.map((zone, index) => ({
          id: `private-${zone}`,
          vpc,
          zone,
          cidr: formatPrefix(block(index + zones.length)),
          routeTable: privateTable(zone)
        }))
      ],
      routeTables: [
        {
          id: publicTable,
          vpc,
          main: false,
          routes: [{ destination: anywhere, target: `${name}-igw`, state: "active", propagated: false }]
        },
        ...zones.map((zone) => ({
          id: privateTable(zone),
          vpc,
          main: false,
          routes:
            nat === "Disable"
              ? []
              : [{ destination: anywhere, target: `${name}-nat-${natZone(zone)}`, state: "active" as const, propagated: false }]
        }))
      ],
      natGateways: natZones.map((zone, index) => ({
        id: `${name}-nat-${zone}`,
        subnet: `public-${zone}`,
        privateAddress: lastFree(block(zones.indexOf(zone))),
        publicAddress: `${natAddresses}${index + 1}`
      })),
      securityGroups: groupsOf(name, vpc, nodeGroups),
      networkAcls: [],
      instances: []
    }
  }
}

/** AWS chooses a NAT gateway's public address; ours stand in for it, from the documentation range TEST-NET-1 (RFC 5737). */
const natAddresses = "192.0.2."

/** eksctl cuts a VPC into 8 blocks for up to 4 zones, into 16 for up to 8. */
const blocksOf = (cidr: string, zones: number, place: Place | undefined): ReadonlyArray<Prefix> => {
  if (zones < 1 || zones > 8)
    misuse(errorOf("D008", `eksctlVpc: ${zones} zones`, { place, underlined: "zones", notes: ["eksctl lays out 1 to 8 zones"] }))
  const prefix = parsePrefix(cidr)
  const bits = zones * 2 <= 8 ? 3 : 4
  if (prefix === undefined || prefix.length < 16 || prefix.length > 24) {
    return misuse(
      errorOf("D007", `eksctlVpc: "${cidr}" is no range that eksctl takes`, {
        place,
        underlined: `"${cidr}"`,
        notes: ["a VPC is a /16 to /24, written with its own address"],
        help: 'write "192.168.0.0/16"'
      })
    )
  }
  const size = (prefix.last - prefix.first + 1) / 2 ** bits
  return Array.from({ length: 2 ** bits }, (_, index) => ({
    first: prefix.first + index * size,
    last: prefix.first + (index + 1) * size - 1,
    length: prefix.length + bits
  }))
}

/** The NAT gateway's own address: AWS chooses it; ours is the last that is not reserved, out of the way of nodes and pods. */
const lastFree = (block: Prefix): string => formatAddress(block.last - 1)

export const controlPlaneGroup = (name: string): string => `eksctl-${name}-cluster-ControlPlaneSecurityGroup`
export const sharedNodeGroup = (name: string): string => `eksctl-${name}-cluster-ClusterSharedNodeSecurityGroup`
export const nodeGroupGroup = (name: string, nodeGroup: string): string => `eksctl-${name}-nodegroup-${nodeGroup}-SG`

/** As eksctl makes them: nodes speak freely among themselves, the control plane to kubelets and webhooks, and back. */
const groupsOf = (name: string, vpc: string, nodeGroups: ReadonlyArray<string>): AwsTopology["securityGroups"] => [
  {
    id: controlPlaneGroup(name),
    vpc,
    egress: [{ ...everything, peer: anywhere }],
    ingress: nodeGroups.map((nodeGroup) => ({ protocol: "tcp", fromPort: 443, toPort: 443, peer: nodeGroupGroup(name, nodeGroup) }))
  },
  {
    id: sharedNodeGroup(name),
    vpc,
    egress: [{ ...everything, peer: anywhere }],
    ingress: [{ ...everything, peer: sharedNodeGroup(name) }]
  },
  ...nodeGroups.map((nodeGroup) => ({
    id: nodeGroupGroup(name, nodeGroup),
    vpc,
    egress: [{ ...everything, peer: anywhere }],
    ingress: [
      { protocol: "tcp" as const, fromPort: 1_025, toPort: 65_535, peer: controlPlaneGroup(name) },
      { protocol: "tcp" as const, fromPort: 443, toPort: 443, peer: controlPlaneGroup(name) }
    ]
  }))
]
