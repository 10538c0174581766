import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { call, connect, serving, texts } from "./support/Session.ts"
import { swapping } from "./support/Swapper.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

it.effect("offers the tools that hosts know a file server by, each with its hints", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({})
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const { tools } = yield* client.request("tools/list", {})
      const hints = tools.map(({ annotations, name }) => {
        const { destructiveHint, idempotentHint, readOnlyHint } = annotations ?? {}
        return `${name}: ${
          readOnlyHint === true
            ? "reads"
            : `${destructiveHint === true ? "destroys" : "adds"}${idempotentHint === true ? ", once" : ""}`
        }`
      })
      assert.deepStrictEqual(hints.toSorted(), [
        "create_directory: adds, once",
        "directory_tree: reads",
        "edit_file: destroys",
        "get_file_info: reads",
        "list_allowed_directories: reads",
        "list_directory: reads",
        "move_file: destroys",
        "read_media_file: reads",
        "read_multiple_files: reads",
        "read_text_file: reads",
        "search_files: reads",
        "write_file: destroys, once"
      ])
      for (const { annotations, description, title } of tools) {
        assert.isString(title)
        assert.isString(description)
        assert.strictEqual(annotations?.openWorldHint, false)
      }
    }).pipe(serving(top))
  }))

it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"])(
  "works for a client of revision %s",
  (protocolVersion) =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "F" })
      yield* Effect.gen(function*() {
        const client = yield* connect(undefined, protocolVersion)
        assert.strictEqual(client.server.protocolVersion, protocolVersion)
        assert.deepStrictEqual(texts(yield* call(client, "read_text_file", { path: "f" })), ["F"])
        assert.include(texts(yield* call(client, "list_directory", { path: "." }))[0], "\"name\":\"f\"")
        const { contents } = yield* client.request("resources/read", { uri: `file://${top}/f` })
        assert.include(contents[0], { text: "F" })
      }).pipe(serving(top))
    })
)

it.effect("does not start over a directory that does not exist", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "" })
    const missing = yield* Effect.flip(Effect.void.pipe(serving(`${top}/none`)))
    assert.deepInclude(missing, { _tag: "NotFound", path: `${top}/none` })
    const file = yield* Effect.flip(Effect.void.pipe(serving(`${top}/f`)))
    assert.deepInclude(file, { _tag: "NotADirectory", path: `${top}/f` })
  }))

it.effect(
  "a directory swapped 10000 times for a link while a client uses it: nothing outside is seen or changed",
  () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ root: { d: { f: "public" } }, out: { f: "SECRET", hidden: "" } })
      yield* Effect.gen(function*() {
        const client = yield* connect()
        const uri = `file://${top}/root/d/f`
        const { done } = yield* swapping(`${top}/root/d`, "../out", 10_000)
        const edits = [{ oldText: "SECRET", newText: "stolen" }]
        let reads = 0
        while (!done()) {
          const answers = yield* Effect.all([
            call(client, "read_text_file", { path: "d/f" }),
            call(client, "edit_file", { path: "d/f", edits, dryRun: true }),
            call(client, "list_directory", { path: "d" }),
            call(client, "search_files", { path: ".", pattern: "**/*" }),
            call(client, "move_file", { source: "d/hidden", destination: "taken" }),
            Effect.exit(client.request("resources/read", { uri }))
          ], { concurrency: "unbounded" })
          // The edit fails wherever the text is not found, and repeats nothing of the file.
          const said = JSON.stringify(answers)
          assert.isFalse(said.includes("SECRET") || said.includes("stolen") || said.includes("\"hidden\""), said)
          if (said.includes("public")) reads++
        }
        assert.isAbove(reads, 0)
        assert.deepStrictEqual(Fs.readdirSync(`${top}/out`), ["f", "hidden"])
        assert.strictEqual(Fs.readFileSync(`${top}/out/f`, "utf8"), "SECRET")
      }).pipe(serving(`${top}/root`))
      assert.strictEqual(openBelow(top), 0)
    }),
  60_000
)
