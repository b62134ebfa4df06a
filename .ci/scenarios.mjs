/**
 * Plays every shipped scenario with the built command line, twice for each of its goldens: once recorded, once not. Both runs must
 * end in the golden's digest, and in the exit code that the golden's results stand for (a drill may be meant to break).
 * Writes how many checks passed and failed, in the words of the test runner, to the file it is given.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

const [resultsPath] = process.argv.slice(2)
const cli = resolve("dist/cli.js")
const goldenFolder = resolve("recordings/golden")
const counts = { numPassedTests: 0, numFailedTests: 0 }

const check = (sentence, holds, evidence = "") => {
  counts[holds ? "numPassedTests" : "numFailedTests"]++
  console.log(`${holds ? "✔" : "✖"} ${sentence}${holds || evidence === "" ? "" : `: ${evidence}`}`)
}

/** Plays a scenario in a folder of its own, so that nothing is left behind. */
const play = (file, seed, flags) => {
  const folder = mkdtempSync(join(tmpdir(), "drill-ci-"))
  const words = [
    cli,
    "run",
    file,
    "--json",
    "--quiet",
    "--directory",
    folder,
    ...(seed === undefined ? [] : ["--seed", String(seed)]),
    ...flags
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", maxBuffer: 1 << 28 })
  rmSync(folder, { recursive: true, force: true })
  try {
    const { run } = JSON.parse(stdout)
    return { status, scenario: run.scenario, digest: run.digest }
  } catch {
    return { status, failure: stderr.trim() || `exit ${status} without a document` }
  }
}

/** Broken beats inconclusive beats held. */
const exitOf = ({ results, figures }) => {
  if (results.some(({ result }) => result === "broken")) return 1
  return figures.faultsEmpty > 0 || results.some(({ result }) => result === "inconclusive") ? 7 : 0
}

const goldensOf = (scenario) =>
  readdirSync(goldenFolder)
    .filter((name) => name.startsWith(`${scenario}.seed`) && name.endsWith(".json"))
    .toSorted()
    .map((name) => ({ name, golden: JSON.parse(readFileSync(join(goldenFolder, name), "utf8")) }))

for (const name of readdirSync("scenarios")
  .filter((name) => name.endsWith(".ts"))
  .toSorted()) {
  const file = resolve("scenarios", name)
  const first = play(file, undefined, ["--no-record"])
  if (first.failure !== undefined) {
    check(`${name} plays`, false, first.failure)
    continue
  }
  const goldens = goldensOf(first.scenario)
  check(
    `${name} has a golden`,
    goldens.length > 0,
    `no ${first.scenario}.seed<n>.json in recordings/golden; drill golden accept writes one`
  )
  for (const { name: goldenName, golden } of goldens) {
    const recorded = play(file, golden.seed, [])
    const again = play(file, golden.seed, ["--no-record"])
    const compared = spawnSync(process.execPath, [cli, "golden", "check", file, "--seed", String(golden.seed)], { encoding: "utf8" })
    check(`${name} seed ${golden.seed}: every fact is the golden's`, compared.status === 0, compared.stdout + compared.stderr)
    const exit = exitOf(golden)
    check(
      `${name} seed ${golden.seed}: two runs end in one digest`,
      recorded.digest !== undefined && recorded.digest === again.digest,
      `${recorded.digest ?? recorded.failure}, then ${again.digest ?? again.failure}`
    )
    check(
      `${name} seed ${golden.seed}: the digest is the golden's`,
      recorded.digest === golden.digest,
      `${goldenName} says ${golden.digest}, the run ${recorded.digest}`
    )
    check(`${name} seed ${golden.seed}: exit ${exit}, as its results say`, recorded.status === exit, `exit ${recorded.status}`)
  }
}

if (resultsPath !== undefined) writeFileSync(resultsPath, JSON.stringify(counts))
process.exitCode = counts.numFailedTests === 0 ? 0 : 1
