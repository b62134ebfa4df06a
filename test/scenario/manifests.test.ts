/** Kubernetes manifests as a scenario's input: what is understood, what changes nothing, and what is a mistake with its line. */
import { afterAll, describe, expect, test } from "vitest"
import { openFiles } from "./files.ts"

const files = openFiles()
afterAll(files.remove)

const scenario = (pattern: string): string => `import { barePod, drill, flatNetwork, fromManifests, machines, plainCluster } from "drill"
export default drill("from manifests")
  .topology(flatNetwork({ zones: ["a", "b"], shapes: { node: { milliCpu: 4000, memoryMiB: 16384, pods: 110 } } }))
  .cluster(
    plainCluster({ name: "c", version: "1.31" }).with(
      machines("nodes", { shape: "node", zones: ["a", "b"], perZone: 1 }),
      fromManifests(${JSON.stringify(pattern)})
    )
  )
  .until("10m")
`

// The shapes of the chapter's own files: a bare pod, a database with its claim, a web server behind a balancer.
const dnsutils = `apiVersion: v1
kind: Pod
metadata:
  name: dnsutils
  namespace: default
spec:
  containers:
  - name: dnsutils
    image: k8s.gcr.io/e2e-test-images/jessie-dnsutils:1.3
    command:
      - sleep
      - "3600"
    imagePullPolicy: IfNotPresent
  restartPolicy: Always
`
const database = `apiVersion: v1
kind: Service
metadata:
  name: postgres
  labels:
    app: postgres
spec:
  ports:
  - port: 5432
  selector:
    app: postgres
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: postgres-config
data:
  POSTGRES_DB: testdb
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: postgres
spec:
  serviceName: "postgres"
  replicas: 1
  selector:
    matchLabels:
      app: postgres
  template:
    metadata:
      labels:
        app: postgres
    spec:
      containers:
      - name: postgres
        image: postgres:12
        envFrom:
        - configMapRef:
            name: postgres-config
        ports:
        - containerPort: 5432
          name: postgredb
        volumeMounts:
        - name: postgredb
          mountPath: /var/lib/postgresql/data
          subPath: postgres
  volumeClaimTemplates:
  - metadata:
      name: postgredb
    spec:
      accessModes: [ "ReadWriteOnce" ]
      storageClassName: gp2
      resources:
        requests:
          storage: 1Gi
`
const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app
  template:
    metadata:
      labels:
        app: app
    spec:
      containers:
      - name: go-web
        image: strongjz/go-web:v0.0.6
        ports:
        - containerPort: 8080
        resources:
          requests: { cpu: 250m, memory: 64Mi }
          limits: { cpu: 500m, memory: 128Mi }
        readinessProbe:
          httpGet: { path: /, port: 8080 }
          initialDelaySeconds: 5
          periodSeconds: 5
        livenessProbe:
          httpGet: { path: /healthz, port: 8080 }
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector: { matchLabels: { app: app } }
---
apiVersion: v1
kind: Service
metadata:
  name: clusterip-service
spec:
  type: ClusterIP
  selector: { app: app }
  ports:
  - { protocol: TCP, port: 80, targetPort: 8080 }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: app }
spec:
  maxUnavailable: 25%
  selector: { matchLabels: { app: app } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: app }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: app }
  minReplicas: 2
  maxReplicas: 10
  metrics:
  - type: Resource
    resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: app }
spec:
  podSelector: { matchLabels: { app: app } }
  policyTypes: [Ingress]
  ingress:
  - from: [{ podSelector: { matchLabels: { role: client } } }]
    ports: [{ port: 8080 }]
