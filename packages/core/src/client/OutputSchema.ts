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
import * as SessionError from "../SessionError.ts"

/**
 * What results are held against.
 *
 * @category models
 * @since 0.1.0
 */
export type OutputSchema = JsonObject

/**
 * What results are held against, by the JSON Schema that came with the tool.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (schema: JsonObject): OutputSchema => schema

/**
 * Gives the result back, or fails with `InvalidAnswer`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const check = (
  _schema: OutputSchema,
  tool: string,
  result: CallToolResult
): Effect.Effect<CallToolResult, SessionError.SessionError> =>
  // an error need not be what was promised (TOOL-20)
  result.isError === true || result.structuredContent !== undefined
    ? Effect.succeed(result)
    : SessionError.fail(
      new SessionError.InvalidAnswer({
        method: "tools/call",
        message: `${tool}: there is no structured content, which the tool's outputSchema promises`
      })
    )
