import { assert, it } from "@effect/vitest"
import * as UriTemplate from "@mcp-effect/core/UriTemplate"
import * as Effect from "effect/Effect"
import { completePath } from "../src/PathCompletion.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { connect, serving } from "./support/Session.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

const complete = (roots: ReadonlyArray<string>, value: string) =>
  Effect.provideServiceEffect(completePath(value), Sandbox.Sandbox, Sandbox.make(roots))

it.effect("suggests the roots first, then what is in the directory typed so far", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { dir: {}, "doc.md": "", other: "" } })
    const root = `${top.slice(1)}/root`
    assert.deepStrictEqual(yield* complete([`${top}/root`], ""), [`${root}/`])
    assert.deepStrictEqual(yield* complete([`${top}/root`], root.slice(0, -2)), [`${root}/`])
    assert.deepStrictEqual(yield* complete([`${top}/root`], `${root}/`), [
      `${root}/dir/`,
      `${root}/doc.md`,
      `${root}/other`
    ])
    assert.deepStrictEqual(yield* complete([`${top}/root`], `${root}/d`), [`${root}/dir/`, `${root}/doc.md`])
    assert.deepStrictEqual(yield* complete([`${top}/root`], `${root}/doc.md`), [`${root}/doc.md`])
  }))

it.effect("suggests nothing outside, nor behind a link that leads there (COMP-7)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { l: ["->", "../out"] }, out: { secret: "" } })
    const base = top.slice(1)
    for (const value of [`${base}/out/`, `${base}/root/l/`, `${base}/root/../out/`, `${base}/`, "\0", "etc/"]) {
      for (const suggested of yield* complete([`${top}/root`], value)) {
        assert.strictEqual(suggested, `${base}/root/`)
      }
    }
  }))

it.effect("a suggestion fills the template in with the URI of the file, whatever its name", () =>
  Effect.gen(function*() {
    const names = ["100%25.txt", "a b", "c#1", "ä?"]
    const top = yield* tempDirectory(Object.fromEntries(names.map((name) => [name, name])))
    const template = UriTemplate.make("file:///{+path}")
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const { completion } = yield* client.request("completion/complete", {
        ref: { type: "ref/resource", uri: template.text },
        argument: { name: "path", value: `${top.slice(1)}/` }
      })
      assert.strictEqual(completion.values.length, names.length)
      for (const [index, name] of names.entries()) {
        const path = completion.values[index] ?? ""
        const { contents } = yield* client.request("resources/read", { uri: template.expand({ path }) })
        assert.include(contents[0], { text: name })
        // What was suggested can be typed on from.
        assert.deepStrictEqual(yield* complete([top], path), [path])
      }
    }).pipe(serving(top))
  }))
