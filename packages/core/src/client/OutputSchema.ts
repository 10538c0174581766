/**
 * An `OutputSchema` is what a server promised the results of a tool to be, and what they are held against (TOOL-18).
 *
 * It is not the Schema of a tool that the client declares itself: that one decodes.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#output-schema
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { JsonObject } from "../protocol/JsonObject.ts"
import type { CallToolResult } from "../protocol/Tool.ts"
import * as JsonSchemaValidator from "../schema/JsonSchemaValidator.ts"
import * as SessionError from "../SessionError.ts"

/**
 * What results are held against.
 *
 * @category models
 * @since 0.1.0
 */
export type OutputSchema = JsonSchemaValidator.Validator

/**
 * What results are held against, by the JSON Schema that came with the tool. Nothing is done with that before the first result.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: (schema: JsonObject) => OutputSchema = JsonSchemaValidator.make

/**
 * Gives the result back, or fails with `InvalidAnswer`: where it does not fit, and where the schema is of an unknown dialect (JSCH-5) or leads out of
 * itself (JSCH-7, JSCH-11) or in a circle. Where it cannot be told for another reason, such as the work that it takes, the result passes with a warning.
 *
 * @category combinators
 * @since 0.1.0
 */
export const check = (
  schema: OutputSchema,
  tool: string,
  result: CallToolResult
): Effect.Effect<CallToolResult, SessionError.SessionError> => {
  // an error need not be what was promised (TOOL-20)
  if (result.isError === true) return Effect.succeed(result)
  if (result.structuredContent === undefined) {
    return invalid(tool, "there is no structured content, which the tool's outputSchema promises")
  }
  const outcome = JsonSchemaValidator.validate(schema, result.structuredContent)
  switch (outcome._tag) {
    case "Valid":
      return Effect.succeed(result)
    case "Misfit":
      return invalid(
        tool,
        `the structured content does not fit the tool's outputSchema at "${outcome.pointer}": ${outcome.message}`
      )
    case "Undecided":
      return unusable.has(outcome.reason)
        ? invalid(tool, `the structured content cannot be held against the tool's outputSchema: ${outcome.message}`)
        : Effect.as(
          Effect.logWarning(
            `It cannot be told whether the result of tool ${
              JSON.stringify(tool)
            } fits its outputSchema: ${outcome.message}`
          ),
          result
        )
  }
}

const unusable: ReadonlySet<JsonSchemaValidator.Reason> = new Set([
  "UnsupportedDialect",
  "UnresolvableReference",
  "ReferenceCycle"
])

const invalid = (tool: string, message: string) =>
  SessionError.fail(new SessionError.InvalidAnswer({ method: "tools/call", message: `${tool}: ${message}` }))
