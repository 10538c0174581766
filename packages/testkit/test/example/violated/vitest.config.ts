import { defineConfig } from "vitest/config"

const resolve = { conditions: ["@mcp-effect/source"] }

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: { root: import.meta.dirname, include: ["Violated.ts"] }
})
