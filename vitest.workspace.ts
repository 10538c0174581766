import { defineConfig } from "vitest/config"

const project = (name: string, root: string) => ({
  extends: true as const,
  test: { name, root, include: ["test/**/*.test.ts"] }
})

export default defineConfig({
  resolve: { conditions: ["@mcp-effect/source"] },
  ssr: { resolve: { conditions: ["@mcp-effect/source"] } },
  test: {
    sequence: { concurrent: true },
    // the files of a worker share what they import: most of a short test is the loading of effect
    isolate: false,
    // the tests of a file run at the same time, so each of them also waits for the work of the others
    testTimeout: 30_000,
    projects: [
      project("core", "./packages/core"),
      project("http", "./packages/http"),
      project("node", "./packages/node"),
      project("testkit", "./packages/testkit"),
      project("everything", "./apps/everything"),
      project("filesystem", "./apps/filesystem"),
      { extends: true as const, test: { name: "repo", root: ".", include: ["test/**/*.test.ts"] } }
    ]
  }
})
