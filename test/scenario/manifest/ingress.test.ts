/** Ingresses and annotated Services from manifests: the balancer their controller makes, where it stands, and what is refused. */
import { afterAll, describe, expect, test } from "vitest"
import { openFiles } from "../files.ts"

const files = openFiles()
afterAll(files.remove)

const cluster = `eksCluster({ name: "shop", version: "1.31" }).with(
      nodeGroup("workers", { instanceType: "m5.large", nodes: 2, subnets: ["private-eu-west-1a", "private-eu-west-1b"] }),
      fromManifests("./k8s/*.yaml")
    )`
const scenario = `import { drill, eksCluster, eksctlVpc, fromManifests, from, nodeGroup, to } from "drill"
const zones = ["eu-west-1a", "eu-west-1b"]
export default drill("shop")
  .topology(eksctlVpc({ name: "shop", region: "eu-west-1", cidr: "192.168.0.0/16", zones, nat: "Single", nodeGroups: ["workers"] }))
  .cluster(${cluster})
  .until("2m")
`
const web = `kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: c, ports: [{ containerPort: 8080, name: http }] }] }
---
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ name: plain, port: 80, targetPort: http }] }
`
const ingressWith = (annotations: Readonly<Record<string, string>>, spec: string): string =>
  `${web}---\nkind: Ingress\nmetadata:\n  name: web\n  annotations: ${JSON.stringify(annotations)}\nspec: ${spec}\n`
const alb = "alb.ingress.kubernetes.io"
const toWeb = "backend: { service: { name: web, port: { number: 80 } } }"
const allPaths = `{ rules: [{ http: { paths: [{ path: /, pathType: Prefix, ${toWeb} }] } }] }`

const read = async (yaml: string) => {
  files.write("k8s/web.yaml", yaml)
  files.write("shop.ts", scenario)
  return files.load("shop.ts")
}
const refuse = async (yaml: string) => {
  files.write("k8s/web.yaml", yaml)
  files.write("shop.ts", scenario)
  const [first] = await files.refuse("shop.ts")
  return `${first?.place?.path.split("/").at(-1)}:${first?.place?.line} ${first?.headline}`
}

describe("an Ingress", () => {
  test("makes an internal application balancer over the private subnets, a zone each, unless it says otherwise", async () => {
    const { plan } = await read(ingressWith({}, allPaths))
    expect(plan.cluster.ingresses).toMatchObject([
      {
        name: "web",
        ports: [80],
        rules: [{ path: "/", pathType: "Prefix", action: { _tag: "Forward", to: [{ service: "web", port: 80, weight: 1 }] } }],
        loadBalancer: {
          id: "k8s-default-web",
          kind: "application",
          targetType: "instance",
          subnets: ["private-eu-west-1a", "private-eu-west-1b"]
        }
      }
    ])
  })

  test("with a scheme stands in the public subnets; annotations change checks, targets, ports and groups", async () => {
    const { plan } = await read(
      ingressWith(
        {
          [`${alb}/scheme`]: "internet-facing",
          [`${alb}/target-type`]: "ip",
          [`${alb}/listen-ports`]: '[{"HTTP": 80}, {"HTTPS": 443}]',
          [`${alb}/healthcheck-interval-seconds`]: "5",
          [`${alb}/healthcheck-timeout-seconds`]: "2",
          [`${alb}/unhealthy-threshold-count`]: "3",
          [`${alb}/target-group-attributes`]: "deregistration_delay.timeout_seconds=30"
        },
        allPaths
      )
    )
    const [ingress] = plan.cluster.ingresses ?? []
    expect(ingress?.ports).toEqual([80, 443])
    expect(ingress?.loadBalancer).toMatchObject({
      subnets: ["public-eu-west-1a", "public-eu-west-1b"],
      targetType: "ip",
      deregistrationDelayMs: 30_000,
      healthCheck: { intervalMs: 5_000, timeoutMs: 2_000, unhealthyThreshold: 3, healthyThreshold: 2 }
    })
  })

  test("names ports, matches hosts and paths, answers by annotation, and has a backend for the rest", async () => {
    const { plan } = await read(
      ingressWith(
        { [`${alb}/actions.moved`]: '{"type":"redirect","redirectConfig":{"protocol":"HTTPS","statusCode":"HTTP_301"}}' },
        `{ defaultBackend: { service: { name: web, port: { name: plain } } }, rules: [{ host: shop.example, http: { paths: [
          { path: /old/*, pathType: ImplementationSpecific, backend: { service: { name: moved, port: { name: use-annotation } } } },
          { path: /data, pathType: Exact, ${toWeb} }] } }] }`
      )
    )
    const forward = { _tag: "Forward", to: [{ service: "web", port: 80, weight: 1 }] }
    expect(plan.cluster.ingresses?.[0]?.rules).toEqual([
      { host: "shop.example", path: "/old", pathType: "Prefix", action: { _tag: "Answer", status: 301 } },
      { host: "shop.example", path: "/data", pathType: "Exact", action: forward },
      { path: "/", pathType: "Prefix", action: forward }
    ])
  })

  test("of another controller's class is told to be not modelled", async () => {
    const { plan } = await read(ingressWith({}, allPaths.replace("{ rules", "{ ingressClassName: nginx, rules")))
    expect(plan.cluster.unmodelled).toEqual([
      { subject: "default/web", what: "Ingress web: its class is nginx, and only alb gets a balancer of its own" }
    ])
  })

  test("mistakes bear file and line; annotations that the model does not know are named", async () => {
    expect(await refuse(ingressWith({}, allPaths.replace("pathType: Prefix", "pathTyp: Prefix")))).toBe(
      'web.yaml:18 Ingress web: unknown field "spec.rules.0.http.paths.0.pathTyp"'
    )
    expect(await refuse(ingressWith({ [`${alb}/scheme`]: "public" }, allPaths))).toBe(
      'web.yaml:17 Ingress web: the annotation alb.ingress.kubernetes.io/scheme is "public"'
    )
    expect(await refuse(ingressWith({}, allPaths.replace("name: web", "name: wep")))).toMatch(/^web\.yaml:16 .*"wep"/)
    const { warnings } = await read(ingressWith({ [`${alb}/group.name`]: "shared" }, allPaths))
    expect(warnings.map(({ headline }) => headline)).toContain(
      "Ingress web: the annotation alb.ingress.kubernetes.io/group.name is not modelled"
    )
  })
})

