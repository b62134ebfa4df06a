/**
 * What is wrong with a scenario, for a person: a code, the place in the file, what was seen, what is known, and one way on.
 * Plain data; how it looks on a screen is decided by whoever shows it.
 */
import type { Place } from "./plan.ts"

/** A kind of mistake. `about` says what it means, `help` what to do about it. */
export interface DiagnosticKind {
  readonly code: string
  readonly title: string
  readonly about: string
  readonly help: string
}

/** Every code a scenario can meet, in order. Codes are never given to another meaning. */
export const diagnosticKinds = [
  {
    code: "D001",
    title: "no default export",
    about: "A scenario file exports by default `drill(…)`, or a function with default parameters that returns one. This file does not.",
    help: "Write `export default drill(…)`."
  },
  {
    code: "D002",
    title: "time without a unit",
    about: "Times are durations since the run's start, written with their unit, so that nobody takes seconds for minutes.",
    help: 'Write "30s", "5m" or "1h30m".'
  },
  {
    code: "D003",
    title: "clock, chance or network while loading",
    about:
      "A scenario that reads the clock, draws a random number or asks the network is another one each time it is loaded: no run could be repeated.",
    help: "Write the value out, take it as a parameter (`--set name=value`), or leave chance to the run's seed."
  },
  {
    code: "D004",
    title: "unknown name",
    about:
      "A zone, subnet, gateway, security group, node, pod, workload, Service, volume or probe is named that the scenario does not have.",
    help: "Correct the name; the message lists those that exist."
  },
  {
    code: "D005",
    title: "after the end",
    about: "An entry of the timeline stands at or after the run's end, so it would never happen.",
    help: "Move it, or let the drill end later: `.until(…)`."
  },
  {
    code: "D006",
    title: "healing what was never broken",
    about: "An entry of the timeline ends a fault that no earlier entry began.",
    help: "Name what was broken, or break it first."
  },
  {
    code: "D007",
    title: "addresses overlap",
    about: "Two ranges of addresses share some, lie outside the range they should be part of, or are no IPv4 range at all.",
    help: "Take the free block that the message names."
  },
  {
    code: "D008",
    title: "unknown, missing or ill-formed property",
    about: "A word of the scenario was given a property it does not know, lacks one it needs, or got a value of another kind.",
    help: "An editor with types shows what each word takes."
  },
  {
    code: "D009",
    title: "impossible capacity",
    about: "More pods are asked for than the nodes may run, or a node may run more than its instance type has addresses for.",
    help: "Use a bigger instance type, more nodes, or fewer pods."
  },
  {
    code: "D010",
    title: "expectation never tested",
    about: "An expectation is judged only after the run has ended, so its result is inconclusive (exit 7), never held.",
    help: "Let the drill end later, or move the expectation."
  },
  {
    code: "D011",
    title: "syntax",
    about: "The file is not valid TypeScript.",
    help: "Correct it at the place named; an editor shows it too."
  },
  {
    code: "D012",
    title: "no such scenario file",
    about:
      "The file is not there, or is none that could hold a scenario. A bare name is looked for in the working directory, then in scenarios/.",
    help: "Give the path of a TypeScript file."
  },
  {
    code: "D013",
    title: "the scenario throws",
    about: "The file ended with an error of its own while it was loaded, or one of its imports could not be found.",
    help: "Correct it at the place named; -v shows the stack."
  },
  {
    code: "D014",
    title: "the same id twice",
    about: "Two things of one kind bear the same id, so nothing could say which of them is meant.",
    help: "Rename one of them."
  },
  {
    code: "D015",
    title: "unknown setting, parameter or variant",
    about:
      "`--set` or `.set(…)` names neither a parameter of the scenario nor a setting of the model, or gives it a value it cannot take; or `--variant` names a variant that the scenario does not have.",
    help: "`drill explain --list` shows all settings with their sources."
  },
  {
    code: "D016",
    title: "Service without endpoints",
    about:
      "No workload bears the labels that the Service selects, or its pods do not listen on its target port: every connection to it would be refused.",
    help: "Make selector and labels, or the ports, agree."
  },
  {
    code: "D017",
    title: "impossible pin",
    about:
      "A pod or node is said to be where no rule of the cluster would put it: outside its subnet, on a used address, away from its volume's zone.",
    help: "Correct the pin, or leave it out and let the cluster choose."
  },
  {
    code: "D018",
    title: "prints while loading",
    about: "The scenario wrote to the terminal while it was loaded. It was kept out of the output.",
    help: "Take the print out; a scenario is data."
  },
  {
    code: "D019",
    title: "manifest not understood",
    about:
      "A Kubernetes manifest is no valid YAML, is of a kind the model does not know, or has a field or a value that Kubernetes does not take. Nothing of it is dropped in silence.",
    help: "Correct the field or the kind at the line named, or leave the file out."
  },
  {
    code: "D020",
    title: "manifest fields without effect",
    about: "Fields or kinds of a manifest are known to Kubernetes and change nothing in the model: images, environment, security contexts.",
    help: "Nothing needs to be done."
  },
  {
    code: "D021",
    title: "selects nobody",
    about:
      "A budget, a policy, a spread constraint or a Fargate profile selects labels that no workload in its namespace bears, or only pods that it has no hold on: it would do nothing.",
    help: "Make the selector and the labels agree."
  },
  {
    code: "D022",
    title: "nowhere to stand",
    about:
      "A workload asks for nodes with labels, or in a place, that no node of the cluster has, or is for Fargate and more than Fargate runs: its pods could never run.",
    help: "Label a node group, correct the selector, or take it out."
  },
  {
    code: "D023",
    title: "manifest field not modelled",
    about: "A field, a kind or a class of a manifest would change what a cluster does, and the model does not know it.",
    help: "Weigh whether the drill's answer depends on it."
  },
  {
    code: "D024",
    title: "values filled in",
    about: "A file that was read leaves values to the tool that it is for; they are taken as that tool's defaults.",
    help: "Write them into the file, where the drill's answer depends on them."
  },
  {
    code: "D025",
    title: "dump not understood",
    about:
      "A folder of a cloud's answers lacks a file, or a file of it is no JSON, has another shape than the command writes, is of another account, or names something that the folder does not have.",
    help: "Write the file again with the command that the message names."
  },
  {
    code: "D026",
    title: "left out of a dump",
    about: "A folder of a cloud's answers holds what the model has no word for. It is not part of the network that is played.",
    help: "Weigh whether the drill's answer depends on it."
  }
] as const satisfies ReadonlyArray<DiagnosticKind>