`

describe("manifests of the chapter's shapes", () => {
  files.write("k8s/dnsutils.yml", dnsutils)
  files.write("k8s/database.yml", database)
  files.write("k8s/web.yml", web)
  files.write("well.ts", scenario("./k8s/*.yml"))

  test("become workloads, Services, budgets, autoscalers and policies", async () => {
    const { plan } = await files.load("well.ts")
    expect(plan.cluster.workloads.map(({ kind, name, replicas }) => `${kind} ${name} ${replicas}`)).toEqual([
      "StatefulSet postgres 1",
      "Pod dnsutils 1",
      "Deployment app 2"
    ])
    const app = plan.cluster.workloads.find(({ name }) => name === "app")?.template
    expect(app).toMatchObject({
      requests: { milliCpu: 250, memoryMiB: 64 },
      readinessProbe: { path: "/", port: 8080, initialDelayMs: 5_000, periodMs: 5_000 },
      spread: [{ maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" }]
    })
    expect(plan.cluster.workloads.find(({ name }) => name === "postgres")?.template.volumeClaim).toEqual({
      name: "postgredb",
      kind: "gp2",
      zonal: true,
      attaches: true
    })
    expect(plan.cluster.services.map(({ name, clusterIp }) => `${name} ${clusterIp}`)).toEqual([
      "postgres 10.100.0.128",
      "clusterip-service 10.100.0.129"
    ])
    expect(plan.cluster.budgets).toMatchObject([{ name: "app", maxUnavailable: "25%" }])
    expect(plan.cluster.podAutoscalers).toEqual([{ workload: "default/app", minReplicas: 2, maxReplicas: 10, targetPercent: 70 }])
    expect(plan.cluster.policies).toMatchObject([{ name: "app", ingress: [{ ports: [{ protocol: "tcp", from: 8080, to: 8080 }] }] }])
  })

  test("what changes nothing in the model is named, file by file", async () => {
    const { warnings } = await files.load("well.ts")
    expect(warnings.map(({ code, place }) => `${code} ${place?.path.split("/").at(-1)}`)).toEqual([
      "D020 database.yml",
      "D020 dnsutils.yml",
      "D020 web.yml"
    ])
    expect(warnings[0]?.notes[0]).toContain("kind ConfigMap")
    expect(warnings[2]?.notes[0]).toContain("limits")
  })
})

describe("what is not understood", () => {
  const refused = async (yaml: string) => {
    files.write("bad/one.yaml", yaml)
    files.write("bad.ts", scenario("./bad/*.yaml"))
    const [first] = await files.refuse("bad.ts")
    return `${first?.code} ${first?.place?.path.split("/").at(-1)}:${first?.place?.line} ${first?.headline}${first?.help === undefined ? "" : ` (${first.help})`}`
  }
  const pod = (spec: string): string => `kind: Pod\nmetadata: { name: p }\nspec:\n  ${spec}\n`
  test.each([
    [
      "an unknown kind",
      "kind: Deploymnet\nmetadata: { name: x }\n",
      'D019 one.yaml:1 a manifest of unknown kind "Deploymnet" (did you mean "Deployment"?)'
    ],
    ["a typo in a field", pod("containres: []"), 'D019 one.yaml:4 Pod p: unknown field "spec.containres" (did you mean "containers"?)'],
    [
      "a typo deep inside",
      pod("containers:\n  - name: c\n    ports:\n    - conatinerPort: 80"),
      'D019 one.yaml:7 Pod p: unknown field "spec.containers.0.ports.0.conatinerPort" (did you mean "containerPort"?)'
    ],
    [
      "a count that is none",
      "kind: Deployment\nmetadata: { name: d }\nspec:\n  replicas: three\n",
      'D019 one.yaml:4 Deployment d: spec.replicas is "three"'
    ],
    [
      "an amount that is none",
      "kind: PodDisruptionBudget\nmetadata: { name: b }\nspec: { minAvailable: most }\n",
      'PodDisruptionBudget b: spec.minAvailable is "most"'
    ],
    [
      "a quantity that is none",
      pod("containers:\n  - name: c\n    resources:\n      requests: { cpu: lots }"),
      'D019 one.yaml:7 Pod p: spec.containers.0.resources.requests is {"cpu":"lots"}'
    ],
    [
      "a word that Kubernetes does not take",
      "kind: Deployment\nmetadata: { name: d }\nspec:\n  strategy: { type: Recreated }\n",
      'Deployment d: spec.strategy.type is "Recreated"'
    ],
    ["text where fields belong", pod("containers: nginx"), 'Pod p: spec.containers is "nginx"'],
    [
      "an unknown priority class",
      pod("priorityClassName: system-node-critcal\n  containers: []"),
      'D019 one.yaml:4 Pod p: unknown PriorityClass "system-node-critcal" (did you mean "system-node-critical"?)'
    ],
    [
      "a port's name that no container has",
      "kind: Service\nmetadata: { name: s }\nspec: { selector: { app: x }, ports: [{ port: 80, targetPort: http }] }\n",
      'Service s: no container of the pods it selects has a port named "http"'
    ],
    ["no YAML", "kind: Pod\n  metadata: [", "not valid YAML"],
    ["no object", "just text\n", "D019 one.yaml:1"],
    ["no name", "kind: Pod\nspec: { containers: [] }\n", "D019 one.yaml:1 Pod without a name (add metadata.name)"],
    [
      "a node selector that no node meets",
      pod("nodeSelector: { disk: ssd }\n  containers: []"),
      "D022 one.yaml:2 Pod p: no node may carry its pods (label a node group, or ask for less)"
    ],
    [
      "requests larger than any node",
      pod("containers:\n  - name: c\n    resources: { requests: { cpu: 9, memory: 1Gi } }"),
      "D009 one.yaml:2 Pod p: a pod requests 9000m CPU and 1024 MiB, more than any node has (request less, or take a bigger machine)"
    ],
    [
      "a spread key that no node bears",
      pod(
        "containers: []\n  topologySpreadConstraints:\n  - { maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: {} }"
      ),
      'D022 one.yaml:2 Pod p: is spread over "rack", which no node bears (write over: "zone" or "host")'
    ],
    [
      "a budget that protects nobody",
      "kind: PodDisruptionBudget\nmetadata: { name: b }\nspec: { minAvailable: 1, selector: { matchLabels: { app: gone } } }\n",
      "D021 one.yaml:2 budget b protects nobody (make the selector and the labels agree)"
    ],
    [
      "an autoscaler of nothing",
      "kind: HorizontalPodAutoscaler\nmetadata: { name: h }\nspec: { scaleTargetRef: { kind: Deployment, name: gone }, maxReplicas: 3 }\n",
      'D004 one.yaml:2 podAutoscaler: unknown workload "default/gone"'
    ]
  ])("%s", async (_what, yaml, said) => {
    expect(await refused(yaml)).toContain(said)
  })

  test("a pattern that finds no file", async () => {
    files.write("none.ts", scenario("./nowhere/*.yaml"))
    expect((await files.refuse("none.ts"))[0]).toMatchObject({ code: "D019", headline: 'fromManifests("./nowhere/*.yaml"): no such file' })
  })
})

describe("what other manifests explain", () => {
  const classes = `kind: PriorityClass
