import { describe, expect, it } from "@effect/vitest"
import { findUrl, start } from "../../scripts/conformance/Target.ts"

const program = (code: string) => ["--input-type=module", "--eval", code]

describe("Target", () => {
  it("finds the address in what a server printed", () => {
    expect(findUrl("listening on http://127.0.0.1:40409/mcp\n")).toBe("http://127.0.0.1:40409/mcp")
    expect(findUrl(`{"url":"http://[::1]:1/mcp"}`)).toBe("http://[::1]:1/mcp")
    expect(findUrl("see https://example.com/docs and http://127.0.0.1:404")).toBeUndefined()
  })

  it("starts a program, reads its address and ends it", async () => {
    const target = await start(program(`console.error("http://127.0.0.1:1/mcp"); setInterval(() => {}, 1000)`))
    expect(target.url).toBe("http://127.0.0.1:1/mcp")
    expect(await target.stop()).toBeUndefined()
  })

  it("rejects with what the program printed when it ends without an address", async () => {
    await expect(start(program(`console.error("no port left"); process.exitCode = 3`))).rejects.toThrow(
      /ended with 3 before it printed an address\nno port left/
    )
  })

  it("complains about a server that ended by itself", async () => {
    const target = await start(program(`console.error("http://127.0.0.1:1/mcp"); process.exitCode = 4`))
    expect(await target.ended).toBe("exit code 4")
    expect(await target.stop()).toMatch(/ended during the run \(exit code 4\)/)
  })
})