export type DiagnosticCode = (typeof diagnosticKinds)[number]["code"]

export interface Diagnostic {
  readonly code: DiagnosticCode
  /** A warning lets the scenario play. */
  readonly severity: "error" | "warning"
  readonly place?: Place
  /** What was seen, with the user's own names in quotes. */
  readonly headline: string
  /** The text in the file that is meant, as it is written there. */
  readonly underlined?: string
  /** What is known about it; the first stands beside the underline. */
  readonly notes: ReadonlyArray<string>
  /** One way on. */
  readonly help?: string
}

/** What a diagnostic is made of, but its code and what is usual. */
export interface DiagnosticParts {
  readonly place?: Place | undefined
  readonly underlined?: string | undefined
  readonly notes?: ReadonlyArray<string>
  readonly help?: string | undefined
}

const diagnostic = (severity: Diagnostic["severity"], code: DiagnosticCode, headline: string, parts: DiagnosticParts): Diagnostic => ({
  code,
  severity,
  ...(parts.place === undefined ? {} : { place: parts.place }),
  headline,
  ...(parts.underlined === undefined ? {} : { underlined: parts.underlined }),
  notes: parts.notes ?? [],
  ...(parts.help === undefined ? {} : { help: parts.help })
})

export const errorOf = (code: DiagnosticCode, headline: string, parts: DiagnosticParts = {}): Diagnostic =>
  diagnostic("error", code, headline, parts)
export const warningOf = (code: DiagnosticCode, headline: string, parts: DiagnosticParts = {}): Diagnostic =>
  diagnostic("warning", code, headline, parts)

/** A word was given what it cannot take. Thrown by the words of a scenario, where they stand in the file; the loader catches it. */
export class WordMisused extends Error {
  readonly _tag = "WordMisused"
  readonly diagnostics: ReadonlyArray<Diagnostic>
  constructor(diagnostics: ReadonlyArray<Diagnostic>) {
    super(diagnostics.map(({ code, headline, help }) => `${code}: ${headline}${help === undefined ? "" : ` (${help})`}`).join("\n"))
    this.name = "WordMisused"
    this.diagnostics = diagnostics
  }
}
