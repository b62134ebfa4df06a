/**
 * How a node keeps addresses ready for its pods: the switches of the VPC CNI's agent (ipamd), each with the name it has there, its
 * timings, and the cloud's own patience with its calls. Spans in whole milliseconds.
 */
import type { SettingDefinition, SettingValues } from "../value/setting.ts"

const agentSource = "amazon-vpc-cni-k8s pkg/ipamd/ipamd.go"
const manifestSource = "amazon-vpc-cni-k8s README and config/master manifest"
const throttlingSource = "Amazon EC2 developer guide, Request throttling: mutating actions"

/** What the timeline can switch. */
export const poolSwitches = [
  "warmInterfaces",
  "warmAddresses",
  "addressesMin",
  "warmPrefixes",
  "interfacesMax",
  "prefixDelegation",
  "subnetDiscovery",
  "podInterfaces"
] as const
export type PoolSwitch = (typeof poolSwitches)[number]

export const capacitySettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "warmInterfaces",
    about: "Whole interfaces of addresses a node keeps spare (WARM_ENI_TARGET).",
    default: 1,
    atLeast: 0,
    source: manifestSource
  },
  {
    name: "warmAddresses",
    about: "Addresses a node keeps spare, instead of whole interfaces (WARM_IP_TARGET); 0: not set.",
    default: 0,
    atLeast: 0,
    source: manifestSource
  },
  {
    name: "addressesMin",
    about: "Addresses a node holds at the least (MINIMUM_IP_TARGET); 0: not set.",
    default: 0,
    atLeast: 0,
    source: manifestSource
  },
  {
    name: "warmPrefixes",
    about: "Prefixes a node keeps spare under prefix delegation (WARM_PREFIX_TARGET).",
    default: 1,
    atLeast: 0,
    source: manifestSource
  },
  {
    name: "interfacesMax",
    about: "Interfaces a node may have for its pods (MAX_ENI); 0: as many as its type allows.",
    default: 0,
    atLeast: 0,
    source: manifestSource
  },
  {
    name: "prefixDelegation",
    about: "Interfaces take prefixes of sixteen addresses, not single ones (ENABLE_PREFIX_DELEGATION).",
    default: false,
    source: manifestSource
  },
  {
    name: "subnetDiscovery",
    about: "Interfaces also go to subnets of the same zone tagged kubernetes.io/role/cni (ENABLE_SUBNET_DISCOVERY).",
    default: true,
    source: manifestSource
  },
  {
    name: "podInterfaces",
    about: "Pods may have interfaces with security groups of their own, through a trunk (ENABLE_POD_ENI).",
    default: false,
    source: manifestSource
  },
  {
    name: "poolLoopMs",
    about: "The node's agent looks after its addresses this often.",
    default: 5_000,
    atLeast: 100,
    source: agentSource
  },
  {
    name: "poolInitLeadMs",
    about: "The agent fills its first interface this long before its node is Ready.",
    default: 5_000,
    atLeast: 0,
    source: "Chosen: aws-node starts, fills the pool, then lets the kubelet report Ready"
  },
  {
    name: "interfaceAttachMs",
    about: "A new interface takes this long until its addresses can be used; the loop waits for it.",
    default: 10_000,
    atLeast: 0,
    source: "Amazon EKS best practices, VPC CNI: up to 10 s"
  },
  {
    name: "addressRefusalPauseMs",
    about: "After the subnet had too few addresses or blocks, no growth is tried for longer than this.",
    default: 120_000,
    atLeast: 0,
    source: `${agentSource} insufficientCidrErrorCooldown`
  },
  {
    name: "addressCoolingMs",
    about: "An address that a pod gave back is not given to another one for this long.",
    default: 30_000,
    atLeast: 0,
    source: "amazon-vpc-cni-k8s pkg/ipamd/datastore IP_COOLDOWN_PERIOD"
  },
  {
    name: "podInterfaceCoolingMs",
    about: "The address of a pod's own interface stays taken for this long after the pod.",
    default: 60_000,
    atLeast: 30_000,
    source: "amazon-vpc-resource-controller-k8s pkg/provider/branch/cooldown"
  },
  {
    name: "addressShrinkMs",
    about: "Surplus addresses are given back this often at most.",
    default: 30_000,
    atLeast: 0,
    source: agentSource
  },
  {
    name: "interfaceAgeMinMs",
    about: "Younger interfaces are not given back.",
    default: 60_000,
    atLeast: 0,
    source: `${agentSource} minENILifeTime`
  },
  {
    name: "cloudCallsBurst",
    about: "Calls for interfaces and addresses that the cloud takes at once, an account and region.",
    default: 50,
    atLeast: 1,
    source: throttlingSource
  },
  {
    name: "podBatchMs",
    about: "From a node's wish for addresses of a pod subnet to their coming.",
    default: 60_000,
    atLeast: 0,
    source: "azure-container-networking cns: reconciled within a minute"
  },
  { name: "cloudCallsPerSecond", about: "Such calls that it takes after that, a second.", default: 5, atLeast: 1, source: throttlingSource }
]

export interface PoolRules {
  warmInterfaces: number
  warmAddresses: number
  addressesMin: number
  warmPrefixes: number
  interfacesMax: number
  prefixDelegation: boolean
  subnetDiscovery: boolean
  podInterfaces: boolean
  readonly poolLoopMs: number
  readonly poolInitLeadMs: number
  readonly interfaceAttachMs: number
  readonly addressRefusalPauseMs: number
  readonly addressCoolingMs: number
  readonly podInterfaceCoolingMs: number
  readonly addressShrinkMs: number
  readonly interfaceAgeMinMs: number
  readonly podBatchMs: number
  readonly cloudCallsBurst: number
  readonly cloudCallsPerSecond: number
}

/** The rules that these values set; what they leave out is at its default. A copy: the timeline may switch it. */
export const poolRulesOf = (values: SettingValues = {}): PoolRules =>
  Object.fromEntries(capacitySettingDefinitions.map((each) => [each.name, values[each.name] ?? each.default])) as unknown as PoolRules
