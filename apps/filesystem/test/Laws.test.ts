import * as Laws from "@mcp-effect/testkit/Laws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as NodePath from "node:path"
import * as DirectoryTools from "../src/DirectoryTools.ts"
import { Files } from "../src/FileResources.ts"
import * as Filesystem from "../src/Filesystem.ts"
import * as ReadTools from "../src/ReadTools.ts"
import * as WriteTools from "../src/WriteTools.ts"
import { fill, type Layout, openBelow, watchesOn } from "./support/TempDirectory.ts"

// A disk takes its time for a thousand directories.
const fast = ["/dev/shm", Os.tmpdir()].find((path) => Fs.existsSync(path)) ?? Os.tmpdir()

// Each case has the directory to itself, and all of them the same one: what is answered has its path in it.
const top = NodePath.join(Fs.realpathSync(fast), `laws-${process.pid}`)

const layout: Layout = {
  "a.txt": "one\ntwo\nthree\n",
  "empty": "",
  "binary.bin": new Uint8Array([0, 255, 128, 10]),
  "dot.png": new Uint8Array([137, 80, 78, 71]),
  "d": { "b c.md": "# B\n", "ü.txt": "ü", "inner": { "deep.ts": "export {}\n" } },
  "to-a": ["->", "a.txt"],
  "to-d": ["->", "d"],
  "to-outside": ["->", `../${NodePath.basename(top)}-outside`],
  "to-nothing": ["->", "none"]
}

// What is behind a link is not there: nothing outside is looked at, or touched.
const all = (path = ""): ReadonlyArray<string> =>
  Fs.readdirSync(NodePath.join(top, path), { withFileTypes: true }).flatMap((entry) => {
    const name = NodePath.join(path, entry.name)
    return entry.isDirectory() ? [name, ...all(name)] : [name]
  }).sort()

const outside = `${top}-outside`

const clear = () => {
  for (const path of [top, outside]) Fs.rmSync(path, { recursive: true, force: true })
}

// nobody has changed anything for a while
const age = () => {
  for (const path of [...all(), ""]) Fs.lutimesSync(NodePath.join(top, path), 1_000_000_000, 1_000_000_000)
}

const directory = Effect.acquireRelease(
  Effect.sync(() => {
    clear()
    Fs.mkdirSync(outside)
    fill(outside, { "secret": "SECRET" })
    Fs.mkdirSync(top)
    fill(top, layout)
    age()
    return top
  }),
  () => Effect.sync(clear)
)

const server = Layer.unwrap(Effect.map(directory, (top) => Filesystem.layer([top])))

const observe = Effect.sync(() =>
  all().map((path) => {
    const at = NodePath.join(top, path)
    const stats = Fs.lstatSync(at)
    if (stats.isSymbolicLink()) return `${path} -> ${Fs.readlinkSync(at)}`
    return stats.isDirectory() ? `${path}/` : `${path}: ${Fs.readFileSync(at, "base64")}`
  })
)

const open = Effect.sync(() => openBelow(top) + (Fs.existsSync(top) ? watchesOn(top) : 0))

const names = [".", "a.txt", "empty", "binary.bin", "dot.png", "d", "d/b c.md", "d/ü.txt", "d/inner/deep.ts", "to-a"]
const others = [
  "to-d/b c.md",
  "to-outside/secret",
  "to-nothing",
  "none",
  "none/none",
  "a.txt/x",
  "..",
  "d/../..",
  "/etc"
]

// Mostly what is there, by either kind of path; else what is not, or any text at all.
const paths = Arbitrary.schema(Schema.Union([
  Schema.Literals(names),
  Schema.Literals(names.map((name) => NodePath.join(top, name))),
  Schema.Literals(others),
  Schema.String
]))

/** Input of a tool with paths that are there. */
const pathsOf = <S extends Schema.Struct<Schema.Struct.Fields>, const K extends ReadonlyArray<keyof S["Type"]>>(
  input: S,
  keys: K
): Arbitrary.Arbitrary<S["Type"]> =>
  Arbitrary.map(
    Arbitrary.all([Arbitrary.schema(Schema.toType(input)), Arbitrary.all(keys.map(() => paths))]),
    ([input, paths]) => ({ ...input as object, ...Object.fromEntries(keys.map((key, index) => [key, paths[index]])) })
  )

const inputs = [
  Laws.input(ReadTools.ReadTextFile, pathsOf(ReadTools.ReadTextFile.input, ["path"])),
  Laws.input(ReadTools.ReadMediaFile, pathsOf(ReadTools.ReadMediaFile.input, ["path"])),
  Laws.input(
    ReadTools.ReadMultipleFiles,
    Arbitrary.map(Arbitrary.array(paths, { minLength: 1, maxLength: 4 }), (paths) => ({ paths }))
  ),
  Laws.input(WriteTools.Write, pathsOf(WriteTools.Write.input, ["path"])),
  Laws.input(WriteTools.Edit, pathsOf(WriteTools.Edit.input, ["path"])),
  Laws.input(WriteTools.Create, pathsOf(WriteTools.Create.input, ["path"])),
  Laws.input(WriteTools.Move, pathsOf(WriteTools.Move.input, ["source", "destination"])),
  Laws.input(DirectoryTools.List, pathsOf(DirectoryTools.List.input, ["path"])),
  Laws.input(DirectoryTools.ShowTree, pathsOf(DirectoryTools.ShowTree.input, ["path"])),
  Laws.input(DirectoryTools.Search, pathsOf(DirectoryTools.Search.input, ["path"])),
  Laws.input(DirectoryTools.Info, pathsOf(DirectoryTools.Info.input, ["path"])),
  Laws.input(
    Files,
    Arbitrary.map(Arbitrary.schema(Schema.Literals([...names, ...others])), (name) => ({
      path: NodePath.join(top, name).slice(1)
    }))
  )
]

// when a file was made and last read is nothing that a test could set
Vitest.laws("filesystem", Laws.server(server, { inputs, observe, open, varies: [DirectoryTools.Info] }), {
  seed: 1,
  runs: 5
})
