/**
 * The commands on one page: name, one sentence, examples, and the file that does it, loaded when it is called.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { exitCode } from "./exit-code.ts"
import {
  capacityFlags,
  diffFlags,
  explainFlags,
  goldenFlags,
  listFlags,
  reachFlags,
  replayFlags,
  runFlags,
  showFlags,
  validateFlags,
  whyFlags
} from "./flags.ts"
import { globalFlags, globalsOf } from "./globals.ts"
import { Refusal } from "./refusal.ts"
import { Ending, type Verb } from "./verb.ts"

const calls =
  <Given>(command: string, load: () => Promise<Verb<Given>>) =>
  (given: Given) =>
    Effect.gen(function* () {
      const globals = yield* globalsOf
      const ending = yield* Ending
      ending.command = command
      ending.json = globals.json
      ending.verbose = globals.verbose
      if (globals.directory !== "") yield* workIn(globals.directory)
      const act = yield* Effect.promise(load)
      ending.exit = yield* act(given, globals)
    })

/** One process runs one command, so the folder is the process's own. */
const workIn = (directory: string) =>
  Effect.try({
    try: () => process.chdir(directory),
    catch: () =>
      new Refusal({ exit: exitCode.usage, text: `--directory "${directory}": there is no such folder. Make it, or name another.` })
  })

const run = Command.make(
  "run",
  runFlags,
  calls("run", async () => (await import("./verb/run.ts")).run)
).pipe(
  Command.withDescription("Play scenarios: record every event, judge what must hold, say what broke and why"),
  Command.withShortDescription("Play a scenario and judge it"),
  Command.withExamples([
    { command: "drill run az-outage.ts", description: "from here, else from scenarios/" },
    { command: "drill run az-outage.ts --live", description: "full screen, at sixty times real time" },
    { command: "drill run az-outage.ts --set graceMs=50s", description: "one thing changed" },
    { command: "drill run az-outage.ts --json --against golden", description: "for a pipeline" }
  ])
)

const replay = Command.make(
  "replay",
  replayFlags,
  calls("replay", async () => (await import("./verb/replay.ts")).replay)
).pipe(
  Command.withDescription("Watch a recording again, print it, or verify that its plan still plays the same"),
  Command.withShortDescription("Watch a recording again, or verify it"),
  Command.withExamples([
    { command: "drill replay latest", description: "with a playhead, on a terminal" },
    { command: "drill replay latest@3m39s", description: "from a moment on" },
    { command: "drill replay latest --print", description: "event lines" },
    { command: "drill replay latest --verify", description: "play again and compare" }
  ])
)

const diff = Command.make(
  "diff",
  diffFlags,
  calls("diff", async () => (await import("./verb/diff.ts")).diff)
).pipe(
  Command.withDescription("Compare two runs, or a scenario with a variant of it: what turned, where they part, what only moved in time"),
  Command.withShortDescription("Compare two runs, or a scenario and its variant"),
  Command.withExamples([
    { command: "drill diff prev latest", description: "two recordings" },
    { command: 'drill diff az-outage.ts --variant "grace 50"', description: "plays both first" },
    { command: "drill diff az-outage.ts --set graceMs=50s", description: "a variant without editing" }
  ])
)

const why = Command.make(
  "why",
  whyFlags,
  calls("why", async () => (await import("./verb/why.ts")).why)
).pipe(
  Command.withDescription("The chain of causes from an expectation, an event or a probe's answer back to the timeline"),
  Command.withShortDescription("Why it came to be"),
  Command.withExamples([
    { command: "drill why latest database", description: "an expectation" },
    { command: "drill why latest 4711", description: "an event" },
    { command: "drill why latest data@3m", description: "a probe's answer" }
  ])
)

const reach = Command.make(
  "reach",
  reachFlags,
  calls("reach", async () => (await import("./verb/reach.ts")).reach)
).pipe(
  Command.withDescription("One flow there and back, at a moment: hops, rules that decided, routes that lost, the cloud's own codes"),
  Command.withShortDescription("Who reaches whom, hop by hop"),
  Command.withExamples([
    { command: "drill reach az-outage.ts --from internet --to eks-demo-web.us-west-2.elb.amazonaws.com:80 --at 2m30s" },
    { command: "drill reach latest@3m --from dnsutils --to postgres:5432", description: "in a recording" }
  ])
)

