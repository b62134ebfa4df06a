/** Balancers' settings: how long DNS takes to follow a front end or its targets, and clients to follow DNS. */
import type { SettingDefinition } from "../value/setting.ts"

export const balanceSettingDefinitions: ReadonlyArray<SettingDefinition> = [
  {
    name: "lbFrontEndDnsMs",
    about: "From a front end's death or return until its address leaves or re-enters DNS.",
    default: 60_000,
    atLeast: 0,
    source: "Chosen: one DNS time-to-live, as AWS documents for zonal failover"
  },
  {
    name: "lbTargetDnsMs",
    about: "From a zone's loss of its last, or its regaining of the first, healthy target until DNS follows (cross-zone off).",
    default: 0,
    atLeast: 0,
    source: "Chosen: the balancer's own health state drives its zonal DNS"
  },
  {
    name: "dnsTtlMs",
    about: "Clients use a DNS answer this long, to its end (the worst case).",
    default: 60_000,
    atLeast: 0,
    source: "AWS Elastic Load Balancing user guide: time-to-live 60 seconds"
  },
  {
    name: "zonalShiftMs",
    about: "From the request of a zonal shift until it is in effect: the address out of DNS, endpoints out of the tables.",
    default: 5_000,
    atLeast: 0,
    source: "Chosen: the ARC guide says that traffic starts to move within minutes, most of which is DNS"
  },
  {
    name: "lbRegistrationMs",
    about: "From what a balancer's controller sees until the cloud has registered or deregistered the target.",
    default: 0,
    atLeast: 0,
    source: "Chosen: controllers act in the instant itself; the controller's watch is in endpointsDelayMs"
  },
  {
    name: "lbNodeSet",
    about: "Whether the service controller keeps NotReady nodes among a balancer's targets.",
    default: "keepNotReady",
    choices: ["keepNotReady"],
    source: "kubernetes/cloud-provider service controller since 1.21"
  }
]
