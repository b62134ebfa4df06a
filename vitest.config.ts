import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const inRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { readonly version: string }

export default defineConfig({
  define: { DRILL_VERSION: JSON.stringify(version) },
  resolve: {
    // Sources, not dist: with both in one process every module would exist twice.
    alias: [
      { find: /^drill$/, replacement: inRoot("src/drill.ts") },
      { find: /^drill\/model$/, replacement: inRoot("src/library.ts") },
      { find: /^drill\/testing$/, replacement: inRoot("src/testing/testing.ts") }
    ]
  },
  test: {
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "rooms", include: ["test/**/*.test.{ts,tsx}"], exclude: ["test/journey/**"] } },
      // Journeys go through the built command line; it is built for them alone, and only when one of them runs.
      { extends: true, test: { name: "journey", include: ["test/journey/**/*.test.ts"], globalSetup: "test/journey/built.ts" } }
    ]
  }
})
