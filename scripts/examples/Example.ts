/**
 * An example of the documentation: a block of TypeScript, and where it stands.
 */

/** `line` is the first line of the code, counted from one; `file` is the file of the repository that the code is said to be. */
export interface Example {
  readonly path: string
  readonly line: number
  readonly code: string
  readonly file: string | undefined
}

const blocks = (path: string, lines: ReadonlyArray<string>): ReadonlyArray<Example> => {
  const found: Array<Example> = []
  let start: number | undefined
  let file: string | undefined
  lines.forEach((line, index) => {
    if (start === undefined) {
      const opening = /^\s*```ts(?: file=(\S+))?\s*$/.exec(line)
      if (opening === null) return
      start = index + 1
      file = opening[1]
    } else if (line.trim() === "```") {
      found.push({ path, line: start + 1, code: lines.slice(start, index).join("\n"), file })
      start = undefined
    }
  })
  return found
}

/** The `ts` blocks of a document. */
export const fromMarkdown = (path: string, text: string): ReadonlyArray<Example> => blocks(path, text.split("\n"))

/** The `ts` blocks in the comments of a source file. */
export const fromSource = (path: string, text: string): ReadonlyArray<Example> =>
  blocks(
    path,
    text.split("\n").map((line) => {
      const comment = /^\s*\* ?(.*)$/.exec(line)
      return comment === null ? "" : comment[1]!
    })
  )
