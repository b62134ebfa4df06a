/** The shipped scenario's plan, for the rows that play the whole model. */
import { Effect } from "effect"
import { loadScenario } from "../../src/scenario/load.ts"
import type { Plan } from "../../src/scenario/plan.ts"

/** `words`: the module that the scenario imports as `drill`. */
export const loadPlan = (words: Readonly<Record<string, unknown>>): Promise<Plan> =>
  Effect.runPromise(Effect.map(loadScenario("scenarios/az-outage.ts", { words }), ({ plan }) => plan))
