/**
 * Replacing stretches of a text: found exactly, or else line by line without regard to white space around the lines.
 *
 * Not about files: `EditFile` reads and writes them.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
import * as Result from "effect/Result"

/**
 * One replacement. `oldText` must occur exactly once, or `everywhere` must be set.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextEdit {
  readonly oldText: string
  readonly newText: string
  readonly everywhere?: boolean | undefined
}

/**
 * An edit that could not be placed: its position in the list, from 0, and why.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Misplaced {
  readonly edit: number
  readonly problem: string
}

/**
 * Applies edits one after another, each to the result of the ones before it.
 *
 * A text whose lines all end in CR LF is edited as if they ended in LF and gets its own endings back. No edit may make the
 * text longer than `maxCharacters` (UTF-16 units): replacing a letter everywhere by a page multiplies a file's size.
 *
 * @category combinators
 * @since 0.1.0
 */
export const applyEdits = (
  text: string,
  edits: ReadonlyArray<TextEdit>,
  maxCharacters: number
): Result.Result<string, Misplaced> => {
  const crlf = text.includes("\r\n") && !/(^|[^\r])\n/.test(text)
  let current = crlf ? toLf(text) : text
  for (const [index, edit] of edits.entries()) {
    const next = applyEdit(
      current,
      crlf ? { ...edit, oldText: toLf(edit.oldText), newText: toLf(edit.newText) } : edit,
      maxCharacters
    )
    if (Result.isFailure(next)) return Result.fail({ edit: index, problem: next.failure })
    current = next.success
  }
  return Result.succeed(crlf ? current.replaceAll("\n", "\r\n") : current)
}

const toLf = (text: string): string => text.replaceAll("\r\n", "\n")

const applyEdit = (text: string, edit: TextEdit, maxCharacters: number): Result.Result<string, string> => {
  if (edit.oldText === "") return Result.fail("has no text to replace")
  const places = exactly(text, edit.oldText)
  if (places.length > 0) {
    const end = (start: number) => start + edit.oldText.length
    return replace(
      text,
      edit,
      places.map((start) => ({ start, end: end(start), text: edit.newText })),
      maxCharacters
    )
  }
  return replace(text, edit, loosely(text, edit), maxCharacters)
}

interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

const replace = (
  text: string,
  edit: TextEdit,
  replacements: ReadonlyArray<Replacement>,
  maxCharacters: number
): Result.Result<string, string> => {
  if (replacements.length === 0) return Result.fail("does not occur in the file")
  if (replacements.length > 1 && edit.everywhere !== true) {
    return Result.fail(`occurs ${replacements.length} times: give more of the text around it`)
  }
  const length = replacements.reduce((sum, { end, start, text }) => sum + text.length - (end - start), text.length)
  if (length > maxCharacters) return Result.fail(`would make the file longer than ${maxCharacters} characters`)
  const parts: Array<string> = []
  let position = 0
  for (const replacement of replacements) {
    parts.push(text.slice(position, replacement.start), replacement.text)
    position = replacement.end
  }
  parts.push(text.slice(position))
  return Result.succeed(parts.join(""))
}

const exactly = (text: string, part: string): ReadonlyArray<number> => {
  const starts: Array<number> = []
  for (let start = text.indexOf(part); start !== -1; start = text.indexOf(part, start + part.length)) starts.push(start)
  return starts
}

const loosely = (text: string, edit: TextEdit): ReadonlyArray<Replacement> => {
  const lines = text.split("\n")
  const trimmed = lines.map((line) => line.trim())
  const oldLines = withoutLastFeed(edit.oldText).split("\n")
  const wanted = oldLines.map((line) => line.trim())
  // Only white space would match any empty line.
  if (wanted.every((line) => line === "")) return []
  const starts = lineStarts(lines)
  return occurrences(trimmed, wanted).map((index) => {
    const last = index + wanted.length - 1
    return {
      start: starts[index] ?? 0,
      end: (starts[last] ?? 0) + (lines[last] ?? "").length,
      text: reindent(withoutLastFeed(edit.newText), oldLines, lines.slice(index, last + 1))
    }
  })
}

const withoutLastFeed = (text: string): string => text.endsWith("\n") ? text.slice(0, -1) : text

const lineStarts = (lines: ReadonlyArray<string>): ReadonlyArray<number> => {
  const starts: Array<number> = []
  let position = 0
  for (const line of lines) {
    starts.push(position)
    position += line.length + 1
  }
  return starts
}

// Knuth, Morris and Pratt: a file and an edit of repeated lines cost no more than any other.
const occurrences = (lines: ReadonlyArray<string>, wanted: ReadonlyArray<string>): ReadonlyArray<number> => {
  const borders = new Int32Array(wanted.length)
  for (let index = 1, border = 0; index < wanted.length; index++) {
    while (border > 0 && wanted[index] !== wanted[border]) border = borders[border - 1] ?? 0
    if (wanted[index] === wanted[border]) border++
    borders[index] = border
  }
  const found: Array<number> = []
  for (let index = 0, matched = 0; index < lines.length; index++) {
    while (matched > 0 && lines[index] !== wanted[matched]) matched = borders[matched - 1] ?? 0
    if (lines[index] === wanted[matched]) matched++
    if (matched === wanted.length) {
      found.push(index - wanted.length + 1)
      matched = 0
    }
  }
  return found
}

const indentOf = (line: string): string => line.slice(0, line.length - line.trimStart().length)

// The new lines are indented like the lines they replace: what the first line of text has in the file instead of what it
// has in the edit.
const reindent = (text: string, oldLines: ReadonlyArray<string>, found: ReadonlyArray<string>): string => {
  const first = oldLines.findIndex((line) => line.trim() !== "")
  const given = indentOf(oldLines[first] ?? "")
  const actual = indentOf(found[first] ?? "")
  return text.split("\n").map((line) => {
    if (line.trim() === "") return line
    return line.startsWith(given) ? actual + line.slice(given.length) : actual + line.trimStart()
  }).join("\n")
}
