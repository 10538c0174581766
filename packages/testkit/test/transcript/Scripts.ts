/**
 * Transcripts that stand in a test, and servers for them that know but a few answers.
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import type * as Wire from "@mcp-effect/testkit/Wire"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/** The lines of a text that is a transcript. */
export const parsed = (text: string) => Result.getOrThrow(Transcript.parse(text))

/** A server that answers what is said with this, as soon as it is said. */
export const answering = (
  answer: (message: Record<string, unknown>) => ReadonlyArray<unknown>,
  said: Array<unknown> = []
): Wire.Connect =>
  Effect.sync(() => {
    let receive: (json: unknown) => void = () => {}
    return {
      isCongested: () => false,
      run: (listener) => {
        receive = listener
        return Effect.never
      },
      send: (message) =>
        Effect.sync(() => {
          said.push(message)
          // what transcripts say are objects here
          for (const json of answer(message as unknown as Record<string, unknown>)) receive(json)
        })
    } satisfies Transport["Service"]
  })
