/** What the README shows works as it is written. */
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { openShell } from "./shell.ts"

const readme = readFileSync(resolve(dirname(fileURLToPath(import.meta.url)), "../../README.md"), "utf8")
const shell = openShell("az-outage.ts", "nodegroup-ip-limits.ts", "coredns-rolling-zones.ts")
afterAll(shell.remove)

const blocks = (language: string): ReadonlyArray<string> =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1] ?? "")

describe("the README", () => {
  it("shows a first scenario that holds", async () => {
    const [scenario = ""] = blocks("ts")
    shell.write("my-outage.ts", scenario)
    const { exit, out, err } = await shell.drill("run", "my-outage.ts", "-q", "--no-record")
    expect({ exit, err }).toEqual({ exit: 0, err: "" })
    expect(out).toContain("✔ all 2 expectations held")
  })

  it("shows manifests on machines without a cloud", async () => {
    shell.write(
      "k8s/web.yaml",
      `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1, ports: [{ containerPort: 80 }] }] }
`
    )
    shell.write("one-rack.ts", blocks("ts").find((block) => block.includes("fromManifests")) ?? "")
    const { exit, out, err } = await shell.drill("run", "one-rack.ts", "-q", "--no-record")
    expect(exit).toBe(0)
    expect(err).toContain("k8s/web.yaml: 2 fields and kinds change nothing in the model")
    expect(out).toContain("✔ the expectation held")
  })

  it("shows a cluster at Azure that stands up", async () => {
    const block = blocks("ts").find((each) => each.includes("aksVnet(")) ?? ""
    const words = [...new Set([...block.matchAll(/\b(aks\w+|nodePool|deployment)\(/g)].map(([, word]) => word ?? ""))]
    const rest = `drill("aks").topology(network).cluster(cluster).until("1m").expect("web", readyReplicas("web").atLeast(4).sustained())`
    shell.write("aks.ts", `import { ${words.join(", ")}, drill, readyReplicas } from "drill"\n${block}\nexport default ${rest}\n`)
    const { exit, out, err } = await shell.drill("run", "aks.ts", "-q", "--no-record")
    expect({ exit, err }).toEqual({ exit: 0, err: "" })
    expect(out).toContain("✔ the expectation held")
  })

  it("shows the results that the shipped drill gives, to the digest", async () => {
    const { out } = await shell.drill("run", "az-outage.ts", "--no-record")
    const digest = /digest (\w{8})/.exec(out)?.[1]
    const [shown = ""] = blocks("text")
    expect(shown).toContain(`digest ${digest}`)
    const results = (text: string) => text.split("\n").filter((line) => /^ {2}[✔✖·] /.test(line))
    expect(results(shown)).toEqual(results(out))
  })

  it("names commands that end as it says", async () => {
    await shell.drill("run", "az-outage.ts", "-q")
    const [, asked = ""] = blocks("sh")
    const commands = [...asked.matchAll(/^npx drill (.*?)(?: +#.*)?$/gm)].map((match) => match[1] ?? "")
    expect(commands.length).toBeGreaterThan(6)
    for (const command of commands) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "")
      const { exit, err } = await shell.drill(...words)
      expect({ command, exit, err }).toEqual({ command, exit: words[0] === "diff" || words[0] === "run" ? 1 : 0, err: "" })
    }
  })
})
