import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { fileMetadata } from "../src/FileMetadata.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

it.effect("tells kind, size, times, permissions and type, following links inside", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ "f.css": "12345", d: {}, link: ["->", "f.css"], out: ["->", "/etc/passwd"] })
    Fs.chmodSync(`${top}/f.css`, 0o640)
    Fs.utimesSync(`${top}/f.css`, 1, 2)
    const metadata = (path: string) =>
      Effect.provideServiceEffect(fileMetadata(path), Sandbox.Sandbox, Sandbox.make([top]))
    const { created, ...rest } = yield* metadata("f.css")
    assert.deepStrictEqual(rest, {
      path: `${top}/f.css`,
      kind: "file",
      size: 5,
      accessed: "1970-01-01T00:00:01.000Z",
      modified: "1970-01-01T00:00:02.000Z",
      permissions: "640",
      mimeType: "text/css"
    })
    assert.isFalse(Number.isNaN(Date.parse(created)))
    assert.strictEqual((yield* metadata("link")).size, 5)
    assert.strictEqual((yield* metadata("d")).kind, "directory")
    assert.strictEqual((yield* metadata(".")).kind, "directory")
    assert.strictEqual((yield* Effect.flip(metadata("out")))._tag, "AccessDenied")
  }))
