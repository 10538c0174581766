import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as FileUri from "../src/FileUri.ts"
import { connect, serving } from "./support/Session.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

const bytes = new Uint8Array([0, 255, 1])

it.effect("text is read as text, all else as a blob, each with its type (RES-4, RES-15)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ "ä #1?%20.md": "# Text", bin: bytes, empty: "" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const read = (name: string) => {
        const uri = FileUri.fromPath(`${top}/${name}`)
        return Effect.map(client.request("resources/read", { uri }), ({ contents }) => ({ contents, uri }))
      }
      const text = yield* read("ä #1?%20.md")
      assert.deepStrictEqual(text.contents, [{ uri: text.uri, mimeType: "text/markdown", text: "# Text" }])
      const binary = yield* read("bin")
      assert.deepStrictEqual(binary.contents, [
        { uri: binary.uri, mimeType: "application/octet-stream", blob: Buffer.from(bytes).toString("base64") }
      ])
      const empty = yield* read("empty")
      assert.deepStrictEqual(empty.contents, [{ uri: empty.uri, mimeType: "text/plain", text: "" }])
    }).pipe(serving(top))
  }))

it.effect("a directory is read as the URIs of what is in it, listed or not, with a slash at the end or not", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ d: { "x y": "", e: {} } })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const base = `file://${top}/d`
      for (const uri of [base, `${base}/`]) {
        const { contents } = yield* client.request("resources/read", { uri })
        assert.deepStrictEqual(contents, [
          { uri, mimeType: "text/uri-list", text: `${base}/e/\r\n${base}/x%20y\r\n` }
        ])
      }
      const { contents } = yield* client.request("resources/read", { uri: `file://${top}` })
      assert.include(contents[0], { text: `${base}/\r\n` })
    }).pipe(serving(top))
  }))

it.effect("what is outside does not exist, however it is spelled, and neither does what is missing (RES-10)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { l: ["->", "../secret"] }, secret: "secret", "root-evil": "secret" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const paths = [
        "/root/none",
        "/secret",
        "/root-evil",
        "/root/l",
        "/root/../secret",
        "/root/%2e%2e/secret",
        "/root/..%2fsecret",
        "/root/l%00"
      ]
      for (const path of paths) {
        const uri = `file://${top}${path}`
        const { reason } = yield* Effect.flip(client.request("resources/read", { uri }))
        assert.deepInclude(
          reason,
          { _tag: "ErrorAnswer", code: -32002, message: "Resource not found", data: { uri } },
          path
        )
      }
    }).pipe(serving(`${top}/root`))
  }))

it.effect("a file that is too large is an error that says so", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ large: "12345" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const uri = FileUri.fromPath(`${top}/large`)
      const { reason } = yield* Effect.flip(client.request("resources/read", { uri }))
      assert.include(reason, {
        _tag: "ErrorAnswer",
        code: -32602,
        message: `${top}/large: more than the 4 bytes allowed in one call`
      })
    }).pipe(serving(top), Effect.provideService(Limits, { ...defaults, maxBinaryBytes: 4 }))
  }))
