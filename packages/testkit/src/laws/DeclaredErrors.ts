/**
 * A handler fails with nothing but what it declares, and what it declares reaches the client as that.
 *
 * Types say so already; casts, and code without types, do not listen to them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling
 *
 * @since 0.1.0
 */
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import { ProtocolError } from "@mcp-effect/core/ProtocolError"
import { SessionError } from "@mcp-effect/core/SessionError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Formatter from "effect/Formatter"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import type * as Subject from "./Subject.ts"

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfAll("a handler fails only with what it declares", settings, (registered) => {
    const isDeclared = declared(registered)
    return HandlerLaw.called(settings, registered, (call, subject) =>
      Effect.gen(function*() {
        const answer = yield* call
        for (const { exit } of subject.runsOf(registered)) {
          for (const error of errorsOf(exit)) {
            if (isDeclared(error)) {
              if (!isReported(answer)) {
                return yield* subject.broken(`it failed with what it declares, and ${Call.describe(answer)}`)
              }
            } else if (!(error instanceof ProtocolError) && !(error instanceof SessionError)) {
              return yield* subject.broken(`it failed with ${Formatter.format(error)}, which it does not declare`)
            }
          }
        }
      }))
  })

const declared = (registered: Registered): (error: unknown) => boolean =>
  registered.kind === "tool" && registered.declaration.errors.length > 0
    ? Schema.is(Schema.Union(registered.declaration.errors))
    : () => false

const errorsOf = (exit: Exit.Exit<unknown, unknown> | undefined): ReadonlyArray<unknown> =>
  exit === undefined || Exit.isSuccess(exit)
    ? []
    : exit.cause.reasons.filter(Cause.isFailReason).map(({ error }) => error)

const isReported = (answer: Call.Answer): boolean =>
  Exit.isSuccess(answer) && (answer.value as { readonly isError?: boolean }).isError === true
