/** Reads the topologies of `reachability.yaml` into the product's own words. Only what the AWS compiler has words for. */
import type { AwsTopology } from "../../../../src/model/cloud/aws/topology.ts"
import { parsePrefix } from "../../../../src/model/net/ip.ts"

export interface WrittenTopology {
  readonly vpc?: ReadonlyArray<string>
  readonly vpcs?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly igw?: string
  readonly subnets?: Readonly<
    Record<
      string,
      {
        readonly cidr: string
        readonly az?: string
        readonly rt?: string
        readonly nacl?: string
        readonly vpc?: string
        readonly igw_route?: boolean
      }
    >
  >
  readonly rts?: Readonly<Record<string, ReadonlyArray<{ readonly dst: string; readonly to: string; readonly state?: string }>>>
  readonly sgs?: Readonly<Record<string, { readonly in: ReadonlyArray<string>; readonly out: ReadonlyArray<string> }>>
  readonly nacls?: Readonly<Record<string, { readonly in: ReadonlyArray<string>; readonly out: ReadonlyArray<string> } | "allow-all">>
  readonly nat?: Readonly<Record<string, { readonly subnet: string; readonly ip: string; readonly eip?: string }>>
  readonly enis?: Readonly<
    Record<string, { readonly ip: string; readonly public?: string; readonly subnet?: string; readonly sg?: ReadonlyArray<string> }>
  >
  readonly peerings?: Readonly<Record<string, readonly [string, string]>>
  readonly vgw?: string
  /** One transit gateway between VPCs, with the subnets of each attachment. */
  readonly tgw?: { readonly attach: Readonly<Record<string, ReadonlyArray<string>>> }
  readonly note?: string
}

/** Parts that a case does not draw, in the product's own words: added as they are. */
export type More = Partial<
  Pick<AwsTopology, "prefixLists" | "transitGateways" | "sites" | "siteConnections" | "gatewayEndpoints" | "interfaceEndpoints">
>

type Protocol = "tcp" | "udp" | "icmp" | "all"

/** `tcp 22 0.0.0.0/0`, `all 10.0.0.0/8`, `icmp echo 0.0.0.0/0`, `tcp 1025-5000 1.2.3.0/24`. */
const endsOf = (text: string): { protocol: Protocol; fromPort: number; toPort: number; peer: string } => {
  const [protocol, ...rest] = text.split(" ") as [Protocol, ...Array<string>]
  const peer = rest.at(-1) as string
  const ports = rest.length > 1 && rest[0] !== "all" && rest[0] !== "echo" ? (rest[0] as string) : "0-65535"
  const [from, to] = ports.split("-")
  return { protocol, fromPort: Number(from), toPort: Number(to ?? from), peer }
}

/** `100 allow icmp 10.1.1.0/24`. */
const entryOf = (text: string) => {
  const [number, action, ...rest] = text.split(" ")
  const { peer, ...ends } = endsOf(rest.join(" "))
  return { number: Number(number), action: action as "allow" | "deny", ...ends, cidr: peer }
}

const open = { in: ["all 0.0.0.0/0"], out: ["all 0.0.0.0/0"] }

const single = (attach: Readonly<Record<string, ReadonlyArray<string>>>): NonNullable<AwsTopology["transitGateways"]>[number] => ({
  id: "tgw",
  referencesGroups: false,
  routeTables: [{ id: "tgw-rtb", routes: [] }],
  attachments: Object.entries(attach).map(([vpc, subnets]) => ({
    id: `attach-${vpc}`,
    leadsTo: { _tag: "Vpc", vpc, subnets },
    routeTable: "tgw-rtb",
    propagatesTo: ["tgw-rtb"]
  }))
})

