/**
 * A network at GCP, in GCP's words: written out whole (`gcpVpc`), or laid out for a private GKE cluster (`gkeVpc`): one subnetwork of a
 * region with ranges for pods and Services, the default route, Cloud NAT, the control plane's own range, and the rules that GKE writes.
 * Source: GKE docs, VPC-native clusters, private clusters, automatically created firewall rules.
 */
import { Schema } from "effect"
import { GcpTopology } from "../../model/cloud/gcp/topology.ts"
import { formatAddress, parsePrefix } from "../../model/net/ip.ts"
import { errorOf } from "../diagnostic.ts"
import { placeOfCall } from "../place.ts"
import { misuse, readOptions } from "../read.ts"
import type { Network } from "./network.ts"

/** One at GCP. */
export interface GcpNetwork extends Network {
  readonly topology: GcpTopology
}

/** Everything written out. */
export const gcpVpc = (topology: Omit<GcpTopology, "_tag">): GcpNetwork => {
  const place = placeOfCall(gcpVpc)
  return { topology: readOptions(GcpTopology, { _tag: "GcpTopology", ...topology }, "gcpVpc", place), place }
}

const Options = Schema.Struct({
  name: Schema.NonEmptyString,
  region: Schema.NonEmptyString,
  /** Zones of the nodes. */
  zones: Schema.Array(Schema.NonEmptyString),
  nodeCidr: Schema.String,
  podCidr: Schema.String,
  /** Of a routes-based cluster: pods have no range of the subnetwork. */
  podsRouted: Schema.optionalKey(Schema.Boolean),
  /** Further ranges for pods, which node pools may have (`podCidr`). */
  morePodCidrs: Schema.optionalKey(Schema.Array(Schema.String)),
  serviceCidr: Schema.String,
  /** A /28 of its own. */
  controlPlaneCidr: Schema.optionalKey(Schema.String),
  /** Zones of the control plane: one, or several of the region; all of the nodes' when absent. */
  controlPlaneZones: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  nat: Schema.optionalKey(Schema.Struct({ addresses: Schema.Array(Schema.String), portsPerVm: Schema.optionalKey(Schema.Int) }))
})

/** Cloud NAT's default. Source: Cloud NAT docs, ports. */
const usualPortsPerVm = 64
/** Source: GKE docs, private clusters: a /28 of RFC 1918 space. */
const usualControlPlaneCidr = "172.16.0.0/28"
const firstControlPlaneHost = 2

export const gkeNetwork = (cluster: string): string => `${cluster}-net`
export const gkeSubnetwork = (cluster: string): string => `${cluster}-nodes`
/** The tag of every node. */
export const gkeTag = (cluster: string): string => `gke-${cluster}-node`
/** The rule that lets Google's health checks and proxies in to what Ingresses send to. */
export const gkeIngressRule = (cluster: string): string => `k8s-fw-l7--${cluster}`
const controlPlaneTag = (cluster: string): string => `gke-${cluster}-control-plane`

/** A custom-mode network as a private cluster of this name needs it. */
export const gkeVpc = (options: typeof Options.Type): GcpNetwork => {
  const place = placeOfCall(gkeVpc)
  const read = readOptions(Options, options, "gkeVpc", place)
  const {
    name,
    region,
    zones,
    nodeCidr,
    podCidr,
    podsRouted = false,
    morePodCidrs = [],
    serviceCidr,
    controlPlaneCidr,
    controlPlaneZones,
    nat
  } = read
  const network = gkeNetwork(name)
  const masters = controlPlaneCidr ?? usualControlPlaneCidr
  const controlPlane = controlPlaneOf({ name, network, region, cidr: masters, zones: controlPlaneZones ?? zones, nodeCidr })
  if (controlPlane === undefined)
    return misuse(errorOf("D007", `gkeVpc: "${controlPlaneCidr}" is no range`, { place, underlined: `"${controlPlaneCidr}"` }))
  const subnetwork = { network, region, privateGoogleAccess: true }
  return {
    place,
    topology: {
      _tag: "GcpTopology",
      id: name,
      regions: [region],
      zones,
      networks: [{ id: network, mode: "custom", dynamicRouting: "regional", firewallOrder: "AFTER_CLASSIC_FIREWALL" }],
      subnetworks: [
        {
          ...subnetwork,
          id: gkeSubnetwork(name),
          cidr: nodeCidr,
          secondaryRanges: [
            ...(podsRouted ? [] : [{ name: "pods", cidr: podCidr }]),
            { name: "services", cidr: serviceCidr },
            ...morePodCidrs.map((cidr, index) => ({ name: `pods-${index + 2}`, cidr }))
          ]
        },
        controlPlane.subnetwork
      ],
      routes: [{ id: "default-route", network, destination: "0.0.0.0/0", priority: 1_000, nextHop: { _tag: "DefaultInternetGateway" } }],
      firewallRules: [...rulesOf(name, { nodeCidr, podCidrs: [podCidr, ...morePodCidrs], controlPlaneCidr: masters }), controlPlane.rule],
      instances: controlPlane.machines,
      cloudNats: nat === undefined ? [] : [natOf(name, region, nat)]
    }
  }
}

