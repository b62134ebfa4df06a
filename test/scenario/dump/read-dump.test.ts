/** Folders that are no dump, or not a whole one: every mistake with file, line, what was expected and the command to run. */
import { readdirSync, renameSync } from "node:fs"
import { join } from "node:path"
import { fromAws } from "drill"
import { afterAll, describe, expect, test } from "vitest"
import { type FileChange, openFolders, refusalOf, replacing, takenOut, writing } from "./folders.ts"

const folders = openFolders()
afterAll(folders.remove)

interface Mistake {
  readonly at: string
  readonly headline: string
  readonly help?: string | undefined
  readonly notes?: ReadonlyArray<string>
}

const first = (changes: Readonly<Record<string, FileChange>>): Mistake => {
  const [diagnostic] = folders.refused(changes)
  if (diagnostic === undefined) throw new Error("no diagnostic")
  const { code, headline, help, notes, place } = diagnostic
  expect(code).toBe("D025")
  return { at: `${place?.path}:${place?.line}`, headline, help, notes }
}

describe("a folder", () => {
  test("that is not there", () => {
    const [diagnostic] = refusalOf(() => fromAws("./nowhere/"))
    expect(diagnostic).toMatchObject({ code: "D025", headline: 'fromAws("./nowhere/"): no such folder', underlined: "./nowhere/" })
    expect(diagnostic?.help).toContain("aws ec2 describe-vpcs --output json > ./nowhere/describe-vpcs.json")
    expect(diagnostic?.place?.path).toContain("read-dump.test.ts")
  })

  test("without a file that is always needed: which, and the command that writes it", () => {
    expect(first({ "describe-route-tables.json": takenOut })).toMatchObject({
      headline: "dump: describe-route-tables.json is missing",
      help: "write it: aws ec2 describe-route-tables --output json > dump/describe-route-tables.json"
    })
    const all = folders.refused({ "describe-vpcs.json": takenOut, "subnets.json": takenOut, "describe-network-acls.json": takenOut })
    expect(all.map(({ headline }) => headline)).toEqual([
      "dump: describe-vpcs.json is missing",
      "dump: describe-subnets.json is missing",
      "dump: describe-network-acls.json is missing"
    ])
  })

  test("gives the same network whatever its files are called, and however pages are cut", () => {
    const cut = (text: string): string => {
      const { Subnets } = JSON.parse(text) as { readonly Subnets: ReadonlyArray<object> }
      const pages = [Subnets.slice(4), Subnets.slice(0, 5)]
      return pages.map((page, index) => JSON.stringify({ Subnets: page, NextToken: index === 0 ? "more" : null })).join("\n")
    }
    const plain = fromAws(folders.folder({}))
    const other = folders.folder({ "subnets.json": cut })
    for (const name of readdirSync(other))
      if (name.startsWith("describe-v")) renameSync(join(other, name), join(other, name.slice("describe-".length)))
    expect(fromAws(other).topology).toEqual(plain.topology)
  })

  test("may hold files that are not known: they are named, with what is near", () => {
    const { notes = [] } = folders.imported({
      "describe-vpc.json": () => "{}",
      "describe-listeners.json": () => "{}",
      "list-clusters.json": () => "{}"
    })
    const said = notes.flatMap((each) => each.notes).filter((note) => /vpc\.json|describe-listeners|list-clusters/.test(note))
    expect(said.map((note) => note.replace(/^.*\//, ""))).toEqual([
      "describe-listeners.json: not modelled: the whole file",
      'describe-vpc.json: not a file that is known; did you mean "describe-vpcs.json"?'
    ])
  })
})

describe("a file", () => {
  test.each([
    [
      "that is not JSON",
      replacing('"Vpcs": [', '"Vpcs": ('),
      "dump/describe-vpcs.json:2",
      "dump/describe-vpcs.json is not JSON",
      'expected a value, found "("'
    ],
    [
      "that holds what the CLI said instead",
      () => "\nUnable to locate credentials",
      "dump/describe-vpcs.json:2",
      "dump/describe-vpcs.json is not JSON",
      'expected a value, found "U"'
    ],
    [
      "of another command",
      writing({ Subnets: [] }),
      "dump/describe-vpcs.json:1",
      "dump/describe-vpcs.json: $.Vpcs is missing",
      "expected what aws ec2 describe-vpcs writes; found Subnets"
    ],
    [
      "that --query made a list of",
      writing([{ VpcId: "vpc-1" }]),
      "dump/describe-vpcs.json:1",
      "dump/describe-vpcs.json: $.Vpcs is missing",
      "found [{"
    ],
    ["whose list is none", writing({ Vpcs: {} }), "dump/describe-vpcs.json:2", "dump/describe-vpcs.json: $.Vpcs is no list", "found Vpcs"],
    [
      "that was cut short",
      replacing('"Vpcs": [', '"NextToken": "abc",\n"Vpcs": ['),
      "dump/describe-vpcs.json:2",
      "dump/describe-vpcs.json: the list goes on after its end",
      "$.NextToken says that there are more"
    ]
  ])("%s", (_what, change, at, headline, note) => {
    const found = first({ "describe-vpcs.json": change as FileChange })
    expect({ at: found.at, headline: found.headline }).toEqual({ at, headline })
    expect(found.notes?.join()).toContain(note)
  })

  test("with an entry of another shape: the JSON path, the line, what was expected", () => {
    expect(first({ "subnets.json": replacing('"CidrBlock": "10.0.64.0/20"', '"CidrBlock": 10') })).toMatchObject({
      headline: "dump/subnets.json: $.Subnets[0].CidrBlock is not what was expected",
      at: "dump/subnets.json:25",
      notes: ["expected string, got 10"],
      help: "write it again: aws ec2 describe-subnets --output json > dump/describe-subnets.json"
    })
    expect(first({ "describe-route-tables.json": replacing('"RouteTableId": "rtb-0main",', "") })).toMatchObject({
      headline: "dump/describe-route-tables.json: $.RouteTables[0].RouteTableId is missing"
    })
    expect(first({ "describe-network-acls.json": replacing('"RuleAction": "allow"', '"RuleAction": "maybe"') })).toMatchObject({
      headline: "dump/describe-network-acls.json: $.NetworkAcls[0].Entries[0].RuleAction is not what was expected",
      notes: ['expected "allow" | "deny", got "maybe"']
    })
  })

  test("that AWS cut short itself", () => {
    const change = writing({ Routes: [], AdditionalRoutesAvailable: true })
    expect(first({ "search-transit-gateway-routes-tgw-rtb-0.json": change })).toMatchObject({
      at: "dump/search-transit-gateway-routes-tgw-rtb-0.json:3",
      notes: ["$.AdditionalRoutesAvailable says that there are more"]
    })
  })

  test("that tells an id twice, and differently", () => {
    const [diagnostic] = folders.refused({
      "vpcs.json": writing({ Vpcs: [{ VpcId: "vpc-0a1", CidrBlock: "10.1.0.0/16", OwnerId: "111122223333" }] })
    })
    expect(diagnostic).toMatchObject({
      headline: "dump/vpcs.json: vpc-0a1 stands twice, and differs",
      notes: ["first in dump/describe-vpcs.json:27"],
      help: "take the older answer out of the folder"
    })
  })

  test("of entries that do not say whose they are has that in its name", () => {
    expect(first({ "get-managed-prefix-list-entries.json": writing({ Entries: [] }) })).toMatchObject({
      headline: "dump/get-managed-prefix-list-entries.json: its name does not say whose answer it is"
    })
  })
})
