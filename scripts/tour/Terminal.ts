/**
 * What the tour shows, and how it asks: lines on standard output, and a prompt for who sits there.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { createInterface } from "node:readline/promises"

const isInteractive = process.stdin.isTTY && process.stdout.isTTY

export const title = (text: string): Effect.Effect<void> => Console.log(`\n${text}`)

export const line = (text: string): Effect.Effect<void> => Console.log(`  ${text}`)

/** One line of a text, and not too much of it. */
export const short = (text: string): string => {
  const flat = text.replaceAll(/\s+/g, " ").trim()
  return flat.length > 90 ? `${flat.slice(0, 90)}…` : flat
}

/** Rows in columns. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): Effect.Effect<void> => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return Effect.forEach(
    rows,
    (row) => line(row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()),
    { discard: true }
  )
}

/** A bar that grows in its line; where lines cannot be written again, a line for each step. */
export const progress = (done: number, total: number, message: string): Effect.Effect<void> =>
  Effect.sync(() => {
    const filled = Math.round((20 * done) / total)
    const bar = `  [${"#".repeat(filled)}${".".repeat(20 - filled)}] ${message}`
    process.stdout.write(isInteractive ? `\r${bar.padEnd(60)}${done === total ? "\n" : ""}` : `${bar}\n`)
  })

/** Asks for a line at the keyboard. Who enters nothing, or is not there, means what is proposed. */
export const ask = (question: string, proposed: string): Effect.Effect<string> => {
  if (!isInteractive) return Effect.as(line(`${question} ${proposed}`), proposed)
  return Effect.acquireUseRelease(
    Effect.sync(() => createInterface({ input: process.stdin, output: process.stdout })),
    (terminal) =>
      Effect.map(
        Effect.promise((signal) => terminal.question(`  ${question} (${proposed}) `, { signal })),
        (answer) => answer.trim() || proposed
      ),
    (terminal) => Effect.sync(() => terminal.close())
  )
}
