/** Every mistake that a scenario's author can make gets a code, the line of the word that was wrong, and one way on. */
import { afterAll, describe, expect, test } from "vitest"
import { openFiles, smallScenario } from "./files.ts"

const files = openFiles()
afterAll(files.remove)

let count = 0
const refused = async (text: string) => files.refuse(files.write(`case-${count++}.ts`, text))

type Change = readonly [piece: string, instead: string]
const cases: ReadonlyArray<
  readonly [what: string, changes: ReadonlyArray<Change>, code: string, line: number | undefined, headline: string, hint: string]
> = [
  [
    "an unknown zone",
    [['cutZone("eu-west-1b")', 'cutZone("eu-west-1d")']],
    "D004",
    18,
    'unknown zone "eu-west-1d"',
    'did you mean "eu-west-1a"'
  ],
  [
    "a rollout of a bare pod",
    [
      ["healZone, nodeGroup", "healZone, nodeGroup, rollout"],
      ['cutZone("eu-west-1b")', 'rollout("shell", "2")']
    ],
    "D004",
    18,
    'unknown Deployment, StatefulSet or DaemonSet "default/shell"',
    "default/web"
  ],
  ["time as a bare number", [['.at("1m"', ".at(30"]], "D002", 18, "at(30, …): 30 of what?", 'write "30s", "30m" or "1h30m"'],
  ["time as text without a unit", [['.until("10m")', '.until("10")']], "D002", 20, 'until("10", …): "10" is not a time', 'write "10s"'],
  ["a fault after the end", [['.until("10m")', '.until("5m")']], "D005", 19, "healZone at 8m, but the drill ends at 5m", '.until("11m")'],
  [
    "healing what was never broken",
    [['.at("1m", cutZone("eu-west-1b"))', '.at("1m", cutZone("eu-west-1a"))']],
    "D006",
    19,
    'healZone("eu-west-1b") at 8m: nothing has cut it',
    'did you mean healZone("eu-west-1a")?'
  ],
  ["a VPC that is no range", [["10.0.0.0/16", "10.0.0.7/16"]], "D007", 2, '"10.0.0.7/16" is no range', "192.168.0.0/16"],
  ["a mistyped property", [["replicas: 2", "replica: 2"]], "D008", 8, 'unknown "replica"', 'did you mean "replicas"?'],
  ["a missing property", [["replicas: 2, ", ""]], "D008", 8, '"replicas" is missing', "add replicas"],
  ["an unknown instance type", [["m5.large", "m5.lrage"]], "D004", 6, 'instance type "m5.lrage" is not known', "m5.large"],
  [
    "more pods than addresses",
    [["nodes: 2,", "nodes: 2, maxPods: 58,"]],
    "D009",
    6,
    "58 pods on m5.large, its addresses allow 29",
    "bigger instance"
  ],
  ["more pods than nodes may run", [["replicas: 2", "replicas: 80"]], "D009", 5, "pods are asked for, 2 nodes may run 58", "more nodes"],
  ["the same workload twice", [['barePod("shell")', 'barePod("web"), barePod("shell")']], "D014", 11, "two workloads are called", "rename"],
  [
    "the same probe twice",
    [[".until", '.probe("web", from.internet(), to.service("web", 80))\n  .until']],
    "D014",
    20,
    "two probes",
    "rename"
  ],
  [
    "a Service without endpoints",
    [['{ app: "web" }', '{ app: "wbe" }']],
    "D016",
    12,
    "Service default/web has no endpoints",
    "labels agree"
  ],
  [
    "a Service whose port nobody listens on",
    [["targetPort: 8080", "targetPort: 80"]],
    "D016",
    12,
    "nobody listens on tcp 80",
    "targetPort"
  ],
  [
    "a probe of an unknown Service",
    [['to.service("web", 80)', 'to.service("wbe", 80)']],
    "D004",
    17,
    'unknown Service "default/wbe"',
    'did you mean "default/web"?'
  ],
  ["a probe of a port that is not there", [['to.service("web", 80)', 'to.service("web", 81)']], "D004", 17, 'unknown port "81"', "80"],
  ["an expectation about nobody", [['delivered("web")', 'delivered("wbe")']], "D004", 21, 'unknown probe "wbe"', 'did you mean "web"?'],
  ["a share that is no share", [['delivered("web")', 'delivered("web").atLeast("most")']], "D008", 21, '"most" is not a share', '"2/3"'],
  ["a claim without a deadline", [['.within("2m").after("1m")', ""]], "D008", 21, "the claim has no deadline", ".sustained()"],
  ["a volume in no zone", [['zone: "eu-west-1b" })', 'zone: "eu-west-1c" })']], "D004", 10, 'unknown zone "eu-west-1c"', "eu-west-1"],
  [
    "a pod pinned away from its volume",
    [['volume: "disk" }', 'volume: "disk", pods: [{ name: "db-0", node: "ip-10-0-0-10" }] }']],
    "D017",
    9,
    'pod "db-0" cannot be as it is pinned',
    "its volume is in eu-west-1b, the node in eu-west-1a"
  ],
  [
    "a pin that a StatefulSet would never name",
    [['volume: "disk" }', 'volume: "disk", pods: [{ name: "db-7" }] }']],
    "D017",
    9,
    'pod "db-7"',
    'names its pods "db-0"'
  ],
  [
    "an unknown setting",
    [[".until", '.set({ garceMs: "50s" })\n  .until']],
    "D015",
    20,
    'no setting or parameter is called "garceMs"',
    '"graceMs"'
  ],
  ["a port that is none", [['to.service("web", 80)', 'to.service("web", 70000)']], "D008", 17, "70000 is no port", "1 to 65535"],
  [
    "a container port that is none",
    [["serves: [{ port: 8080 }]", "serves: [{ port: 80800 }]"]],
    "D008",
    8,
    "is not what was expected",
    "65535"
  ],
  [
    "a probe of a port nobody serves",
    [["serves: [{ port: 8080 }]", 'serves: [{ port: 8080 }], readinessProbe: { path: "/", port: 9 }']],
    "D004",
    8,
    'readinessProbe: unknown port "9"',
    "8080"
  ],
  [
    "a call that names no port",
    [["serves: [{ port: 8080 }]", 'serves: [{ port: 8080, calls: { "/x": ["web"] } }]']],
    "D008",
    8,
    '"web" is no call',
    '"postgres:5432"'
  ],
  [
    "a call by a short name that ends in a dot",
    [["serves: [{ port: 8080 }]", 'serves: [{ port: 8080, calls: { "/x": ["web.default.:80"] } }]']],
    "D008",
    8,
    '"web.default.:80" is no call',
    '"postgres.default.svc.cluster.local.:5432"'
  ],
  [
    "a call of a port that is not there",
    [["serves: [{ port: 8080 }]", 'serves: [{ port: 8080, calls: { "/x": ["web:99"] } }]']],
    "D004",
    8,
    'calls Service default/web: unknown port "99"',
    "80"
  ],
  [
    "a call without cluster DNS",
    [
      ["serves: [{ port: 8080 }]", 'serves: [{ port: 8080, calls: { "/x": ["web:80"] } }]'],
      ['  eksAddons({ serviceCidr: "172.20.0.0/16" }),\n', ""]
    ],
    "D004",
    7,
    'unknown cluster DNS "kube-system/kube-dns"',
    "eksAddons()"
  ],
  [
    "a pod pinned to its node's own address",
    [['barePod("shell")', 'barePod("shell", { pods: [{ name: "shell", node: "ip-10-0-0-10", address: "10.0.0.10" }] })']],
    "D017",
    11,
    'pod "shell"',
    "somebody else's"
  ],
  [
    "a bare pod pinned under another name",
    [['barePod("shell")', 'barePod("shell", { pods: [{ name: "other" }] })']],
    "D017",
    11,
    'pod "other"',
    'names its pods "shell"'
  ],
  [
    "an address that is none",
    [['barePod("shell")', 'barePod("shell", { pods: [{ name: "shell", node: "ip-10-0-0-10", address: "10.0.0.300" }] })']],
    "D017",
    11,
    '"10.0.0.300"',
    "no IPv4 address"
  ],
  [
    "a cluster where the network belongs",
    [[".topology(network)", ".topology(cluster as never)"]],
    "D008",
    15,
    "a network was expected",
    "found object"
  ],
  [
    "nodes without subnets",
    [[', subnets: ["public-eu-west-1a", "public-eu-west-1b"]', ""]],
    "D008",
    6,
    "no subnets to place them in",
    "subnets: [...]"
  ],
  [
    "a mistyped bound of a window",
    [['sustained({ until: "1m" })', 'sustained({ untill: "1m" } as never)']],
    "D008",
    22,
    'unknown "untill"',
    '"until"'
  ],
  [
    "a bare number for a setting's short name",
    [[".until", ".set({ grace: 50000 })\n  .until"]],
    "D015",
    20,
    "50000 is not a value it takes",
    "with its unit"
  ],
  ["two Services at one address", [["172.20.0.20", "172.20.0.10"]], "D014", 12, 'two cluster addresses are called "172.20.0.10"', "rename"],
  ["a scenario that ends the process", [["const network", "process.exit(0)\nconst network"]], "D013", 2, "process.exit()", "correct it"],
  [
    "a rejection that nobody awaits",
    [["const network", 'void Promise.reject(new RangeError("lost"))\nconst network']],
    "D013",
    2,
    "RangeError: lost",
    "correct it"
  ],
  ["no zones", [['zones: ["eu-west-1a", "eu-west-1b"], nat', "zones: [], nat"]], "D008", 2, "eksctlVpc: 0 zones", "1 to 8"],
  ["a probe from a name instead of a pod", [['from.pod("shell")', '"shell" as never']], "D008", 17, 'probe web: "from"', "expected"],
  ["an action that is none", [['cutZone("eu-west-1b")', '{ _tag: "Explode" } as never']], "D008", 18, "at(…, action)", "expected"],
  ["no end", [['.until("10m")', ""]], "D008", 14, 'drill "small" says no end', '.until("45m")'],
  [
    "Date.now() while loading",
    [["const network", "const now = Date.now()\nconst network"]],
    "D003",
    2,
    "Date.now() makes the run irreproducible",
    "--set"
  ],
  ["new Date() while loading", [["const network", "const now = new Date()\nconst network"]], "D003", 2, "new Date()", "--set"],
  ["Math.random() while loading", [["const network", "const die = Math.random()\nconst network"]], "D003", 2, "Math.random()", "--seed"],
  ["a swallowed Math.random()", [["const network", "try { Math.random() } catch {}\nconst network"]], "D003", 2, "Math.random()", "--seed"],
  ["setTimeout while loading", [["const network", "setTimeout(() => {}, 1)\nconst network"]], "D003", 2, "setTimeout()", "--set"],
  ["fetch while loading", [["const network", 'void fetch("http://x")\nconst network']], "D003", 2, "fetch()", "--set"],
  [
    "a scenario that throws",
    [["const network", 'throw new RangeError("no such day")\nconst network']],
    "D013",
    2,
    "RangeError: no such day",
    "correct it"
  ],
  [
    "an import that is not there",
    [["const network", 'import x from "./x.ts"\nvoid x\nconst network']],
    "D013",
    2,
    'imports "./x.ts"',
    "correct the path"
  ],
  [
    "no default export",
    [["export default drill", "export const scenario = drill"]],
    "D001",
    1,
    "exports no scenario",
    "export default drill(…)"
  ],
  [
    "a default export that is no scenario",
    [['export default drill("small")', "export default 7\n;drill('x')"]],
    "D001",
    1,
    "that is no scenario",
    "export default"
  ],
  ["syntax", [["const network = eksctlVpc({", "const network = eksctlVpc({{"]], "D011", 2, "Unexpected token", "correct it"]
]

