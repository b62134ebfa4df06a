/** How a cloud's network treats pods, and how long its changes take. */
import type { SettingDefinition } from "../value/setting.ts"

export const cloudSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "podSourceTranslation",
    about: "Whether pods leave their VPC with their node's address.",
    default: "outsideVpc",
    choices: ["outsideVpc", "never"],
    source: "amazon-vpc-cni-k8s README: AWS_VPC_K8S_CNI_EXTERNALSNAT, false by default"
  },
  {
    name: "natCreateMs",
    about: "From CreateNatGateway to a NAT gateway that carries traffic.",
    default: 90_000,
    atLeast: 0,
    source: "Chosen: a minute or two is usual; the VPC guide names no figure (NAT gateway states: pending, available)"
  },
  {
    name: "dbFailoverMs",
    about: "From the silence of a managed database's primary to its name leading to a standby.",
    default: 60_000,
    atLeast: 0,
    source: "RDS user guide, Multi-AZ: failover typically takes 60 to 120 seconds"
  },
  {
    name: "routeEditMs",
    about: "From a change of a route or of a subnet's table to its effect.",
    default: 5_000,
    atLeast: 0,
    source: "Chosen: seconds are usual; no document names a figure"
  },
  {
    name: "udrPropagationMs",
    about: "From an association or an edit of an Azure route table to effective routes.",
    default: 10_000,
    atLeast: 0,
    source: "Chosen: seconds are usual; no document names a figure"
  }
]