const capacity = Command.make(
  "capacity",
  capacityFlags,
  calls("capacity", async () => (await import("./verb/capacity.ts")).capacity)
).pipe(
  Command.withDescription(
    "How many more nodes and pods fit into a subnet, a node group or a Fargate profile, at a moment, and what runs out first"
  ),
  Command.withShortDescription("How much more fits"),
  Command.withExamples([
    { command: "drill capacity nodegroup-ip-limits.ts workers", description: "a node group" },
    { command: "drill capacity latest@2m nodes-a", description: "a subnet, in a recording" }
  ])
)

const show = Command.make(
  "show",
  showFlags,
  calls("show", async () => (await import("./verb/show.ts")).show)
).pipe(
  Command.withDescription("What a recording holds: its facts and results, the state at a moment, or rows by SQL"),
  Command.withShortDescription("What a recording holds"),
  Command.withExamples([
    { command: "drill show latest" },
    { command: "drill show latest --at 2m46s", description: "the cluster at that moment" },
    { command: 'drill show latest --sql "select kind, count(*) from event group by kind"' }
  ])
)

const list = Command.make(
  "list",
  listFlags,
  calls("list", async () => (await import("./verb/list.ts")).list)
).pipe(
  Command.withAlias("ls"),
  Command.withDescription("The recordings in recordings/, newest first"),
  Command.withShortDescription("The recordings here"),
  Command.withExamples([{ command: "drill list" }, { command: "drill list --scenario az-outage --failed" }])
)

const validate = Command.make(
  "validate",
  validateFlags,
  calls("validate", async () => (await import("./verb/validate.ts")).validate)
).pipe(
  Command.withDescription("Load scenarios and check them, without playing"),
  Command.withShortDescription("Check scenarios without playing them"),
  Command.withExamples([{ command: "drill validate scenarios/*.ts" }, { command: "drill validate az-outage.ts --types" }])
)

const explain = Command.make(
  "explain",
  explainFlags,
  calls("explain", async () => (await import("./verb/explain.ts")).explain)
).pipe(
  Command.withDescription("What a code, an event kind, a verdict reason or a setting means, and where it comes from"),
  Command.withShortDescription("What a word means, with its source"),
  Command.withExamples([
    { command: "drill explain D004", description: "a code" },
    { command: "drill explain kube/PodEvicted", description: "an event kind" },
    { command: "drill explain --list" }
  ])
)

const accept = Command.make(
  "accept",
  goldenFlags,
  calls("golden accept", async () => (await import("./verb/golden.ts")).accept)
).pipe(
  Command.withDescription("Keep a run's outcome as the golden of its scenario and seed"),
  Command.withExamples([{ command: "drill golden accept latest" }])
)

const check = Command.make(
  "check",
  goldenFlags,
  calls("golden check", async () => (await import("./verb/golden.ts")).check)
).pipe(
  Command.withDescription("Compare a run, or a fresh run of a scenario, with its golden"),
  Command.withExamples([{ command: "drill golden check az-outage.ts" }])
)

const golden = Command.make("golden").pipe(
  Command.withDescription("Outcomes kept under version control, in recordings/golden/"),
  Command.withShortDescription("Outcomes kept under version control"),
  Command.withExamples([{ command: "drill golden check az-outage.ts" }, { command: "drill golden accept latest" }]),
  Command.withSubcommands([accept, check])
)

export const drill = Command.make("drill").pipe(
  Command.withDescription("Rehearse cloud-network and Kubernetes failures against a model, before they happen"),
  Command.withExamples([
    { command: "drill run az-outage.ts", description: "play a scenario: what broke, for how long, and why" },
    { command: "drill why latest database", description: "the causes, back to the timeline" },
    { command: "drill replay latest", description: "watch it again" },
    { command: 'drill diff az-outage.ts --variant "grace 50"', description: "change one thing, see the difference" }
  ]),
  Command.withSubcommands([run, replay, diff, why, reach, capacity, show, list, validate, explain, golden]),
  Command.withGlobalFlags(globalFlags)
)
