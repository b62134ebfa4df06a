/** Reads the topologies of `reachability.yaml` into the product's own words. */
import type { GcpTopology } from "../../../../src/model/cloud/gcp/topology.ts"
import { instance, network, type Rule, region, rule, small } from "./asking.ts"

export interface WrittenTopology {
  /** By policy, from the top down. */
  readonly hierarchical: Readonly<Record<string, ReadonlyArray<string>>>
  readonly vpc_rules: ReadonlyArray<string>
}

type Policy = NonNullable<GcpTopology["firewallPolicies"]>[number]

/** `service-12340002` stands for the whole address. */
export const accountOf = (name: string): string => `${name}@case.iam.gserviceaccount.com`

/** `in allow tcp 1000-2000,2033 10.0.0.0/24 or srcTags=a|b targetTag=c`. */
const wordsOf = (words: ReadonlyArray<string>) => {
  const [, action, protocols = "", ...rest] = words
  const ports = rest[0] !== undefined && /^[\d,-]+$/.test(rest[0]) ? rest[0].split(",") : undefined
  const named = (name: string): ReadonlyArray<string> | undefined =>
    rest
      .find((word) => word.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split("|")
  const ranges = rest.filter((word) => word.includes("/"))
  return {
    action: action as "allow" | "deny",
    direction: "ingress" as const,
    layer4: protocols.split(",").map((protocol) => ({ protocol: protocol as "tcp", ...(ports === undefined ? {} : { ports }) })),
    ...(ranges.length === 0 ? {} : { sourceRanges: ranges }),
    named
  }
}

const defaultNames = ["default-allow-icmp", "default-allow-internal", "default-allow-ssh", "default-allow-rdp"]

const rulesOf = (written: ReadonlyArray<string>): ReadonlyArray<Rule> => {
  const defaults = [...defaultNames]
  return written.map((text) => {
    const [number = "", ...words] = text.split(" ")
    const { named, ...said } = wordsOf(words)
    const [tags, accounts, targetTags, targetAccounts] = [named("srcTags"), named("srcSA"), named("targetTag"), named("targetSA")]
    return rule(number === "65534" ? (defaults.shift() ?? "") : `fw-test-${number}`, {
      ...said,
      priority: Number(number),
      ...(tags === undefined ? {} : { sourceTags: tags }),
      ...(accounts === undefined ? {} : { sourceServiceAccounts: accounts.map(accountOf) }),
      ...(targetTags === undefined ? {} : { targetTags }),
      ...(targetAccounts === undefined ? {} : { targetServiceAccounts: targetAccounts.map(accountOf) })
    })
  })
}

const policyOf = (id: string, folder: string, written: ReadonlyArray<string>): Policy => ({
  id,
  attachedTo: { _tag: "Folder", folder },
  rules: written.map((text) => {
    if (text === "* goto_next") return { priority: 2_147_483_647, direction: "ingress", action: "goto_next", layer4: [{ protocol: "all" }] }
    const [number = "", ...words] = text.split(" ")
    const { named, ...said } = wordsOf(words)
    const accounts = named("targetSA")
    return { ...said, priority: Number(number), ...(accounts === undefined ? {} : { targetServiceAccounts: accounts.map(accountOf) }) }
  })
})

/** One folder a policy, each under the one before; sources are a site behind a tunnel; the target is `target`, with a public address. */
export const topologyOf = (written: WrittenTopology, tags: ReadonlyArray<string>, account: string | undefined): GcpTopology => {
  const policies = Object.entries(written.hierarchical)
  const folders = policies.map((_, index) => ({ id: `folder-${index}`, ...(index === 0 ? {} : { parent: `folder-${index - 1}` }) }))
  const ports = [22, 80, 443, 1_006, 1_234, 2_000, 2_001, 2_003]
  return small({
    networks: [network("net", { project: "project" })],
    projects: [{ id: "project", folder: folders.at(-1)?.id ?? "" }],
    folders,
    firewallPolicies: policies.map(([id, rules], index) => policyOf(id, `folder-${index}`, rules)),
    firewallRules: rulesOf(written.vpc_rules),
    instances: [
      instance("target", "10.0.1.10", {
        externalAddress: "203.0.113.20",
        tags,
        listening: ports.map((port) => ({ protocol: "tcp", port })),
        ...(account === undefined ? {} : { serviceAccount: accountOf(account) })
      })
    ],
    sites: [{ id: "site", prefixes: ["10.96.0.0/11", "192.168.0.0/16"] }],
    siteConnections: [{ id: "tunnel", kind: "vpn-tunnel", network: "net", region, site: "site", bgp: { priority: 100 } }]
  })
}
