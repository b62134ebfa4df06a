/**
 * The parts of AWS's answers that are read: networks and what filters in them. Fields that are not named here are not looked at.
 * Source: Amazon EC2 API reference, data types.
 */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const text = Schema.optionalKey(Schema.String)
const flag = Schema.optionalKey(Schema.Boolean)
const int = Schema.optionalKey(Schema.Int)
const listOf = <S extends Schema.Top>(shape: S) => Schema.optionalKey(Schema.Array(shape))

export const tags = listOf(Schema.Struct({ Key: Schema.String, Value: text }))
/** Somewhat of everything: whose it is, and what it is called. */
const owned = { OwnerId: text, Tags: tags }
const PrefixList = Schema.Struct({ PrefixListId: Id })

export const Vpc = Schema.Struct({
  VpcId: Id,
  CidrBlock: Schema.String,
  CidrBlockAssociationSet: listOf(
    Schema.Struct({ CidrBlock: Schema.String, CidrBlockState: Schema.optionalKey(Schema.Struct({ State: Schema.String })) })
  ),
  Ipv6CidrBlockAssociationSet: listOf(Schema.Struct({ Ipv6CidrBlock: text })),
  BlockPublicAccessStates: Schema.optionalKey(
    Schema.Struct({ InternetGatewayBlockMode: Schema.optionalKey(Schema.Literals(["off", "block-bidirectional", "block-ingress"])) })
  ),
  ...owned
})

export const Subnet = Schema.Struct({
  SubnetId: Id,
  VpcId: Id,
  AvailabilityZone: Id,
  /** Absent of one that has IPv6 alone. */
  CidrBlock: text,
  AvailableIpAddressCount: int,
  MapPublicIpOnLaunch: flag,
  SubnetArn: text,
  ...owned
})

export const CidrReservation = Schema.Struct({
  SubnetCidrReservationId: Id,
  SubnetId: Id,
  Cidr: Schema.String,
  ReservationType: Schema.Literals(["prefix", "explicit"])
})

export const InternetGateway = Schema.Struct({
  InternetGatewayId: Id,
  Attachments: listOf(Schema.Struct({ VpcId: Id, State: text })),
  ...owned
})
export const EgressOnlyGateway = Schema.Struct({ EgressOnlyInternetGatewayId: Id })

export const Route = Schema.Struct({
  DestinationCidrBlock: text,
  DestinationIpv6CidrBlock: text,
  DestinationPrefixListId: text,
  GatewayId: text,
  NatGatewayId: text,
  InstanceId: text,
  NetworkInterfaceId: text,
  TransitGatewayId: text,
  VpcPeeringConnectionId: text,
  EgressOnlyInternetGatewayId: text,
  LocalGatewayId: text,
  CarrierGatewayId: text,
  CoreNetworkArn: text,
  Origin: text,
  State: Schema.optionalKey(Schema.Literals(["active", "blackhole", "filtered"]))
})
export const RouteTable = Schema.Struct({
  RouteTableId: Id,
  VpcId: Id,
  Associations: listOf(Schema.Struct({ Main: flag, SubnetId: text, GatewayId: text })),
  Routes: Schema.Array(Route),
  ...owned
})

export const NatGateway = Schema.Struct({
  NatGatewayId: Id,
  VpcId: Id,
  SubnetId: text,
  State: Schema.Literals(["pending", "failed", "available", "deleting", "deleted"]),
  ConnectivityType: Schema.optionalKey(Schema.Literals(["public", "private"])),
  AvailabilityMode: Schema.optionalKey(Schema.Literals(["zonal", "regional"])),
  RouteTableId: text,
  NatGatewayAddresses: listOf(
    Schema.Struct({ PrivateIp: text, PublicIp: text, NetworkInterfaceId: text, IsPrimary: flag, AvailabilityZone: text })
  )
})

export const Permission = Schema.Struct({
  IpProtocol: Schema.String,
  FromPort: int,
  ToPort: int,
  IpRanges: listOf(Schema.Struct({ CidrIp: Schema.String })),
  Ipv6Ranges: listOf(Schema.Struct({ CidrIpv6: Schema.String })),
  PrefixListIds: listOf(PrefixList),
  UserIdGroupPairs: listOf(Schema.Struct({ GroupId: Id, UserId: text, VpcId: text, PeeringStatus: text }))
})
export const SecurityGroup = Schema.Struct({
  GroupId: Id,
  GroupName: text,
  VpcId: Id,
  IpPermissions: Schema.Array(Permission),
  IpPermissionsEgress: Schema.Array(Permission),
  ...owned
})

export const AclEntry = Schema.Struct({
  RuleNumber: Schema.Int,
  RuleAction: Schema.Literals(["allow", "deny"]),
  Egress: Schema.Boolean,
  Protocol: Schema.String,
  CidrBlock: text,
  Ipv6CidrBlock: text,
  PortRange: Schema.optionalKey(Schema.Struct({ From: int, To: int })),
  IcmpTypeCode: Schema.optionalKey(Schema.Struct({ Type: int, Code: int }))
})
export const NetworkAcl = Schema.Struct({
  NetworkAclId: Id,
  VpcId: Id,
  Associations: listOf(Schema.Struct({ SubnetId: Id })),
  Entries: Schema.Array(AclEntry),
  ...owned
})

export const NetworkInterface = Schema.Struct({
  NetworkInterfaceId: Id,
  SubnetId: Id,
  VpcId: Id,
  Description: text,
  InterfaceType: text,
  PrivateIpAddress: text,
  PrivateIpAddresses: listOf(Schema.Struct({ PrivateIpAddress: Schema.String, Primary: flag })),
  Ipv4Prefixes: listOf(Schema.Struct({ Ipv4Prefix: Schema.String })),
  Groups: listOf(Schema.Struct({ GroupId: Id })),
  Attachment: Schema.optionalKey(Schema.Struct({ InstanceId: text, DeviceIndex: int }))
})

export const Instance = Schema.Struct({
  InstanceId: Id,
  InstanceType: Id,
  State: Schema.Struct({ Name: Schema.String }),
  /** Absent of one that is terminated. */
  SubnetId: text,
  VpcId: text,
  PrivateIpAddress: text,
  PublicIpAddress: text,
  PrivateDnsName: text,
  SourceDestCheck: flag,
  SecurityGroups: listOf(Schema.Struct({ GroupId: Id })),
  Tags: tags
})
export const Reservation = Schema.Struct({ ReservationId: Id, OwnerId: text, Instances: Schema.Array(Instance) })

export const Address = Schema.Struct({ PublicIp: Id, AllocationId: text, AssociationId: text })