export interface ControlPlane {
  readonly subnetwork: GcpTopology["subnetworks"][number]
  readonly machines: GcpTopology["instances"]
  readonly rule: GcpTopology["firewallRules"][number]
}

/**
 * The control plane of a private cluster: a machine a zone in a range of its own, and a rule that lets nodes in. It stands in the owner's
 * network here; at GKE it is a peered one. `undefined`: `cidr` is no range.
 */
export const controlPlaneOf = ({
  name,
  network,
  region,
  cidr,
  zones,
  nodeCidr
}: {
  readonly name: string
  readonly network: string
  readonly region: string
  readonly cidr: string
  readonly zones: ReadonlyArray<string>
  readonly nodeCidr: string
}): ControlPlane | undefined => {
  const range = parsePrefix(cidr)
  if (range === undefined) return undefined
  const subnetwork = `${name}-control-plane`
  return {
    subnetwork: { id: subnetwork, network, region, cidr, privateGoogleAccess: true },
    machines: zones.map((zone, index) => ({
      id: `gke-${name}-control-plane-${zone}`,
      zone,
      subnetwork,
      address: formatAddress(range.first + firstControlPlaneHost + index),
      tags: [controlPlaneTag(name)],
      canIpForward: false,
      running: true,
      listening: [{ protocol: "tcp", port: 443 }]
    })),
    rule: {
      id: `gke-${name}-api`,
      network,
      direction: "ingress",
      priority: 1_000,
      action: "allow",
      layer4: [{ protocol: "tcp", ports: ["443"] }],
      sourceRanges: [nodeCidr],
      targetTags: [controlPlaneTag(name)]
    }
  }
}

/** For the nodes' subnetwork, with its pods. */
const natOf = (
  name: string,
  region: string,
  { addresses, portsPerVm }: NonNullable<(typeof Options.Type)["nat"]>
): NonNullable<GcpTopology["cloudNats"]>[number] => ({
  id: `${name}-nat`,
  network: gkeNetwork(name),
  region,
  addresses,
  subnetworks: [{ subnetwork: gkeSubnetwork(name), ranges: "all" }],
  ports: { _tag: "Static", perVm: portsPerVm ?? usualPortsPerVm, endpointIndependentMapping: false }
})

interface Ranges {
  readonly nodeCidr: string
  readonly podCidrs: ReadonlyArray<string>
  readonly controlPlaneCidr: string
}

/** As GKE writes them: pods anywhere, nodes among themselves, the control plane to kubelets; and nodes to it. */
const rulesOf = (name: string, { nodeCidr, podCidrs, controlPlaneCidr }: Ranges): GcpTopology["firewallRules"] => {
  const allow = { network: gkeNetwork(name), direction: "ingress", priority: 1_000, action: "allow" } as const
  const everything = [{ protocol: "all" }] as const
  const nodes = [gkeTag(name)]
  return [
    { ...allow, id: `gke-${name}-all`, layer4: everything, sourceRanges: podCidrs, targetTags: nodes },
    { ...allow, id: `gke-${name}-vms`, layer4: everything, sourceRanges: [nodeCidr], targetTags: nodes },
    {
      ...allow,
      id: `gke-${name}-master`,
      layer4: [{ protocol: "tcp", ports: ["443", "10250"] }],
      sourceRanges: [controlPlaneCidr],
      targetTags: nodes
    }
  ]
}