describe("bad input", () => {
  test.each(cases)("%s", async (_what, changes, code, line, headline, hint) => {
    const found = await refused(smallScenario(...changes))
    const hit = found.find((diagnostic) => diagnostic.code === code && diagnostic.headline.includes(headline))
    expect(hit, JSON.stringify(found, undefined, 1)).toBeDefined()
    expect([hit?.severity, hit?.place?.line]).toEqual(["error", line])
    expect([hit?.help ?? "", ...(hit?.notes ?? [])].join(" ")).toContain(hint)
  })

  test("all mistakes of a file are told at once", async () => {
    const found = await refused(smallScenario(['cutZone("eu-west-1b")', 'cutZone("x")'], ['to.service("web", 80)', 'to.service("y", 80)']))
    expect(found.map(({ code, place }) => `${code}:${place?.line}`)).toEqual(["D004:18", "D006:19", "D004:17"])
  })

  test("a folder with parentheses in its name hides nothing", async () => {
    const name = files.write("my (copy) 100%/clock.ts", smallScenario(["const network", "const now = Date.now()\nconst network"]))
    expect(await files.refuse(name)).toMatchObject([{ code: "D003", place: { line: 2 } }])
  })

  test("other code may ask the clock while a scenario is loaded", async () => {
    const loading = files.load(files.write("slow.ts", `${smallScenario()}await null\nawait null\n`))
    const asked = Array.from({ length: 50 }, async (_, turn) => {
      for (let step = 0; step < turn; step++) await Promise.resolve()
      return Date.now()
    })
    expect((await Promise.all(asked)).every((at) => at > 0)).toBe(true)
    await loading
  })

  test("overlapping subnets: the message names both, and the first free block", async () => {
    const found = await refused(`import { awsVpc, drill, eksCluster } from "drill"
export default drill("x").topology(awsVpc({ id: "n", region: "r", zones: ["a"], vpcs: [{ id: "v", cidrs: ["10.0.0.0/16"] }],
  internetGateways: [], natGateways: [], securityGroups: [], networkAcls: [], instances: [],
  subnets: [{ id: "s1", vpc: "v", zone: "a", cidr: "10.0.32.0/20" }, { id: "s2", vpc: "v", zone: "a", cidr: "10.0.40.0/21" }],
  routeTables: [{ id: "t", vpc: "v", main: true, routes: [{ destination: "0.0.0.0/0", target: "igw", state: "active", propagated: false }] }]
})).cluster(eksCluster({ name: "c", version: "1.31" })).until("1m")
`)
    const overlap = found.find(({ code }) => code === "D007")
    expect(overlap).toMatchObject({
      headline: "subnet s1 10.0.32.0/20 overlaps s2 10.0.40.0/21",
      help: "first free block: 10.0.0.0/21",
      place: { line: 2 }
    })
    const route = found.find(({ headline }) => headline.includes("unknown gateway"))
    expect(route?.headline).toBe('route table t: 0.0.0.0/0 →: unknown gateway "igw"')
  })

  test("a file that is not there, and one that is no TypeScript", async () => {
    const [absent] = await files.refuse("nowhere.ts")
    expect(absent).toMatchObject({ code: "D012", help: "give the path of a TypeScript file" })
    files.write("notes.md", "# notes")
    const [notes] = await files.refuse("notes.md")
    expect(notes?.headline).toContain("is no TypeScript file")
  })
})

describe("what may be played, with a warning", () => {
  test("an expectation that the run ends too early for", async () => {
    const { warnings } = await files.load(files.write("late.ts", smallScenario(['within("2m")', 'within("20m")'])))
    expect(warnings).toMatchObject([{ code: "D010", severity: "warning", headline: '"web answers" is judged at 21m; the run ends at 10m' }])
  })

  test("printing while loading: kept out of the output", async () => {
    const { warnings } = await files.load(files.write("loud.ts", smallScenario(["const network", 'console.log("hello")\nconst network'])))
    expect(warnings).toMatchObject([{ code: "D018", notes: ['"hello"'] }])
  })
})
