/** What filters at Azure, in Azure's words: network security groups. */
import { Schema } from "effect"
import { priorityFirst, priorityLast } from "./limits.ts"

const Id = Schema.NonEmptyString

/** One end of a rule: `*`, an address, a range, a service tag, or the id of an application security group. */
const Ends = Schema.Array(Id)

/** `22`, `8000-8080`, `*`. */
const Ports = Schema.Array(Schema.NonEmptyString)

/** The first rule that matches decides, lowest priority number first; it is unique in its group and direction. */
export const SecurityRule = Schema.Struct({
  id: Id,
  priority: Schema.Int.check(Schema.isBetween({ minimum: priorityFirst, maximum: priorityLast })),
  direction: Schema.Literals(["Inbound", "Outbound"]),
  access: Schema.Literals(["Allow", "Deny"]),
  protocol: Schema.Literals(["Tcp", "Udp", "Icmp", "*"]),
  sources: Ends,
  sourcePorts: Ports,
  destinations: Ends,
  destinationPorts: Ports
})

/** Its default rules are not written: they are always there. */
export const NetworkSecurityGroup = Schema.Struct({ id: Id, rules: Schema.Array(SecurityRule) })

/** The addresses behind a service tag, as the owner knows them; `VirtualNetwork`, `Internet` and `AzureLoadBalancer` are worked out. */
export const ServiceTag = Schema.Struct({ id: Id, prefixes: Schema.Array(Schema.String) })