describe("a Service of type LoadBalancer", () => {
  const aws = "service.beta.kubernetes.io/aws-load-balancer"
  const balanced = (annotations: Readonly<Record<string, string>>): string =>
    web.replace(
      "metadata: { name: web }\nspec: { type: NodePort",
      `metadata: { name: web, annotations: ${JSON.stringify(annotations)} }\nspec: { type: LoadBalancer`
    )
  const balancerOf = async (annotations: Readonly<Record<string, string>>) => (await read(balanced(annotations))).plan.cluster.services[0]

  test("without annotations gets the in-tree controller's classic balancer and a node port", async () => {
    expect(await balancerOf({})).toMatchObject({
      ports: [{ port: 80, targetPort: 8_080, nodePort: 31_000 }],
      loadBalancer: { kind: "classic", subnets: ["public-eu-west-1a", "public-eu-west-1b"] }
    })
  })

  test("of type external gets the controller's network balancer, internal unless it says otherwise", async () => {
    expect((await balancerOf({ [`${aws}-type`]: "external", [`${aws}-nlb-target-type`]: "ip" }))?.loadBalancer).toMatchObject({
      kind: "network",
      targetType: "ip",
      subnets: ["private-eu-west-1a", "private-eu-west-1b"],
      healthCheck: { intervalMs: 10_000, unhealthyThreshold: 3 }
    })
    const open = {
      [`${aws}-type`]: "external",
      [`${aws}-scheme`]: "internet-facing",
      [`${aws}-attributes`]: "load_balancing.cross_zone.enabled=true"
    }
    expect((await balancerOf(open))?.loadBalancer).toMatchObject({ subnets: ["public-eu-west-1a", "public-eu-west-1b"], crossZone: true })
  })

  test("of type nlb gets the in-tree controller's, which checks every 30 s", async () => {
    expect((await balancerOf({ [`${aws}-type`]: "nlb" }))?.loadBalancer).toMatchObject({
      kind: "network",
      subnets: ["public-eu-west-1a", "public-eu-west-1b"],
      healthCheck: { intervalMs: 30_000, timeoutMs: 10_000, unhealthyThreshold: 3 }
    })
  })

  test("named subnets are taken as they are", async () => {
    expect((await balancerOf({ [`${aws}-type`]: "external", [`${aws}-subnets`]: "public-eu-west-1b" }))?.loadBalancer?.subnets).toEqual([
      "public-eu-west-1b"
    ])
  })
})
