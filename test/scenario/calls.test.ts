/** A workload's calls as their owner writes them: by Service, or by the name that the resolver is given. */
import { expect, test } from "vitest"
import { deployment } from "../../src/scenario/word/workload.ts"

const callOf = (text: string) => {
  const described = deployment("web", { replicas: 1, serves: [{ port: 80, calls: { "/": [text] } }] })
  return described._tag === "Workload" ? described.spec.template.serves[0]?.paths[0]?.calls[0] : undefined
}

test("a Service by its id is looked up by its shortest name", () => {
  expect(callOf("db:5432")).toEqual({ service: "default/db", port: 5_432, lookup: true })
  expect(callOf("data/db:5432")).toEqual({ service: "data/db", port: 5_432, lookup: true })
})

test("a Service by its name in DNS is looked up by that name", () => {
  for (const name of ["db.data", "db.data.svc", "db.data.svc.cluster.local", "db.data.svc.cluster.local."]) {
    expect(callOf(`${name}:5432`)).toEqual({ service: "data/db", port: 5_432, lookup: true, name })
  }
})
