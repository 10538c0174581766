/**
 * The workload of any server: its tools are called with what fits their Schemas.
 *
 * What comes of a call is not known here, and no call carries its key.
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import type { JsonObject } from "@mcp-effect/core/protocol/JsonObject"
import type { Server } from "@mcp-effect/core/Server"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Call from "../laws/Call.ts"
import type { Workload } from "./Workload.ts"

/**
 * A call of a tool, with arguments as they travel.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolCall {
  readonly tool: string
  readonly arguments: JsonObject
}

/**
 * How the tools of a server are called.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly server: Layer.Layer<Server, unknown>
  readonly handlers: Layer.Layer<never, never, Client.Registry>
  /** What a tool is given, where its Schema alone says too little. */
  readonly inputOf: (registered: HandlerObserver.Registered) => Arbitrary.Arbitrary<unknown>
}

/**
 * The workload. The server is built to know its tools; fails when it has none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  { handlers, inputOf, server }: Options
): Effect.fn.Return<Workload<ToolCall>, unknown> {
  const registered: Array<HandlerObserver.Registered> = []
  const observer: HandlerObserver.HandlerObserver = (handler) => {
    registered.push(handler)
    return (_, run) => run
  }
  yield* Effect.scoped(
    Effect.provideService(Layer.build(Layer.fresh(server)), HandlerObserver.HandlerObserver, observer)
  )
  const [first, ...others] = registered.flatMap((handler) =>
    handler.kind === "tool" ? [callsOf(handler.declaration.name, handler, inputOf(handler))] : []
  )
  if (first === undefined) return yield* Effect.fail("the server has no tools to call")
  const tools = [first, ...others]
  return {
    asks: Arbitrary.flatMap(
      Arbitrary.schema(Schema.Literals(tools.map((_, index) => index))),
      (index) => tools[index] ?? first
    ),
    call: (call) => call,
    handlers: () => handlers
  }
})

const callsOf = (
  tool: string,
  registered: HandlerObserver.Registered,
  inputs: Arbitrary.Arbitrary<unknown>
): Arbitrary.Arbitrary<ToolCall> => {
  const encode = Schema.encodeUnknownResult(Call.codecOf(registered))
  return Arbitrary.filterMap(
    inputs,
    // the input of a tool is an object
    (input) => Result.map(encode(input), (encoded) => ({ tool, arguments: encoded as JsonObject }))
  )
}
