import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import * as FileUri from "../src/FileUri.ts"
import { call, connect, serving } from "./support/Session.ts"
import { onLinux } from "./support/Strategies.ts"
import { tempDirectory, watchesOn } from "./support/TempDirectory.ts"

it.effect("the allowed directories are listed, and a template stands for what is in them (RES-1, RES-2, RES-3)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ "a b": {}, c: {} })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const { resources } = yield* client.request("resources/list", {})
      assert.deepStrictEqual(resources.map(({ mimeType, name, uri }) => ({ mimeType, name, uri })), [
        { mimeType: "inode/directory", name: "a b", uri: `file://${top}/a%20b` },
        { mimeType: "inode/directory", name: "c", uri: `file://${top}/c` }
      ])
      const { resourceTemplates } = yield* client.request("resources/templates/list", {})
      assert.deepStrictEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), ["file:///{+path}"])
    }).pipe(serving(`${top}/a b`, `${top}/c`))
  }))

/** A client, and the URIs it hears to have changed. */
const listener = Effect.gen(function*() {
  const heard = yield* Queue.unbounded<string>()
  const client = yield* connect()
  yield* Effect.forkScoped(
    Stream.runForEach(client.notifications, (notification) =>
      notification.method === "notifications/resources/updated"
        ? Queue.offer(heard, notification.params.uri)
        : Effect.void),
    { startImmediately: true }
  )
  return { client, heard }
})

it.effect("a change right after the answer to resources/subscribe is told, whoever makes it (RES-7, RES-8)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "1", g: "1" })
    const uri = FileUri.fromPath(`${top}/f`)
    yield* Effect.gen(function*() {
      const { client, heard } = yield* listener
      yield* client.request("resources/subscribe", { uri })
      // Of this one nobody wants to hear.
      Fs.writeFileSync(`${top}/g`, "2")
      Fs.writeFileSync(`${top}/f`, "2")
      assert.strictEqual(yield* Queue.take(heard), uri)
      const other = yield* connect()
      yield* call(other, "write_file", { path: "f", content: "3" })
      assert.strictEqual(yield* Queue.take(heard), uri)
    }).pipe(serving(top))
  }))

it.effect("a directory has changed when something in it has", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ d: {} })
    const uri = FileUri.fromPath(`${top}/d`)
    yield* Effect.gen(function*() {
      const { client, heard } = yield* listener
      yield* client.request("resources/subscribe", { uri })
      Fs.writeFileSync(`${top}/d/new`, "")
      assert.strictEqual(yield* Queue.take(heard), uri)
    }).pipe(serving(top))
  }))

it.effect.runIf(onLinux)(
  "a file is watched once for all who subscribe, until the last of them has gone",
  () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "" })
      const uri = FileUri.fromPath(`${top}/f`)
      yield* Effect.gen(function*() {
        yield* Effect.scoped(Effect.gen(function*() {
          const one = yield* connect()
          const other = yield* connect()
          yield* one.request("resources/subscribe", { uri })
          yield* other.request("resources/subscribe", { uri })
          yield* one.request("resources/subscribe", { uri })
          assert.strictEqual(watchesOn(top), 1)
          yield* one.request("resources/unsubscribe", { uri })
          assert.strictEqual(watchesOn(top), 1)
        }))
        const last = yield* connect()
        for (let turn = 0; turn < 20 && watchesOn(top) > 0; turn++) yield* call(last, "list_allowed_directories")
        assert.strictEqual(watchesOn(top), 0)
      }).pipe(serving(top))
    })
)

it.effect("what is not there or not allowed cannot be subscribed to (RES-10)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { l: ["->", "../secret"] }, secret: "" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      for (const path of ["/root/none", "/secret", "/root/l", "/root/../secret", "/root/%2e%2e/secret"]) {
        const uri = `file://${top}${path}`
        const { reason } = yield* Effect.flip(client.request("resources/subscribe", { uri }))
        assert.deepInclude(reason, { _tag: "ErrorAnswer", code: -32002, message: "Resource not found", data: { uri } })
      }
    }).pipe(serving(`${top}/root`))
  }))
