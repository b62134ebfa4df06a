/** JSON with places: documents one after the other, lines of values, and where a text stops being JSON. */
import { describe, expect, test } from "vitest"
import { jsonIn } from "../../../src/scenario/dump/json-text.ts"

describe("a text", () => {
  test.each([
    '{"a": [1, -2.5e3, true, false, "x\\n\\u00e9\\"", {}], "b": {"c": []}}',
    '  "alone"  ',
    "0",
    '{"__proto__": {"x": 1}, "1": "kept"}'
  ])("is read as JSON.parse reads it: %s", (text) => {
    expect(jsonIn(text)).toMatchObject({ documents: [JSON.parse(text)], mistake: undefined })
  })

  test("may hold several documents, none, and a byte order mark", () => {
    expect(jsonIn('{"a": 1}\n{"a": 2}[3]').documents).toEqual([{ a: 1 }, { a: 2 }, [3]])
    expect(jsonIn(" \n").documents).toEqual([])
    expect(jsonIn('\uFEFF{"a": 1}').documents).toEqual([{ a: 1 }])
  })

  test("leaves out what is null", () => {
    expect(jsonIn('{"NextToken": null, "Vpcs": [null]}').documents).toEqual([{ Vpcs: [null] }])
  })

  test("knows the line of every object, property and entry", () => {
    const { documents, lineOf } = jsonIn('{\n  "a": [\n    1,\n    {"b": 2}\n  ],\n  "c":\n  3\n}\n{\n"d": 4}')
    const [first, second] = documents as ReadonlyArray<{ readonly a: ReadonlyArray<object> }>
    if (first === undefined || second === undefined) throw new Error("two documents")
    expect([lineOf(first), lineOf(first, "a"), lineOf(first.a, 0), lineOf(first.a, 1), lineOf(first, "c")]).toEqual([1, 2, 3, 4, 6])
    expect([lineOf(second), lineOf(second, "d"), lineOf(second, "absent")]).toEqual([9, 10, 9])
  })
})

test.each([
  ["", undefined],
  ['{"a": 1,}', { line: 1, column: 9, expected: 'a name in quotes, or "}"', found: '"}"' }],
  ['{\n  "a": 1\n  "b": 2\n}', { line: 3, column: 3, expected: '"," or "}"', found: '"\\""' }],
  ['{"a" 1}', { line: 1, column: 6, expected: '":"', found: '"1"' }],
  ["[1, 2", { line: 1, column: 6, expected: '"," or "]"', found: "the end of the file" }],
  ["[1,\n2,]", { line: 2, column: 3, expected: "a value", found: '"]"' }],
  ["{\"a\": 'x'}", { line: 1, column: 7, expected: "a value", found: '"\'"' }],
  ["An error occurred (ExpiredToken)", { line: 1, column: 1, expected: "a value", found: '"A"' }],
  ['"a\nb"', { line: 1, column: 1, expected: "a value", found: '"\\""' }],
  ["[".repeat(200), { line: 1, column: 102, expected: "no more than 100 levels", found: '"["' }]
])("%j is told where it goes wrong", (text, mistake) => {
  expect(jsonIn(text).mistake).toEqual(mistake)
})
