/**
 * The server of files over a directory that is made anew each time.
 *
 * It is no test: laws, transcripts and simulations are tried with it.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as NodePath from "node:path"
import * as Filesystem from "../../src/Filesystem.ts"

class Directory extends Context.Service<Directory, { readonly path: string }>()("guide/Directory") {
  static readonly layer = Layer.effect(
    Directory,
    Effect.acquireRelease(
      Effect.sync(() => {
        const path = Fs.realpathSync(Fs.mkdtempSync(NodePath.join(Os.tmpdir(), "guide-")))
        Fs.mkdirSync(NodePath.join(path, "notes"))
        Fs.writeFileSync(NodePath.join(path, "poem.txt"), "one\ntwo\nthree\n")
        Fs.writeFileSync(NodePath.join(path, "notes", "todo.md"), "- write tests\n")
        return { path }
      }),
      ({ path }) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
    )
  )
}

/** The server. */
export const server = Layer.unwrap(Effect.map(Directory, ({ path }) => Filesystem.layer([path]))).pipe(
  Layer.provideMerge(Directory.layer)
)

/** Paths that are there, and one that is not. */
export const path = Arbitrary.schema(Schema.Literals([".", "poem.txt", "notes", "notes/todo.md", "none"]))

/** All that is in the directory. */
export const observe = Effect.map(Directory, ({ path }) => Fs.readdirSync(path, { recursive: true }).sort())
