import { assert, it } from "@effect/vitest"
import * as Client from "@mcp-effect/core/Client"
import type { ListRootsResult } from "@mcp-effect/core/protocol/Root"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FileUri from "../src/FileUri.ts"
import { call, connect, failure, output, serving, texts } from "./support/Session.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

/** A client that answers so when it is asked for its roots. */
const answering = (
  answer: () => Effect.Effect<ListRootsResult, ProtocolError.ProtocolError>,
  listChanged = false
): Layer.Layer<never, never, Client.Registry> =>
  Layer.effectDiscard(
    Effect.flatMap(Client.Registry, ({ register }) => register("roots/list", answer, { roots: { listChanged } }))
  )

/** A client whose roots are these paths at the moment, and how often it was asked for them. */
const rooted = (paths: ReadonlyArray<string>, listChanged: boolean) => {
  const state = { paths, asked: 0 }
  const client = connect(answering(
    () =>
      Effect.sync(() => {
        state.asked++
        return { roots: state.paths.map((path) => ({ uri: FileUri.fromPath(path) })) }
      }),
    listChanged
  ))
  return { state, client }
}

const allowed = (client: Client.Methods) => output(client, "list_allowed_directories")

it.effect("a client's roots narrow what the operator allows to what both do, never more (ROOT-9)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({
      root: { a: { f: "A" }, "a-evil": { f: "E" }, b: { f: "B" } },
      secret: { f: "S" }
    })
    yield* Effect.gen(function*() {
      const { client: connecting } = rooted([`${top}/root/a`, `${top}/secret`, `${top}/none`, "/"], false)
      // The root `/` has all that is allowed in it, so this client is as free as one without roots.
      assert.deepStrictEqual(yield* allowed(yield* connecting), { directories: [`${top}/root/a`, `${top}/root`] })

      const client = yield* rooted([`${top}/root/a`, `${top}/secret`, `${top}/none`], false).client
      assert.deepStrictEqual(yield* allowed(client), { directories: [`${top}/root/a`] })
      assert.deepStrictEqual(texts(yield* call(client, "read_text_file", { path: "f" })), ["A"])
      for (const path of [`${top}/root/b/f`, `${top}/root/a-evil/f`, `${top}/secret/f`]) {
        const refused = yield* call(client, "read_text_file", { path })
        assert.deepStrictEqual(failure(refused), { _tag: "AccessDenied", path })
      }
      const writes = yield* call(client, "write_file", { path: `${top}/root/b/new`, content: "" })
      assert.include(failure(writes), { _tag: "AccessDenied" })
    }).pipe(serving(`${top}/root`))
  }))

it.effect("a client with an empty list of roots may reach nothing", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "" })
    yield* Effect.gen(function*() {
      const client = yield* rooted([], false).client
      assert.deepStrictEqual(yield* allowed(client), { directories: [] })
      const read = yield* call(client, "read_text_file", { path: `${top}/f` })
      assert.include(failure(read), { _tag: "AccessDenied" })
    }).pipe(serving(top))
  }))

it.effect("a client that does not tell its roots is refused, and a client without any is not asked (ROOT-9)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "F" })
    yield* Effect.gen(function*() {
      const silent = yield* connect(answering(() => Effect.fail(ProtocolError.internalError("not now"))))
      const refused = yield* call(silent, "read_text_file", { path: "f" })
      assert.strictEqual(refused.isError, true)
      assert.deepStrictEqual(texts(refused), ["not now"])
      const without = yield* connect()
      assert.deepStrictEqual(texts(yield* call(without, "read_text_file", { path: "f" })), ["F"])
    }).pipe(serving(top))
  }))

it.effect("roots are asked for again when they have changed (ROOT-4)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: {}, b: {} })
    yield* Effect.gen(function*() {
      const { client: connecting, state } = rooted([`${top}/a`], true)
      const client = yield* connecting
      assert.deepStrictEqual(yield* allowed(client), { directories: [`${top}/a`] })
      assert.deepStrictEqual(yield* allowed(client), { directories: [`${top}/a`] })
      assert.strictEqual(state.asked, 1)
      state.paths = [`${top}/b`]
      yield* client.notify("notifications/roots/list_changed", {})
      assert.deepStrictEqual(yield* allowed(client), { directories: [`${top}/b`] })
      assert.strictEqual(state.asked, 2)
    }).pipe(serving(top))
  }))

it.effect("the roots of one client do not narrow another", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: {}, b: {} })
    yield* Effect.gen(function*() {
      const narrow = yield* rooted([`${top}/a`], true).client
      const other = yield* rooted([`${top}/b`], true).client
      const free = yield* connect()
      assert.deepStrictEqual(
        yield* Effect.all([allowed(narrow), allowed(other), allowed(free)], { concurrency: "unbounded" }),
        [{ directories: [`${top}/a`] }, { directories: [`${top}/b`] }, { directories: [top] }]
      )
    }).pipe(serving(top))
  }))

it.effect("resources are listed, read, completed and watched inside the roots only", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: { f: "A" }, b: { f: "B" } })
    yield* Effect.gen(function*() {
      const client = yield* rooted([`${top}/a`], true).client
      const { resources } = yield* client.request("resources/list", {})
      assert.deepStrictEqual(resources.map(({ uri }) => uri), [FileUri.fromPath(`${top}/a`)])
      const { contents } = yield* client.request("resources/read", { uri: FileUri.fromPath(`${top}/a/f`) })
      assert.include(contents[0], { text: "A" })
      const uri = FileUri.fromPath(`${top}/b/f`)
      for (const method of ["resources/read", "resources/subscribe"] as const) {
        const error = yield* Effect.flip<unknown, { readonly reason: object }, never>(client.request(method, { uri }))
        assert.include(error.reason, { _tag: "ErrorAnswer", code: -32002, message: "Resource not found" })
      }
      const { completion } = yield* client.request("completion/complete", {
        ref: { type: "ref/resource", uri: "file:///{+path}" },
        argument: { name: "path", value: `${top.slice(1)}/b/` }
      })
      assert.deepStrictEqual(completion.values, [])
    }).pipe(serving(`${top}/a`, `${top}/b`))
  }))