metadata: { name: vital }
value: 1000
preemptionPolicy: Never
---
kind: StorageClass
metadata: { name: fast }
provisioner: pd.csi.storage.gke.io
parameters: { type: pd-balanced, replication-type: regional-pd }
`
  const user = (storageClass: string): string => `kind: Pod
metadata: { name: p, labels: { app: p } }
spec:
  priorityClassName: vital
  containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }]
  volumes: [{ name: v, persistentVolumeClaim: { claimName: data } }]
---
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: ${storageClass} }
---
kind: Service
metadata: { name: s }
spec: { selector: { app: p }, ports: [{ port: 80, targetPort: http }] }
`
  test("priority classes, storage classes and ports by name, in whatever order the files come", async () => {
    files.write("explained/a.yaml", user("fast"))
    files.write("explained/b.yaml", classes)
    files.write("explained.ts", scenario("./explained/*.yaml"))
    const { plan, warnings } = await files.load("explained.ts")
    expect(plan.cluster.workloads[0]?.template).toMatchObject({ priority: 1_000, preempts: false })
    expect(plan.cluster.services[0]?.ports[0]).toMatchObject({ port: 80, targetPort: 8_080 })
    expect(plan.cluster.volumes[0]).toMatchObject({ kind: "fast", attaches: true })
    expect(plan.cluster.volumes[0]).not.toHaveProperty("bindsLater")
    expect(warnings.filter(({ code }) => code === "D023")).toEqual([])
  })

  test("a storage class that nobody explains is taken for zonal, and told", async () => {
    files.write("unexplained/a.yaml", `${classes}---\n${user("odd")}`)
    files.write("unexplained.ts", scenario("./unexplained/*.yaml"))
    const { plan, warnings } = await files.load("unexplained.ts")
    expect(plan.cluster.volumes[0]).toMatchObject({ kind: "odd", bindsLater: true })
    expect(warnings.find(({ code }) => code === "D023")).toMatchObject({
      headline: 'PersistentVolumeClaim data: storage class "odd" is taken for a disk of one zone'
    })
  })
})

test("what would change a cluster and is not modelled is warned of, each with its line", async () => {
  files.write(
    "unmodelled/a.yaml",
    "kind: Pod\nmetadata: { name: p }\nspec:\n  containers:\n  - name: c\n    ports: [{ containerPort: 80, hostPort: 80 }]\n---\nkind: ResourceQuota\nmetadata: { name: q }\n"
  )
  files.write("unmodelled.ts", scenario("./unmodelled/*.yaml"))
  const { warnings } = await files.load("unmodelled.ts")
  expect(warnings.filter(({ code }) => code === "D023").map(({ headline, place }) => `${place?.line} ${headline}`)).toEqual([
    "6 Pod p: spec.containers.0.ports.0.hostPort is not modelled",
    "8 ResourceQuota q is not modelled"
  ])
})

test("a Service's session affinity is read; its time, which never runs out here, is told to change nothing", async () => {
  const sticky = (affinity: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { selector: { app: x }, sessionAffinity: ${affinity}, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } }, ports: [{ port: 80 }] }\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: x, labels: { app: x } }\nspec: { containers: [{ name: x, ports: [{ containerPort: 80 }] }] }\n`
  files.write("sticky/one.yaml", sticky("ClientIP"))
  files.write("loose/one.yaml", sticky("None"))
  files.write("sticky.ts", scenario("./sticky/*.yaml"))
  files.write("loose.ts", scenario("./loose/*.yaml"))
  const { plan, warnings } = await files.load("sticky.ts")
  expect(plan.cluster.services[0]).toMatchObject({ sessionAffinity: "ClientIP" })
  expect(warnings[0]?.notes[0]).toBe("sessionAffinityConfig (line 4), name (line 9)")
  expect((await files.load("loose.ts")).plan.cluster.services[0]).not.toHaveProperty("sessionAffinity")
})

test("an autoscaler by more than CPU is told to be not modelled", async () => {
  const scaled = `${web}---\nkind: HorizontalPodAutoscaler\nmetadata: { name: odd }\nspec: { scaleTargetRef: { kind: Deployment, name: app }, maxReplicas: 3, metrics: [{ type: Pods, pods: { metric: { name: queue } } }] }\n`
  files.write("scaled/web.yaml", scaled)
  files.write("scaled.ts", scenario("./scaled/*.yaml"))
  const { plan } = await files.load("scaled.ts")
  expect(plan.cluster.unmodelled).toEqual([
    { subject: "default/app", what: "HorizontalPodAutoscaler odd: scales by more than the utilisation of CPU" }
  ])
})
