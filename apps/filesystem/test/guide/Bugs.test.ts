import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Mutant from "../../../../packages/testkit/test/faults/Mutant.ts"

const guide = readFileSync(join(import.meta.dirname, "../../../../docs/testing.md"), "utf8")

// The bugs of docs/testing.md, in the order in which it plants them.
const bugs = [
  {
    name: "a listing that is kept in the directory itself",
    module: "FilesLaws",
    foundBy: "a read-only tool changes nothing",
    says: "the state was",
    change: {
      file: "filesystem/src/ListDirectory.ts",
      text: "const { entries, more } = yield* FileError.at(path)(readDirectory(directory, maxEntries))",
      by: `const { entries, more } = yield* FileError.at(path)(readDirectory(directory, maxEntries))
      yield* Effect.promise(() => Fs.writeFile(directory.at(".listing"), JSON.stringify(entries)))`
    }
  },
  {
    name: "one line too many",
    module: "FilesTranscript",
    foundBy: "files are read as they were",
    says: String.raw`/result/content/0/text: expected "one\ntwo\n", but it was "one\ntwo\nthree\n"`,
    change: {
      file: "filesystem/src/ReadText.ts",
      text: "return { skip: 0, take: lines.lines }",
      by: "return { skip: 0, take: lines.lines + 1 }"
    }
  },
  {
    name: "a pause that nothing interrupts",
    module: "FilesSimulation",
    foundBy: "the handler of what was cancelled is interrupted",
    says: "run 1 goes on 1000 ms after its request was cancelled",
    change: {
      file: "filesystem/src/ListDirectory.ts",
      text: "const directory = yield* sandbox.directory(path)",
      by: `const directory = yield* sandbox.directory(path)
    yield* Effect.uninterruptible(Effect.sleep("1 minute"))`
    }
  }
]

describe.each(bugs)("$name", ({ change, foundBy, module, says }) => {
  it.live(`is found by: ${foundBy}`, () =>
    Effect.gen(function*() {
      const law = Mutant.law(change, new URL(`./${module}.ts`, import.meta.url).href, foundBy)
      const violation = yield* Effect.flip(law.check({ seed: 1, runs: 20 }))
      expect(violation.reason).toContain(says)
    }))

  it("is in the guide", () => {
    const [added] = change.by.split("\n").slice(-1)
    for (const text of [foundBy, says, added!.trim()]) expect(guide).toContain(text)
  })
})
