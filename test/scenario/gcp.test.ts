/** GCP's words: what they lay out, and what a network at GCP that does not stand up is told. */
import { describe, expect, test } from "vitest"
import { changeTopology } from "../../src/model/cloud/change.ts"
import type { GcpTopology } from "../../src/model/cloud/gcp/topology.ts"
import { checkGcp } from "../../src/scenario/check-gcp.ts"
import { gkeVpc } from "../../src/scenario/word/gcp-network.ts"
import { instance, network, route, rule, small, subnetwork, via } from "../model/cloud/gcp/asking.ts"

const told = (parts: Partial<GcpTopology>): ReadonlyArray<string> => checkGcp(small(parts), undefined).map(({ headline }) => headline)

describe("bad input", () => {
  test("a network that stands up is told nothing", () => {
    expect(told({})).toEqual([])
  })

  test("a firewall rule with both tags and service accounts", () => {
    const mixed = rule("mixed", { sourceTags: ["web"], targetServiceAccounts: ["db@project"] })
    expect(told({ firewallRules: [mixed] })).toEqual(["firewall rule mixed has both tags and service accounts"])
  })

  test("a subnetwork over an auto-mode range", () => {
    expect(told({ networks: [network("net", { mode: "auto" })], subnetworks: [subnetwork("sub", "10.132.0.0/24")] })).toEqual([
      "auto mode's europe-west1 10.132.0.0/20 overlaps subnetwork sub 10.132.0.0/24"
    ])
  })

  test("a route to an instance that does not forward, or is not there", () => {
    const instances = [instance("vm", "10.0.1.10"), instance("router", "10.0.1.20", { canIpForward: true })]
    expect(told({ instances, routes: [route("to-vm", "10.9.0.0/16", via("vm"))] })).toEqual([
      "route to-vm leads to vm, which does not forward"
    ])
    expect(told({ instances, routes: [route("fine", "10.9.0.0/16", via("router"))] })).toEqual([])
    expect(told({ instances, routes: [route("lost", "10.9.0.0/16", via("ruoter"))] })[0]).toMatch('route lost: unknown instance "ruoter"')
  })
})

describe("names that nothing bears", () => {
  test("in Cloud NATs, routes, peerings, connections, balancers and policies", () => {
    const parts: Partial<GcpTopology> = {
      cloudNats: [
        {
          id: "nat",
          network: "net",
          region: "mars",
          addresses: ["203.0.113.9"],
          subnetworks: [{ subnetwork: "sup", ranges: "all" }],
          ports: { _tag: "Static", perVm: 64, endpointIndependentMapping: false }
        }
      ],
      routes: [
        { ...route("by-lb", "10.9.0.0/16", { _tag: "LoadBalancer", loadBalancer: "ilb" }) },
        { ...route("by-vpn", "10.8.0.0/16", { _tag: "Connection", connection: "vpn" }) }
      ],
      peerings: [{ id: "peer", network: "net", peer: "nit", exportsCustomRoutes: false, importsCustomRoutes: false }],
      siteConnections: [{ id: "tunnel", kind: "vpn-tunnel", network: "net", region: "europe-west1", site: "office" }],
      loadBalancers: [
        {
          _tag: "ExternalPassthrough",
          id: "lb",
          network: "net",
          address: "203.0.113.1",
          protocol: "tcp",
          port: 80,
          backends: [{ id: "group", instances: ["vmm"] }],
          healthCheckPort: 80,
          region: "europe-west1"
        }
      ],
      firewallPolicies: [{ id: "policy", attachedTo: { _tag: "Folder", folder: "prod" }, rules: [] }]
    }
    expect(told(parts).map((headline) => headline.replace(/ \(.*/, ""))).toEqual([
      'Cloud NAT nat: unknown region "mars"',
      'Cloud NAT nat: unknown subnetwork "sup"',
      'route by-lb: unknown load balancer "ilb"',
      'route by-vpn: unknown connection "vpn"',
      'peering peer: unknown network "nit"',
      'connection tunnel: unknown site "office"',
      'load balancer lb: unknown instance "vmm"',
      'firewall policy policy: unknown folder "prod"'
    ])
  })

  test("a zone of no region", () => {
    expect(told({ zones: ["a"], instances: [] })).toEqual(['zone "a" is in none of the regions "europe-west1"'])
  })
})

describe("changes", () => {
  test("what is not there cannot be deleted, what is there not made again", () => {
    const made = changeTopology(small(), { _tag: "DeleteStaticRoute", id: "default-route" })
    if ("refused" in made) throw new Error(made.refused)
    expect(changeTopology(made.topology, { _tag: "DeleteStaticRoute", id: "default-route" })).toEqual({
      refused: 'there is no route "default-route"'
    })
    expect(changeTopology(small(), { _tag: "CreateStaticRoute", route: route("default-route", "0.0.0.0/0", via("vm")) })).toEqual({
      refused: 'there is a route "default-route" already'
    })
  })

  test("another cloud's change is refused", () => {
    expect(changeTopology(small(), { _tag: "DetachRouteTable", subnet: "sub" })).toEqual({
      refused: "DetachRouteTable is a change of another cloud's network"
    })
  })
})

test("gkeVpc lays out what a private cluster needs, and it stands up", () => {
  const { topology } = gkeVpc({
    name: "shop",
    region: "europe-west1",
    zones: ["europe-west1-b", "europe-west1-c"],
    nodeCidr: "10.10.0.0/22",
    podCidr: "10.20.0.0/16",
    serviceCidr: "10.30.0.0/20",
    controlPlaneZones: ["europe-west1-b"]
  })
  expect(checkGcp(topology, undefined)).toEqual([])
  expect(topology.instances.map(({ zone, address }) => `${zone} ${address}`)).toEqual(["europe-west1-b 172.16.0.2"])
})
