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
    projects: [
      project("core", "./packages/core"),
      project("http", "./packages/http"),
      project("node", "./packages/node"),
      project("everything", "./apps/everything"),
      project("filesystem", "./apps/filesystem"),
      { extends: true as const, test: { name: "repo", root: ".", include: ["test/**/*.test.ts"] } }
    ]
  }
})
