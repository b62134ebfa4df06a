/**
 * The house as text: its files, their code without comments and quoted text, and what they import. Read once; no parser, because
 * the rules held here need only words and module names.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..")

export interface Import {
  /** As written. */
  readonly module: string
  /** Names between the braces, as exported; empty for `import * as`, a default or a bare import. */
  readonly names: ReadonlyArray<string>
  /** The file it leads to, relative to the root; `undefined` for a package. */
  readonly file: string | undefined
  /** Written as `export … from`. */
  readonly isReExport: boolean
}

export interface Source {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
  /** Without comments and quoted text; the expressions inside templates stay. */
  readonly code: string
  readonly imports: ReadonlyArray<Import>
}

const pieces =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*(?=[\s.,;)\]}]|$)/g

const bare = (piece: string): string => {
  if (piece.startsWith("`")) return `\`${[...piece.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1]).join(" ")}\``
  if (piece.startsWith("/*") || piece.startsWith("//")) return " "
  return piece.startsWith("/") ? "/ /" : '""'
}

/** Code without comments, quoted text and regular expressions. */
export const codeOf = (text: string): string => text.replace(pieces, bare)

const importShape = /(?:^|\n)\s*(import|export)\s+(?:type\s+)?([^"'`;=(]*?)\s*(?:from\s*)?"([^"]+)"|import\(\s*"([^"]+)"\s*\)/g

const importsOf = (path: string, text: string): ReadonlyArray<Import> =>
  [...text.matchAll(importShape)].flatMap(([, keyword, clause, from, lazy]) => {
    const module = from ?? lazy ?? ""
    if (keyword === "export" && !/^(?:\*|\{)/.test(clause ?? "")) return []
    const braces = /\{([\s\S]*)\}/.exec(clause ?? "")?.[1] ?? ""
    const names = braces.split(",").map((name) =>
      name
        .trim()
        .replace(/^type\s+/, "")
        .replace(/\s+as\s+\w+$/, "")
    )
    const file = module.startsWith(".")
      ? relative(root, resolve(root, dirname(path), module))
          .split(sep)
          .join("/")
      : undefined
    return [{ module, names: names.filter((name) => name !== ""), file, isReExport: keyword === "export" }]
  })

const skipped = new Set(["node_modules", "dist", ".git", ".drill", "recordings", "coverage"])

const walk = (directory: string): ReadonlyArray<string> =>
  existsSync(join(root, directory))
    ? readdirSync(join(root, directory), { withFileTypes: true })
        .toSorted((left, right) => (left.name < right.name ? -1 : 1))
        .flatMap((entry) => {
          const path = directory === "." ? entry.name : `${directory}/${entry.name}`
          if (skipped.has(entry.name)) return []
          return entry.isDirectory() ? walk(path) : [path]
        })
    : []

/** Paths of the files below a folder of the project, in order; what is generated or installed is left out. */
export const filesIn = (directory: string): ReadonlyArray<string> => walk(directory)

export const readIn = (path: string): string => readFileSync(join(root, path), "utf8")

const isCode = (path: string): boolean => /\.(?:ts|tsx|mjs)$/.test(path) && !path.endsWith(".d.ts")

/** The TypeScript files below a folder. */
export const sourcesIn = (directory: string): ReadonlyArray<Source> =>
  filesIn(directory)
    .filter(isCode)
    .map((path) => {
      const text = readIn(path)
      return { path, text, code: codeOf(text), imports: importsOf(path, text) }
    })
