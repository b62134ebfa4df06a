/**
 * The parts of AWS's answers that are read: clusters, node groups, scaling groups, balancers. Fields that are not named here are not
 * looked at. Source: API references of Amazon EKS, Amazon EC2 Auto Scaling and Elastic Load Balancing (2015-12-01), data types.
 */
import { Schema } from "effect"
import { tags } from "./shapes.ts"

const Id = Schema.NonEmptyString
const text = Schema.optionalKey(Schema.String)
const flag = Schema.optionalKey(Schema.Boolean)
const int = Schema.optionalKey(Schema.Int)
const listOf = <S extends Schema.Top>(shape: S) => Schema.optionalKey(Schema.Array(shape))

export const Cluster = Schema.Struct({
  name: Id,
  version: Id,
  resourcesVpcConfig: Schema.Struct({
    vpcId: Id,
    subnetIds: Schema.Array(Id),
    securityGroupIds: listOf(Id),
    clusterSecurityGroupId: text,
    endpointPublicAccess: flag,
    endpointPrivateAccess: flag,
    publicAccessCidrs: listOf(Schema.String)
  }),
  kubernetesNetworkConfig: Schema.optionalKey(Schema.Struct({ serviceIpv4Cidr: text, ipFamily: text }))
})

export const NodeGroup = Schema.Struct({
  nodegroupName: Id,
  clusterName: Id,
  scalingConfig: Schema.optionalKey(Schema.Struct({ minSize: int, maxSize: int, desiredSize: int })),
  instanceTypes: listOf(Id),
  subnets: Schema.Array(Id),
  labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  taints: listOf(Schema.Struct({ key: text })),
  resources: Schema.optionalKey(Schema.Struct({ autoScalingGroups: listOf(Schema.Struct({ name: Id })) }))
})
export const FargateProfile = Schema.Struct({
  fargateProfileName: Id,
  clusterName: Id,
  subnets: listOf(Id),
  selectors: listOf(Schema.Struct({ namespace: Id, labels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)) })),
  status: text
})

export const ScalingGroup = Schema.Struct({
  AutoScalingGroupName: Id,
  MinSize: Schema.Int,
  MaxSize: Schema.Int,
  DesiredCapacity: Schema.Int,
  VPCZoneIdentifier: text,
  SuspendedProcesses: listOf(Schema.Struct({ ProcessName: Schema.String })),
  Tags: tags
})

export const Balancer = Schema.Struct({
  LoadBalancerArn: Id,
  LoadBalancerName: Id,
  DNSName: Id,
  Type: Schema.Literals(["application", "network", "gateway"]),
  Scheme: text,
  AvailabilityZones: Schema.Array(Schema.Struct({ ZoneName: text, SubnetId: text })),
  SecurityGroups: listOf(Id)
})
export const TargetGroup = Schema.Struct({
  TargetGroupArn: Id,
  TargetGroupName: Id,
  TargetType: Schema.optionalKey(Schema.Literals(["instance", "ip", "lambda", "alb"])),
  HealthCheckIntervalSeconds: int,
  HealthCheckTimeoutSeconds: int,
  HealthyThresholdCount: int,
  UnhealthyThresholdCount: int,
  LoadBalancerArns: listOf(Id)
})
