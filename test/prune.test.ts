import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

it("what was built of sources that are gone goes, too, and nothing else does", () => {
  const root = mkdtempSync(join(tmpdir(), "prune-"))
  const files = [
    "packages/a/src/laws/Kept.ts",
    "packages/a/dist/laws/Kept.js",
    "packages/a/dist/laws/Kept.d.ts.map",
    "packages/a/dist/laws/Gone.js",
    "packages/a/dist/laws/Gone.d.ts",
    "packages/a/dist/.tsbuildinfo",
    "packages/a/test/dist/Other.js",
    "elsewhere/dist/Other.js"
  ]
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), "")
  }
  const script = fileURLToPath(new URL("../scripts/prune.ts", import.meta.url))
  const { status } = spawnSync(process.execPath, [script, root])
  const left = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  rmSync(root, { recursive: true })
  expect(status).toBe(0)
  expect(
    left.map(({ name, parentPath }) => join(parentPath, name).slice(root.length + 1).replaceAll("\\", "/")).toSorted()
  ).toEqual(
    files.filter((file) => !file.includes("Gone")).toSorted()
  )
})
