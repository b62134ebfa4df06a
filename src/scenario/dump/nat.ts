/**
 * NAT gateways of a dump: zonal ones that are there or about to be, regional ones with an address a zone. Left out: those that are gone, and
 * secondary addresses, which stay taken in their subnet.
 */
import type { AwsTopology } from "../../model/cloud/aws/topology.ts"
import type { DumpEntry } from "./files.ts"
import type { Ground } from "./ground.ts"

type Given = DumpEntry<"natGateways">
type Zonal = AwsTopology["natGateways"][number]
type Regional = NonNullable<AwsTopology["regionalNatGateways"]>[number]

export interface NatGateways {
  readonly natGateways: ReadonlyArray<Zonal>
  readonly regionalNatGateways: ReadonlyArray<Regional>
}

export const natGatewaysOf = (ground: Ground): NatGateways => {
  const { dump } = ground
  const there = dump.all("natGateways").filter((nat) => isThere(nat, ground))
  return {
    natGateways: there.flatMap((nat) => (nat.AvailabilityMode === "regional" ? [] : zonal(nat, ground))),
    regionalNatGateways: there.flatMap((nat) => (nat.AvailabilityMode === "regional" ? regional(nat, ground) : []))
  }
}

const isThere = (nat: Given, { dump, findings, out }: Ground): boolean => {
  const { NatGatewayId: id, State } = nat
  const { path } = dump.placeOf(nat)
  if (State === "pending") findings.filledIn(path, "NAT gateways that are pending are taken as available", id)
  if (State === "pending" || State === "available") return true
  out.set(id, State)
  // AWS lists what is no more for another hour.
  if (State !== "deleted") findings.leftOut(path, `NAT gateways that are ${State}`, id)
  return false
}

const zonal = (nat: Given, { dump, findings, names }: Ground): ReadonlyArray<Zonal> => {
  const { NatGatewayId: id, SubnetId, NatGatewayAddresses = [], ConnectivityType } = nat
  const place = dump.placeOf(nat)
  const primary = NatGatewayAddresses.find(({ IsPrimary }) => IsPrimary === true) ?? NatGatewayAddresses[0]
  const lacking = (what: string): void =>
    findings.mistake(`${place.path}: NAT gateway ${id} has no ${what}`, { place, help: "write the file again, without --query" })
  if (SubnetId === undefined) lacking("SubnetId")
  else if (primary?.PrivateIp === undefined) lacking("NatGatewayAddresses[].PrivateIp")
  else if (ConnectivityType !== "private" && primary.PublicIp === undefined) lacking("NatGatewayAddresses[].PublicIp, and is public")
  else if (names(nat, id, "subnets", SubnetId)) {
    if (NatGatewayAddresses.length > 1) findings.leftOut(place.path, "secondary addresses of NAT gateways, as ports to leave by", id)
    return [
      {
        id,
        subnet: SubnetId,
        privateAddress: primary.PrivateIp,
        ...(primary.PublicIp === undefined || ConnectivityType === "private" ? {} : { publicAddress: primary.PublicIp })
      }
    ]
  }
  return []
}

/** Routes of its own table beside the one to the internet gateway, which every regional gateway has. */
const regional = (nat: Given, { dump, findings, names }: Ground): ReadonlyArray<Regional> => {
  const { NatGatewayId: id, VpcId, NatGatewayAddresses = [], RouteTableId } = nat
  if (!names(nat, id, "vpcs", VpcId)) return []
  const addresses = new Map<string, string>()
  for (const { AvailabilityZone, PublicIp } of NatGatewayAddresses) {
    if (AvailabilityZone === undefined || PublicIp === undefined) continue
    if (addresses.has(AvailabilityZone))
      findings.leftOut(dump.placeOf(nat).path, "further addresses of a regional NAT gateway in a zone", id)
    else addresses.set(AvailabilityZone, PublicIp)
  }
  const table = dump.all("routeTables").find((each) => each.RouteTableId === RouteTableId)
  const routes = (table?.Routes ?? []).flatMap(
    ({ DestinationCidrBlock: destination, GatewayId, TransitGatewayId, VpcPeeringConnectionId }) => {
      const target = TransitGatewayId ?? VpcPeeringConnectionId ?? (GatewayId?.startsWith("vgw-") === true ? GatewayId : undefined)
      return destination === undefined || target === undefined ? [] : [{ destination, target }]
    }
  )
  return [{ id, vpc: VpcId, addresses: [...addresses].map(([zone, publicAddress]) => ({ zone, publicAddress })), routes }]
}
