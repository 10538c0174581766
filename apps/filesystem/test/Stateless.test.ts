import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { setImmediate as turn } from "node:timers/promises"
import * as Conversation from "../../../packages/core/test/Conversation.ts"
import * as StatelessConversation from "../../../packages/core/test/StatelessConversation.ts"
import * as FileUri from "../src/FileUri.ts"
import { serving } from "./support/Session.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

/** Answers each question for roots with these paths. */
const roots = (paths: ReadonlyArray<string>): StatelessConversation.Answers => () => ({
  roots: paths.map((path) => ({ uri: FileUri.fromPath(path) }))
})

const required = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {}
}

const withRoots = { capabilities: { roots: {} } }

it.effect("files outside do not exist for a request that stands for itself, however they are spelled (RES-11, RES-17)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { f: "F", l: ["->", "../secret"] }, secret: "S", "root-evil": "S" })
    yield* Effect.gen(function*() {
      const client = yield* StatelessConversation.connect()
      const read = (path: string) => client.request("resources/read", { uri: `file://${top}${path}` })
      assert.deepInclude((yield* read("/root/f")).result!["contents"], {
        uri: `file://${top}/root/f`,
        mimeType: "text/plain",
        text: "F"
      })
      for (
        const path of [
          "/root/none",
          "/secret",
          "/root-evil",
          "/root/l",
          "/root/../secret",
          "/root/%2e%2e/secret",
          "/root/..%2fsecret",
          "/root/l%00"
        ]
      ) {
        const { error } = yield* read(path)
        assert.deepStrictEqual(
          error,
          { code: -32602, message: "Resource not found", data: { uri: `file://${top}${path}` } },
          path
        )
      }
    }).pipe(serving(`${top}/root`))
  }))

it.effect("roots that a client brings open nothing that the operator does not allow (ROOT-11)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { a: { f: "A" }, b: { f: "B" } }, secret: { f: "S" } })
    yield* Effect.gen(function*() {
      const client = yield* StatelessConversation.connect(withRoots)
      const call = (name: string, args: { readonly [name: string]: unknown }, paths: ReadonlyArray<string>) =>
        client.converse("tools/call", { name, arguments: args }, roots(paths))
      const own = yield* call("read_text_file", { path: "f" }, [`${top}/root/a`])
      assert.deepInclude(own.answer.result!["content"], { type: "text", text: "A" })
      assert.strictEqual(own.rounds.length, 1)
      for (const paths of [[`${top}/secret`], [top], ["/"], [`${top}/root/a`, `${top}/secret`]]) {
        const { answer } = yield* call("read_text_file", { path: `${top}/secret/f` }, paths)
        assert.include(answer.result, { isError: true })
      }
    }).pipe(serving(`${top}/root`))
  }))

it.effect("each request is asked for its roots anew, and writes within them (ROOT-10, VER-6)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: { log: "" }, b: { log: "" } })
    yield* Effect.gen(function*() {
      const client = yield* StatelessConversation.connect(withRoots)
      for (const name of ["a", "b"]) {
        const { answer, rounds } = yield* client.converse(
          "tools/call",
          { name: "write_file", arguments: { path: "log", content: name } },
          roots([`${top}/${name}`])
        )
        assert.strictEqual(rounds.length, 1, JSON.stringify(answer))
      }
      assert.strictEqual(readFileSync(`${top}/a/log`, "utf8"), "a")
      assert.strictEqual(readFileSync(`${top}/b/log`, "utf8"), "b")
    }).pipe(serving(top))
  }))

it.effect("where a client cannot be asked, lists and suggestions have all that the operator allows (MRTR-2)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { file: "F" }, secret: { f: "S" } })
    yield* Effect.gen(function*() {
      const client = yield* StatelessConversation.connect(withRoots)
      const { result } = yield* client.request("resources/list")
      assert.deepStrictEqual(
        (result!["resources"] as ReadonlyArray<{ readonly uri: string }>).map(({ uri }) => uri),
        [`file://${top}/root`]
      )
      const suggested = yield* client.request("completion/complete", {
        ref: { type: "ref/resource", uri: "file:///{+path}" },
        argument: { name: "path", value: `${top.slice(1)}/root/f` }
      })
      assert.deepInclude(suggested.result, { completion: { values: [`${top.slice(1)}/root/file`], total: 1 } })
    }).pipe(serving(`${top}/root`))
  }))

it.effect("a subscription tells nothing of what is outside, not even whether it is there (RES-17, SUB-12)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { f: "1" }, secret: "1" })
    yield* Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const listen = (id: string, path: string) =>
        conversation.ask("subscriptions/listen", {
          notifications: { resourceSubscriptions: [`file://${top}${path}`] },
          _meta: required
        }, id)
      const told = (id: string, path: string) =>
        conversation.received.filter(({ params }) =>
          (params!["_meta"] as { readonly [key: string]: unknown })["io.modelcontextprotocol/subscriptionId"] === id
        ).map((message) => JSON.stringify(message).replaceAll(id, "id").replaceAll(path, "/path"))
      yield* listen("there", "/secret")
      yield* listen("missing", "/none")
      yield* listen("inside", "/root/f")
      while (told("inside", "/root/f").length < 2) {
        for (const path of ["/secret", "/root/f"]) writeFileSync(`${top}${path}`, "2")
        yield* Effect.promise(() => turn())
      }
      // what there was to tell of the others is told by now
      for (let i = 0; i < 50; i++) yield* Effect.promise(() => turn())
      assert.deepStrictEqual(told("there", "/secret"), told("missing", "/none"))
      assert.isAtMost(told("there", "/secret").length, 2)
    }).pipe(serving(`${top}/root`))
  }))
