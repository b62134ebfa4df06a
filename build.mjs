/**
 * Builds what is shipped: one bundle with a shared core for the command line, the scenario words ("drill"), the test words
 * ("drill/testing"), the model ("drill/model") and the benchmark, then the declarations of the three that people import. Bundled, because resolving some four
 * hundred modules costs more at start than all that the command then does. Runs after every `npm ci`, so it must never half work.
 * `--outdir <folder>` builds elsewhere; `--no-types` leaves the declarations out.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { build } from "esbuild"

const root = dirname(fileURLToPath(import.meta.url))
const inRoot = (path) => join(root, path)
const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"))
const { values: flags } = parseArgs({
  options: { outdir: { type: "string", default: "dist" }, "no-types": { type: "boolean", default: false } }
})
const outdir = resolve(root, flags.outdir)

const entries = {
  cli: "src/cli/main.ts",
  drill: "src/drill.ts",
  model: "src/library.ts",
  testing: "src/testing/testing.ts",
  bench: "test/bench/bench.ts"
}
const present = Object.entries(entries).filter(([, path]) => existsSync(inRoot(path)))
for (const [name, path] of Object.entries(entries)) {
  if (!existsSync(inRoot(path))) console.error(`build: ${path} is not there, so ${name}.js is not made`)
}

rmSync(outdir, { recursive: true, force: true })
await build({
  entryPoints: Object.fromEntries(present),
  absWorkingDir: root,
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  jsx: "automatic",
  sourcemap: true,
  sourcesContent: false,
  external: ["jiti", "better-sqlite3", "vitest", "react-devtools-core"],
  define: { "process.env.NODE_ENV": '"production"', DRILL_VERSION: JSON.stringify(version) },
  banner: { js: 'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);' },
  logLevel: "warning"
})
if (existsSync(join(outdir, "cli.js"))) chmodSync(join(outdir, "cli.js"), 0o755)

if (!flags["no-types"]) {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json")
  const tsc = join(dirname(typescript), "bin", "tsc")
  const declared = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" })
  process.exitCode = declared.status ?? 1
}
