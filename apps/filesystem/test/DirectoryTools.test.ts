import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { call, connect, failure, output, serving } from "./support/Session.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

const layout = { d: { "x.ts": "xx", node_modules: { "y.ts": "" } }, "a.txt": "a", l: ["->", "a.txt"] } as const

it.effect("list_directory lists with sizes, by name or by size", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ small: "1", large: "4444", d: {} })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const listed = yield* call(client, "list_directory", { path: "." })
      const { entries, ...rest } = listed.structuredContent as {
        readonly entries: ReadonlyArray<{ readonly name: string; readonly kind: string; readonly size?: number }>
      }
      assert.deepStrictEqual(rest as unknown, { path: top, totalSize: 5, complete: true })
      assert.deepStrictEqual(entries.map(({ kind, name, size }) => [name, kind, size]), [
        ["d", "directory", undefined],
        ["large", "file", 4],
        ["small", "file", 1]
      ])
      // The same as text, for who does not read structured content.
      assert.deepStrictEqual(listed.content, [{ type: "text", text: JSON.stringify(listed.structuredContent) }])
      const bySize = yield* output(client, "list_directory", { path: ".", sortBy: "size" }) as Effect.Effect<
        { readonly entries: typeof entries }
      >
      assert.deepStrictEqual(bySize.entries.map(({ name }) => name), ["large", "small", "d"])
      const file = yield* call(client, "list_directory", { path: "small" })
      assert.deepStrictEqual(failure(file), { _tag: "NotADirectory", path: "small" })
    }).pipe(serving(top))
  }))

it.effect("directory_tree nests, leaves out what is excluded, and says where it was cut", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory(layout)
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const around = [{ name: "a.txt", kind: "file" }]
      const link = { name: "l", kind: "link" }
      assert.deepStrictEqual(
        yield* output(client, "directory_tree", { path: ".", excludePatterns: ["node_modules"] }),
        {
          path: top,
          children: [
            ...around,
            { name: "d", kind: "directory", children: [{ name: "x.ts", kind: "file" }] },
            link
          ],
          complete: true
        }
      )
      assert.deepStrictEqual(yield* output(client, "directory_tree", { path: ".", depth: 1 }), {
        path: top,
        children: [...around, { name: "d", kind: "directory", children: [], cut: true }, link],
        complete: false
      })
    }).pipe(serving(top))
  }))

it.effect("search_files finds by pattern, and refuses a pattern it cannot read", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory(layout)
    yield* Effect.gen(function*() {
      const client = yield* connect()
      assert.deepStrictEqual(
        yield* output(client, "search_files", { path: top, pattern: "**/*.ts", excludePatterns: ["node_modules"] }),
        { matches: [{ path: `${top}/d/x.ts`, kind: "file" }], complete: true }
      )
      const unreadable = yield* call(client, "search_files", { path: top, pattern: "{" })
      assert.include(failure(unreadable), { _tag: "InvalidPattern", pattern: "{" })
    }).pipe(serving(top))
  }))

it.effect("get_file_info tells what is known about a file", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ "a.txt": "abc" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      assert.include(yield* output(client, "get_file_info", { path: "a.txt" }), {
        path: `${top}/a.txt`,
        kind: "file",
        size: 3,
        mimeType: "text/plain"
      })
      const missing = yield* call(client, "get_file_info", { path: "none" })
      assert.deepStrictEqual(failure(missing), { _tag: "NotFound", path: "none" })
    }).pipe(serving(top))
  }))

it.effect("list_allowed_directories lists what the operator allows", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: {}, b: {}, c: {} })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      assert.deepStrictEqual(yield* output(client, "list_allowed_directories"), {
        directories: [`${top}/b`, `${top}/a`]
      })
    }).pipe(serving(`${top}/b`, `${top}/a`))
  }))
