/** The words of this house, for `explain`: what each means here. */
export const wordMeanings: Readonly<Record<string, string>> = {
  scenario: "The TypeScript file: who, what happens when, what must hold. It yields plain data and holds no logic.",
  plan: "The plain, schema-checked, hashable JSON that a scenario evaluates to. A recording holds the plan, so replay never needs the file.",
  topology: "What the user owns at one cloud, in that cloud's words.",
  fabric: "The same network in neutral words: interfaces, filters, route tables, gates, translations, balancers: what a packet meets.",
  capacity: "What can run out: addresses, prefixes, instances, ports, quotas.",
  world: "All state at one instant.",
  action: "What someone does to the world, imperative: a fault and its end (CutZone, HealZone), an operator's or a controller's move.",
  event:
    "What came to be, past tense: kube/PodEvicted. Recorded as { seq, at, cause, event }; the cause is the seq it follows from or, at the root, the timeline's entry.",
  timer: "An appointment that a controller makes with itself.",
  timeline: "What the scenario does and when: faults and their ends, in order. The root of every cause that is not settling.",
  settling:
    "The time before 0, in which the cluster is built by its own controllers, so that a drill starts from a steady state that the model itself made.",
  probe:
    "A question asked of the network throughout the run: who reaches whom, on which port, at which HTTP path. Its answer is a success ratio. (A pod's own are readinessProbe and livenessProbe; a balancer's are health checks.)",
  verdict: "The fate of one flow: allow, deny or drop, at which component, for which reason, on the forward and the reply path.",
  expectation:
    "A claim with a deadline; its result is held, broken or inconclusive. Sustained: holds throughout a window. Recovered: true again within a deadline, and stays true until the end.",
  held: "The result of an expectation that was tested and was true.",
  broken: "The result of an expectation that was not true when it had to be. It names the first instant and the event.",
  inconclusive:
    "The result of an expectation that was not tested: a window never reached, a fault that touched nothing, something unmodelled, a probe without an answer. Never shown as held; exit 7.",
  setting: "A named, defaulted, sourced number or choice of the model. drill explain settings lists them; --set name=value changes one.",
  variant: "A named change of a plan. drill diff <file> --variant <name> plays base and variant and compares them.",
  outcome: "Results, probe windows and key figures of a run.",
  golden: "An outcome and its digest, kept under version control as small text: recordings/golden/<scenario>.seed<seed>.json.",
  recording:
    "One SQLite file: plan, seed, engine version, events, digests, snapshots, results; complete, interrupted (closed in order) or partial (killed).",
  digest:
    "The head of the SHA-256 chain over plan, seed, engine version and every event: one digest names the run. The same inputs give the same digest on any machine.",
  seed: "The number that every draw of chance is keyed by, with its purpose and subject. 42 unless --seed says otherwise."
}
