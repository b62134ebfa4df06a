/**
 * Help pages (examples first) and usage errors (the error and one usage line, no page). Also which of the two a parse failure is.
 */

import { Option } from "effect"
import type { CliError, CliOutput, HelpDoc } from "effect/cli"

/** Remembers the usage line of the page that was asked for last. */
export interface Pages extends CliOutput.Formatter {
  readonly usage: () => string
}

export const makePages = (): Pages => {
  let usage = "drill <command> [flags]"
  return {
    usage: () => usage,
    formatHelpDoc: (doc) => {
      usage = usageOf(doc)
      return pageOf(doc)
    },
    formatCliError: (error) => error.message,
    formatError: (error) => error.message,
    formatErrors: (errors) => errors.map((error) => error.message).join("\n"),
    formatVersion: (_, version) => version
  }
}

const usageOf = (doc: HelpDoc.HelpDoc): string => doc.usage.replace("<subcommand>", "<command>")

const pageOf = (doc: HelpDoc.HelpDoc): string =>
  [
    [doc.description],
    section(
      "Examples",
      (doc.examples ?? []).map(({ command, description }) => [command, description === undefined ? "" : `# ${description}`])
    ),
    ["Usage", `  ${usageOf(doc)}`],
    section(
      "Commands",
      (doc.subcommands ?? []).flatMap(({ commands }) =>
        commands.map((command) => [
          command.alias === undefined ? command.name : `${command.name}, ${command.alias}`,
          command.shortDescription ?? command.description
        ])
      )
    ),
    section(
      "Arguments",
      (doc.args ?? []).map((argument) => [
        `<${argument.name}>${argument.variadic ? "…" : ""}`,
        Option.getOrElse(argument.description, () => "")
      ])
    ),
    section("Flags", doc.flags.map(flagRow)),
    section("Everywhere", (doc.globalFlags ?? []).map(flagRow))
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")

const flagRow = (flag: HelpDoc.FlagDoc): readonly [string, string] => {
  const about = Option.getOrElse(flag.description, () => "")
  const negated = /^--no-[a-z-]+: /.exec(about)?.[0]
  if (negated !== undefined) return [negated.slice(0, -2), about.slice(negated.length)]
  const choices = / \(choices: ([^)]*)\)$/.exec(about)
  const value = flag.type === "boolean" ? "" : ` <${choices?.[1]?.split(", ").join("|") ?? flag.type}>`
  return [[`--${flag.name}${value}`, ...flag.aliases].join(", "), choices === null ? about : about.slice(0, choices.index)]
}

const section = (title: string, rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  if (rows.length === 0) return []
  const width = Math.min(64, Math.max(...rows.map(([head = ""]) => head.length)))
  return [title, ...rows.map(([head = "", tail = ""]) => `  ${head.padEnd(width)}  ${tail}`.trimEnd())]
}

/** One sentence an error, with the nearest known word, as this house writes them. */
export const usageErrorText = (error: CliError.CliError): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `unknown flag "${error.option}"${near(error.suggestions)}`
    case "UnknownSubcommand":
      return `unknown command "${error.subcommand}"${near(error.suggestions)}`
    case "MissingArgument":
      return `<${error.argument}> is missing`
    case "MissingOption":
      return `--${error.option} is missing`
    case "InvalidValue":
      return invalidText(error)
    default:
      return error.message
  }
}

const near = (suggestions: ReadonlyArray<string>): string => (suggestions.length === 0 ? "" : `; did you mean ${suggestions.join(" or ")}?`)

const invalidText = (error: CliError.InvalidValue): string => {
  const subject = error.kind === "flag" ? `--${error.option}` : `<${error.option}>`
  const expected = error.expected.replace(/^Expected:? /, "")
  return error.value === "" ? `${subject} needs a value: ${expected}` : `${subject} "${error.value}": expected ${expected}`
}
