/** What filters at GCP, in GCP's words: VPC firewall rules, and policies of organization, folders and networks. */
import { Schema } from "effect"

const Id = Schema.NonEmptyString
const Cidr = Schema.String

/** `ports`: `80`, `8000-8080`; absent: all. Only tcp and udp have ports. */
export const Layer4 = Schema.Struct({
  protocol: Schema.Literals(["tcp", "udp", "icmp", "esp", "ah", "sctp", "ipip", "all"]),
  ports: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * Of a network. Lower `priority` first; at the same, deny before allow. Without a target: every instance. Sources of an ingress rule
 * are any of its ranges, tags and service accounts; without any: everything. Tags never stand beside service accounts.
 */
export const FirewallRule = Schema.Struct({
  id: Id,
  network: Id,
  direction: Schema.Literals(["ingress", "egress"]),
  priority: Schema.Int,
  action: Schema.Literals(["allow", "deny"]),
  layer4: Schema.Array(Layer4),
  sourceRanges: Schema.optionalKey(Schema.Array(Cidr)),
  destinationRanges: Schema.optionalKey(Schema.Array(Cidr)),
  sourceTags: Schema.optionalKey(Schema.Array(Id)),
  sourceServiceAccounts: Schema.optionalKey(Schema.Array(Id)),
  targetTags: Schema.optionalKey(Schema.Array(Id)),
  targetServiceAccounts: Schema.optionalKey(Schema.Array(Id)),
  disabled: Schema.optionalKey(Schema.Boolean)
})

/** `targetNetworks`: of a hierarchical policy, the networks it holds in; absent: all. */
export const FirewallPolicyRule = Schema.Struct({
  priority: Schema.Int,
  direction: Schema.Literals(["ingress", "egress"]),
  action: Schema.Literals(["allow", "deny", "goto_next"]),
  layer4: Schema.Array(Layer4),
  sourceRanges: Schema.optionalKey(Schema.Array(Cidr)),
  destinationRanges: Schema.optionalKey(Schema.Array(Cidr)),
  targetServiceAccounts: Schema.optionalKey(Schema.Array(Id)),
  targetNetworks: Schema.optionalKey(Schema.Array(Id)),
  disabled: Schema.optionalKey(Schema.Boolean)
})

/** What it is attached to: everything of the organization or of a folder, or some networks, or these in one region. */
export const FirewallPolicy = Schema.Struct({
  id: Id,
  attachedTo: Schema.Union([
    Schema.TaggedStruct("Organization", {}),
    Schema.TaggedStruct("Folder", { folder: Id }),
    Schema.TaggedStruct("Global", { networks: Schema.Array(Id) }),
    Schema.TaggedStruct("Region", { networks: Schema.Array(Id), region: Id })
  ]),
  rules: Schema.Array(FirewallPolicyRule)
})

/** Without `parent`: under the organization. */
export const Folder = Schema.Struct({ id: Id, parent: Schema.optionalKey(Id) })
