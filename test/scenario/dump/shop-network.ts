/** The network of the dump in `shop/`, written by words: what an import of it must equal. */
import { awsVpc } from "drill"

const [shop, data] = ["vpc-0a1", "vpc-0b1"]
const everything = { protocol: "all", fromPort: 0, toPort: 65_535 } as const
const tcp = (port: number, peer: string) => ({ protocol: "tcp", fromPort: port, toPort: port, peer }) as const
const anywhere = [{ ...everything, peer: "0.0.0.0/0" }]
const route = (destination: string, target: string) => ({ destination, target, state: "active", propagated: false }) as const
const allow = [{ number: 100, action: "allow", cidr: "0.0.0.0/0", ...everything }] as const
const open = { inbound: allow, outbound: allow }
const subnet = (letter: string, cidr: string, side: "pri" | "pub", acl: string) => ({
  id: `subnet-0${side}${letter}`,
  vpc: shop,
  zone: `eu-west-1${letter}`,
  cidr,
  routeTable: side === "pub" ? "rtb-0pub" : `rtb-0pri${letter}`,
  networkAcl: acl,
  tags: {
    Name: `shop-${side === "pub" ? "public" : "private"}-${letter}`,
    [`kubernetes.io/role/${side === "pub" ? "" : "internal-"}elb`]: "1"
  }
})
const leave = (nat: string) => [route("0.0.0.0/0", nat), route("pl-6da54004", "vpce-0s3")]
const toData = route("10.8.0.0/16", "pcx-0ab")

export const shopNetwork = awsVpc({
  id: "aws-111122223333",
  region: "eu-west-1",
  zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
  vpcs: [
    { id: shop, cidrs: ["10.0.0.0/16", "100.64.0.0/16"] },
    { id: data, cidrs: ["10.8.0.0/16"] }
  ],
  internetGateways: [{ id: "igw-0a1", vpc: shop }],
  subnets: [
    {
      id: "subnet-0dat",
      vpc: data,
      zone: "eu-west-1a",
      cidr: "10.8.0.0/24",
      networkAcl: "acl-0dat",
      tags: { Name: "data-a", "kubernetes.io/role/internal-elb": "1" }
    },
    subnet("a", "10.0.32.0/20", "pri", "acl-0def"),
    subnet("b", "10.0.48.0/20", "pri", "acl-0def"),
    subnet("c", "10.0.64.0/20", "pri", "acl-0c"),
    subnet("a", "10.0.0.0/24", "pub", "acl-0def"),
    subnet("b", "10.0.1.0/24", "pub", "acl-0def"),
    subnet("c", "10.0.2.0/24", "pub", "acl-0def")
  ],
  routeTables: [
    { id: "rtb-0dat", vpc: data, main: true, routes: [route("10.0.0.0/16", "pcx-0ab")] },
    { id: "rtb-0main", vpc: shop, main: true, routes: [] },
    { id: "rtb-0pria", vpc: shop, main: false, routes: [...leave("nat-0a"), toData] },
    {
      id: "rtb-0prib",
      vpc: shop,
      main: false,
      routes: [...leave("nat-0b"), toData, { destination: "10.99.0.0/16", target: "pcx-0gone", state: "blackhole", propagated: false }]
    },
    { id: "rtb-0pric", vpc: shop, main: false, routes: leave("nat-0b") },
    { id: "rtb-0pub", vpc: shop, main: false, routes: [route("0.0.0.0/0", "igw-0a1")] }
  ],
  natGateways: [
    { id: "nat-0a", subnet: "subnet-0puba", privateAddress: "10.0.0.11", publicAddress: "203.0.113.21" },
    { id: "nat-0b", subnet: "subnet-0pubb", privateAddress: "10.0.1.11", publicAddress: "203.0.113.22" }
  ],
  securityGroups: [
    { id: "sg-0bas", vpc: shop, ingress: [tcp(22, "198.51.100.0/24")], egress: anywhere },
    { id: "sg-0db", vpc: data, ingress: [tcp(5432, "sg-0eks"), tcp(5432, "10.0.0.0/24")], egress: anywhere },
    { id: "sg-0eks", vpc: shop, ingress: [{ ...everything, peer: "sg-0eks" }, tcp(443, "sg-0bas")], egress: anywhere },
    { id: "sg-0sts", vpc: shop, ingress: [tcp(443, "10.0.0.0/16")], egress: [tcp(443, "52.218.0.0/17"), tcp(443, "3.5.64.0/21")] }
  ],
  networkAcls: [
    {
      id: "acl-0c",
      vpc: shop,
      inbound: [
        { number: 90, action: "deny", protocol: "tcp", cidr: "203.0.113.0/24", fromPort: 0, toPort: 65_535 },
        { number: 100, action: "allow", protocol: "tcp", cidr: "10.0.0.0/16", fromPort: 443, toPort: 443 },
        { number: 110, action: "allow", protocol: "udp", cidr: "10.0.0.0/16", fromPort: 53, toPort: 53 }
      ],
      outbound: allow
    },
    { id: "acl-0dat", vpc: data, ...open },
    { id: "acl-0def", vpc: shop, ...open }
  ],
  instances: [
    {
      id: "i-0bas",
      subnet: "subnet-0puba",
      address: "10.0.0.20",
      publicAddress: "203.0.113.40",
      securityGroups: ["sg-0bas"],
      sourceDestCheck: true,
      listening: [{ protocol: "tcp", port: 22 }]
    },
    {
      id: "i-0db",
      subnet: "subnet-0dat",
      address: "10.8.0.10",
      securityGroups: ["sg-0db"],
      sourceDestCheck: true,
      listening: [{ protocol: "tcp", port: 5432 }]
    }
  ],
  prefixLists: [{ id: "pl-6da54004", cidrs: ["52.218.0.0/17", "3.5.64.0/21"] }],
  peerings: [{ id: "pcx-0ab", vpcs: [shop, data] }],
  gatewayEndpoints: [{ id: "vpce-0s3", vpc: shop, prefixList: "pl-6da54004" }],
  interfaceEndpoints: [
    {
      id: "vpce-0sts",
      vpc: shop,
      service: "com.amazonaws.eu-west-1.sts",
      interfaces: [{ subnet: "subnet-0pria", address: "10.0.32.210" }],
      securityGroups: ["sg-0sts"],
      dnsName: "sts.eu-west-1.amazonaws.com"
    }
  ],
  networkInterfaces: [
    { id: "eni-0cpa", subnet: "subnet-0pria", addresses: ["10.0.32.200"], description: "Amazon EKS shop" },
    { id: "eni-0cpb", subnet: "subnet-0prib", addresses: ["10.0.48.200"], description: "Amazon EKS shop" },
    { id: "eni-0elb", subnet: "subnet-0puba", addresses: ["10.0.0.30"], description: "ELB app/shop-web/50dc6c495c0c9188" },
    { id: "eni-0la", subnet: "subnet-0pria", addresses: ["10.0.32.220", "10.0.32.221"], description: "AWS Lambda VPC ENI-orders" },
    { id: "eni-0pre", subnet: "subnet-0pric", addresses: ["10.0.64.40"], description: "warehouse" }
  ]
})
