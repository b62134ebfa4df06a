/**
 * A small plan for tests: three zones, one m5.large each in a public subnet, a web Deployment behind a classic balancer that keeps to
 * its zone, cluster DNS, and a database on a volume of zone c. Every part can be replaced by the test that needs another.
 */

import type { SettingValue } from "../src/model/value/setting.ts"
import { completeSettings } from "../src/model/world/settings.ts"
import type { Plan } from "../src/scenario/plan.ts"

type Workload = Plan["cluster"]["workloads"][number]

export const zones = ["a", "b", "c"] as const

const all = { protocol: "all" as const, fromPort: 0, toPort: 65_535 }

const topology: Plan["topology"] = {
  _tag: "AwsTopology",
  id: "small",
  region: "test-1",
  zones,
  vpcs: [{ id: "vpc", cidrs: ["10.0.0.0/16"] }],
  internetGateways: [{ id: "igw", vpc: "vpc" }],
  subnets: zones.map((zone, index) => ({ id: `public-${zone}`, vpc: "vpc", zone, cidr: `10.0.${index}.0/24`, routeTable: "rtb-public" })),
  routeTables: [
    { id: "rtb-public", vpc: "vpc", main: false, routes: [{ destination: "0.0.0.0/0", target: "igw", state: "active", propagated: false }] }
  ],
  natGateways: [],
  securityGroups: [
    {
      id: "sg-node",
      vpc: "vpc",
      ingress: [
        { ...all, peer: "sg-node" },
        { ...all, peer: "sg-lb" }
      ],
      egress: [{ ...all, peer: "0.0.0.0/0" }]
    },
    {
      id: "sg-lb",
      vpc: "vpc",
      ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, peer: "0.0.0.0/0" }],
      egress: [{ ...all, peer: "0.0.0.0/0" }]
    }
  ],
  networkAcls: [],
  instances: []
}

export const workload = (
  kind: Workload["kind"],
  name: string,
  replicas: number,
  template: Partial<Workload["template"]> = {},
  more: Partial<Workload> = {}
): Workload => ({
  kind,
  name,
  namespace: "default",
  replicas,
  pins: [],
  template: { labels: { app: name }, hostNetwork: false, serves: [], ...template },
  ...more
})

const web = workload("Deployment", "web", 3, {
  serves: [{ port: 8_080, protocol: "tcp", paths: [{ path: "/data", calls: [{ service: "default/db", port: 5_432, lookup: true }] }] }],
  readinessProbe: { path: "/", port: 8_080, initialDelayMs: 5_000, periodMs: 5_000 }
})
const db = workload("StatefulSet", "db", 1, { serves: [{ port: 5_432, protocol: "tcp", paths: [] }], volume: "disk" })
const dns = workload(
  "Deployment",
  "dns",
  2,
  { serves: [{ port: 53, protocol: "udp", paths: [] }], requests: { milliCpu: 100, memoryMiB: 70 } },
  {
    pins: [
      { name: "dns-1", node: "node-a" },
      { name: "dns-2", node: "node-b" }
    ]
  }
)
const client = workload("Pod", "client", 1, {}, { pins: [{ name: "client", node: "node-a" }] })

const cluster: Plan["cluster"] = {
  id: "small",
  version: "1.31",
  serviceCidr: "10.100.0.0/16",
  dnsService: "default/dns",
  api: { endpoint: "public", name: "api", address: "203.0.113.250", port: 443 },
  nodes: zones.map((zone, index) => ({
    name: `node-${zone}`,
    nodeGroup: "nodes",
    subnet: `public-${zone}`,
    instanceType: "m5.large",
    address: `10.0.${index}.10`,
    publicAddress: `203.0.113.${index + 1}`,
    groups: ["sg-node"],
    maxPods: 29,
    labels: {}
  })),
  workloads: [dns, web, client, db],
  services: [
    {
      name: "dns",
      namespace: "default",
      type: "ClusterIP",
      clusterIp: "10.100.0.10",
      selector: { app: "dns" },
      ports: [{ port: 53, targetPort: 53, protocol: "udp" }]
    },
    {
      name: "db",
      namespace: "default",
      type: "ClusterIP",
      clusterIp: "10.100.0.20",
      selector: { app: "db" },
      ports: [{ port: 5_432, targetPort: 5_432, protocol: "tcp" }]
    },
    {
      name: "web",
      namespace: "default",
      type: "LoadBalancer",
      clusterIp: "10.100.0.30",
      selector: { app: "web" },
      ports: [{ port: 80, targetPort: 8_080, protocol: "tcp", nodePort: 30_080 }],
      loadBalancer: {
        id: "lb",
        dnsName: "lb.example",
        kind: "classic",
        subnets: zones.map((zone) => `public-${zone}`),
        groups: ["sg-lb"],
        crossZone: false,
        healthCheck: { protocol: "tcp", intervalMs: 10_000, timeoutMs: 5_000, unhealthyThreshold: 6, healthyThreshold: 2 }
      }
    }
  ],
  volumes: [{ name: "disk", kind: "gp2", zone: "c" }]
}

/** The plan: zone c is dark from 2m to 42m. `changes` replace whole members; `settings` are completed. */
export const smallPlan = (changes: Partial<Omit<Plan, "settings">> = {}, settings: Readonly<Record<string, SettingValue>> = {}): Plan => ({
  format: 1,
  name: "small",
  about: "",
  lesson: "",
  topology,
  cluster,
  probes: [
    { id: "page", from: { _tag: "Internet" }, to: { _tag: "Balancer", service: "default/web", port: 80 }, protocol: "tcp", path: "/" },
    { id: "data", from: { _tag: "Internet" }, to: { _tag: "Balancer", service: "default/web", port: 80 }, protocol: "tcp", path: "/data" },
    {
      id: "inside",
      from: { _tag: "Pod", pod: "default/client" },
      to: { _tag: "Service", service: "default/web", port: 80 },
      protocol: "tcp"
    }
  ],
  timeline: [
    { atMs: 120_000, action: { _tag: "CutZone", zone: "c" } },
    { atMs: 2_520_000, action: { _tag: "HealZone", zone: "c" } }
  ],
  untilMs: 2_700_000,
  expectations: [],
  settings: completeSettings(settings),
  ...changes
})