export const topologyOf = (written: WrittenTopology, more: More = {}): AwsTopology => {
  const vpcs = written.vpcs ?? { vpc: written.vpc ?? [inferred(written)] }
  const subnets = Object.entries(written.subnets ?? {})
  const vpcOf = (subnet: string): string => written.subnets?.[subnet]?.vpc ?? Object.keys(vpcs)[0] ?? "vpc"
  const usesGateway = subnets.some(([, { igw_route }]) => igw_route)
  const tables = Object.entries(written.rts ?? {}).map(([id, routes]) => ({
    id,
    vpc: written.vpcs?.[id] === undefined ? (Object.keys(vpcs)[0] as string) : id,
    main: id === "main" || written.vpcs?.[id] !== undefined,
    routes: routes
      .filter(({ to }) => to !== "local")
      .map(({ dst, to, state }) => ({
        destination: dst,
        target: to,
        state: state === "blackhole" ? ("blackhole" as const) : ("active" as const),
        propagated: false
      }))
  }))
  const extra = usesGateway
    ? [
        {
          id: "igw-route",
          vpc: "vpc",
          main: false,
          routes: [{ destination: "0.0.0.0/0", target: "igw", state: "active" as const, propagated: false }]
        }
      ]
    : []
  return {
    _tag: "AwsTopology",
    id: "case",
    region: "us-east-2",
    zones: ["z"],
    vpcs: Object.entries(vpcs).map(([id, cidrs]) => ({ id, cidrs })),
    internetGateways: written.igw !== undefined || usesGateway ? [{ id: written.igw ?? "igw", vpc: Object.keys(vpcs)[0] as string }] : [],
    subnets: subnets.map(([id, subnet]) => ({
      id,
      vpc: vpcOf(id),
      zone: subnet.az ?? "z",
      cidr: subnet.cidr,
      ...(subnet.igw_route
        ? { routeTable: "igw-route" }
        : subnet.rt === undefined || subnet.rt === "main"
          ? {}
          : { routeTable: subnet.rt }),
      ...(subnet.nacl === undefined || subnet.nacl === "default" ? {} : { networkAcl: subnet.nacl })
    })),
    routeTables: [...tables, ...extra],
    natGateways: Object.entries(written.nat ?? {}).map(([id, nat]) => ({
      id,
      subnet: nat.subnet,
      privateAddress: nat.ip,
      ...(nat.eip === undefined ? {} : { publicAddress: nat.eip })
    })),
    securityGroups: [...Object.entries(written.sgs ?? {}), ["open", open] as const].map(([id, group]) => ({
      id,
      vpc: "vpc",
      ingress: group.in.map(endsOf),
      egress: group.out.map(endsOf)
    })),
    networkAcls: [...Object.entries(written.nacls ?? {}), ["allow-all", "allow-all"] as const].map(([id, acl]) => {
      const lists = acl === "allow-all" ? { in: ["100 allow all 0.0.0.0/0"], out: ["100 allow all 0.0.0.0/0"] } : acl
      return { id, vpc: "vpc", inbound: lists.in.map(entryOf), outbound: lists.out.map(entryOf) }
    }),
    instances: Object.entries(written.enis ?? {}).map(([id, eni]) => ({
      id,
      subnet: eni.subnet ?? subnets[0]?.[0] ?? "",
      address: eni.ip,
      ...(eni.public === undefined ? {} : { publicAddress: eni.public }),
      securityGroups: eni.sg ?? ["open"],
      sourceDestCheck: true,
      listening: [22, 80, 443, 8080, 9080].flatMap((port) => [{ protocol: "tcp" as const, port }])
    })),
    peerings: Object.entries(written.peerings ?? {}).map(([id, vpcs]) => ({ id, vpcs: [...vpcs] as [string, string] })),
    vpnGateways: written.vgw === undefined ? [] : [{ id: written.vgw, vpc: Object.keys(vpcs)[0] as string }],
    transitGateways: written.tgw === undefined ? [] : [single(written.tgw.attach)],
    ...more
  }
}

/** The smallest /16 around the subnets, where a case does not print its VPC. */
const inferred = (written: WrittenTopology): string => {
  const first = parsePrefix(Object.values(written.subnets ?? {})[0]?.cidr ?? "10.0.0.0/16")?.first ?? 0
  return `${Math.floor(first / 16_777_216)}.${Math.floor(first / 65_536) % 256}.0.0/16`
}
