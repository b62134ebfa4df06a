/** Scenario files of one test: written into a folder of their own, loaded as the command line would. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import * as words from "../../src/drill.ts"
import type { Diagnostic } from "../../src/scenario/diagnostic.ts"
import { type LoadedScenario, type LoadOptions, loadScenario } from "../../src/scenario/load.ts"

export interface ScenarioFiles {
  readonly folder: string
  readonly write: (name: string, text: string) => string
  /** Loads a file, which must be well. */
  readonly load: (name: string, options?: Omit<LoadOptions, "words">) => Promise<LoadedScenario>
  /** Loads a file, which must not be well; its diagnostics. */
  readonly refuse: (name: string, options?: Omit<LoadOptions, "words">) => Promise<ReadonlyArray<Diagnostic>>
  readonly remove: () => void
}

export const openFiles = (): ScenarioFiles => {
  const folder = mkdtempSync(join(tmpdir(), "drill-scenario-"))
  writeFileSync(join(folder, "package.json"), "{}")
  const at = (name: string): string => join(folder, name)
  return {
    folder,
    write: (name, text) => {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), text)
      return name
    },
    load: (name, options = {}) => Effect.runPromise(loadScenario(at(name), { ...options, words })),
    refuse: (name, options = {}) =>
      Effect.runPromise(
        loadScenario(at(name), { ...options, words }).pipe(
          Effect.flatMap(() => Effect.die(new Error(`${name} loads, and was not to`))),
          Effect.catchTag("ScenarioInvalid", ({ diagnostics }) => Effect.succeed(diagnostics))
        )
      ),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** A small scenario that is well. `change` replaces a piece of it, which must be there; the rest keeps its lines. */
export const smallScenario = (...changes: ReadonlyArray<readonly [piece: string, instead: string]>): string => {
  let text = wellText
  for (const [piece, instead] of changes) {
    if (!text.includes(piece)) throw new Error(`the small scenario has no ${JSON.stringify(piece)}`)
    text = text.replace(piece, instead)
  }
  return text
}

const wellText = `import { barePod, cutZone, delivered, deployment, drill, eksAddons, eksCluster, eksctlVpc, from, healZone, nodeGroup, readyReplicas, service, statefulSet, to, volume } from "drill"
const network = eksctlVpc({
  name: "small", region: "eu-west-1", cidr: "10.0.0.0/16", zones: ["eu-west-1a", "eu-west-1b"], nat: "Single", nodeGroups: ["ng"]
})
const cluster = eksCluster({ name: "small", version: "1.31", serviceCidr: "172.20.0.0/16" }).with(
  nodeGroup("ng", { instanceType: "m5.large", nodes: 2, subnets: ["public-eu-west-1a", "public-eu-west-1b"] }),
  eksAddons({ serviceCidr: "172.20.0.0/16" }),
  deployment("web", { replicas: 2, serves: [{ port: 8080 }] }),
  statefulSet("db", { replicas: 1, serves: [{ port: 5432 }], volume: "disk" }),
  volume("disk", { kind: "gp3", zone: "eu-west-1b" }),
  barePod("shell"),
  service("web", { clusterIp: "172.20.0.20", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] })
)
export default drill("small")
  .topology(network)
  .cluster(cluster)
  .probe("web", from.pod("shell"), to.service("web", 80))
  .at("1m", cutZone("eu-west-1b"))
  .at("8m", healZone("eu-west-1b"))
  .until("10m")
  .expect("web answers", delivered("web").within("2m").after("1m"))
  .expect("db is there", readyReplicas("db").atLeast(1).sustained({ until: "1m" }))
`
