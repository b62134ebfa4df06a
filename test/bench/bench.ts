/**
 * `npm run bench`: the speed goals as ratios against baselines measured in the same process, at full size, and large clusters in seconds.
 * Prints a table and writes it as JSON to `.drill/bench.json` (or the path given). Ends in 0 whatever it finds: a goal missed is
 * something to profile and to argue, not a failing test.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as drill from "../../src/drill.ts"
import { streamEvents } from "./event-stream.ts"
import { effectRow, kernelRow, queueRow } from "./kernel-rows.ts"
import { largeRows } from "./large-cluster.ts"
import { loadPlan } from "./load-plan.ts"
import type { Row } from "./measure.ts"
import { modelRow, snapshotRow } from "./model-rows.ts"
import { reachRows } from "./reach-rows.ts"
import { recordingRows } from "./recording-rows.ts"

const events = Number(process.env.DRILL_BENCH_EVENTS ?? 1_000_000)
const sizes = (process.env.DRILL_BENCH_NODES ?? "500,1500,5000").split(",").map(Number)
const path = process.argv[2] ?? ".drill/bench.json"
if (path.startsWith("-")) {
  console.error("usage: npm run bench -- [file]   DRILL_BENCH_EVENTS and DRILL_BENCH_NODES make it smaller")
  process.exit(2)
}

const plan = await loadPlan(drill)
const rows: Array<Row> = []
const add = (...more: ReadonlyArray<Row>): void => {
  for (const row of more) {
    rows.push(row)
    console.log(
      `${row.met ? "✔" : "✖"} ${row.what.padEnd(56)} ${row.goal.padStart(7)}  ${row.measured.toFixed(3).padStart(8)}  ${row.detail}`
    )
  }
}
console.log(`node ${process.version}, ${events} events; ratios against baselines of this very run`)
add(kernelRow(events))
add(modelRow(plan, 60))
add(await effectRow(events))
add(queueRow())
add(...recordingRows(streamEvents(events), plan))
add(snapshotRow(plan, 400))
add(...reachRows())
add(...largeRows(sizes))
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, `${JSON.stringify({ format: 1, node: process.version, events, rows }, undefined, 2)}\n`)
console.log(`written to ${path}`)
