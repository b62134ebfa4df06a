/**
 * The parts of AWS's answers that are read: what joins networks. Fields that are not named here are not looked at.
 * Source: Amazon EC2 API reference, data types.
 */
import { Schema } from "effect"
import { tags } from "./shapes.ts"

const Id = Schema.NonEmptyString
const text = Schema.optionalKey(Schema.String)
const flag = Schema.optionalKey(Schema.Boolean)
const listOf = <S extends Schema.Top>(shape: S) => Schema.optionalKey(Schema.Array(shape))

const PeerVpc = Schema.Struct({ VpcId: Id, OwnerId: text, Region: text })
export const Peering = Schema.Struct({
  VpcPeeringConnectionId: Id,
  Status: Schema.Struct({ Code: Schema.String }),
  RequesterVpcInfo: PeerVpc,
  AccepterVpcInfo: PeerVpc,
  Tags: tags
})

export const TransitGateway = Schema.Struct({
  TransitGatewayId: Id,
  State: Schema.String,
  Options: Schema.optionalKey(Schema.Struct({ SecurityGroupReferencingSupport: text })),
  OwnerId: text,
  Tags: tags
})
export const TransitAttachment = Schema.Struct({
  TransitGatewayAttachmentId: Id,
  TransitGatewayId: Id,
  ResourceType: Schema.String,
  ResourceId: text,
  ResourceOwnerId: text,
  State: Schema.String,
  Association: Schema.optionalKey(Schema.Struct({ TransitGatewayRouteTableId: text, State: text })),
  Tags: tags
})
export const TransitVpcAttachment = Schema.Struct({ TransitGatewayAttachmentId: Id, SubnetIds: Schema.Array(Id) })
export const TransitRouteTable = Schema.Struct({ TransitGatewayRouteTableId: Id, TransitGatewayId: Id, State: text, Tags: tags })
/** `of`: the table, by the name of its file. */
export const TransitRoute = Schema.Struct({
  of: text,
  DestinationCidrBlock: text,
  PrefixListId: text,
  TransitGatewayAttachments: listOf(Schema.Struct({ TransitGatewayAttachmentId: Id })),
  Type: Schema.Literals(["static", "propagated"]),
  State: Schema.String
})

export const VpnGateway = Schema.Struct({
  VpnGatewayId: Id,
  State: text,
  VpcAttachments: listOf(Schema.Struct({ VpcId: Id, State: text })),
  Tags: tags
})
export const VpnConnection = Schema.Struct({
  VpnConnectionId: Id,
  State: Schema.String,
  CustomerGatewayId: Id,
  VpnGatewayId: text,
  TransitGatewayId: text,
  Options: Schema.optionalKey(Schema.Struct({ StaticRoutesOnly: flag })),
  Routes: listOf(Schema.Struct({ DestinationCidrBlock: Schema.String, State: text })),
  VgwTelemetry: listOf(Schema.Struct({ Status: text })),
  Tags: tags
})

export const Endpoint = Schema.Struct({
  VpcEndpointId: Id,
  VpcEndpointType: Schema.String,
  VpcId: Id,
  ServiceName: Id,
  State: text,
  NetworkInterfaceIds: listOf(Id),
  Groups: listOf(Schema.Struct({ GroupId: Id })),
  PrivateDnsEnabled: flag,
  DnsEntries: listOf(Schema.Struct({ DnsName: text })),
  OwnerId: text,
  Tags: tags
})

export const PrefixList = Schema.Struct({ PrefixListId: Id, PrefixListName: text, Cidrs: Schema.Array(Schema.String) })
/** `of`: the list, by the name of its file. */
export const PrefixListEntry = Schema.Struct({ of: text, Cidr: Schema.String })
