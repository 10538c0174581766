const resolve = { conditions: ["@mcp-effect/source"] }

export default { resolve, ssr: { resolve }, test: { root: import.meta.dirname, include: ["Violated.ts"] } }
