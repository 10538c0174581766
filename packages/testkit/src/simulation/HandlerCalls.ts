/**
 * The workload of any server: its handlers are called with what fits their Schemas.
 *
 * What comes of a call is not known here, and no call carries its key.
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import type { JsonObject } from "@mcp-effect/core/protocol/JsonObject"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import { Server } from "@mcp-effect/core/Server"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Call from "../laws/Call.ts"
import { nameOf } from "../laws/Subject.ts"
import type { Workload } from "./Workload.ts"

/**
 * A call, with arguments as they travel. A handler of another kind is called as laws call it: `prompt greet`.
 *
 * @category models
 * @since 0.1.0
 */
export interface HandlerCall {
  readonly tool: string
  readonly arguments: JsonObject
}

/**
 * How the handlers of a server are called.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly server: Layer.Layer<Server, unknown>
  readonly handlers: Layer.Layer<never, never, Client.Registry>
  /** What a handler is given, where its Schema alone says too little. */
  readonly inputOf: (registered: HandlerObserver.Registered) => Arbitrary.Arbitrary<unknown>
}

/**
 * A workload, and the revisions in which a server can be asked for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Calls {
  readonly workload: Workload<HandlerCall>
  readonly versions: ReadonlyArray<string>
}

/**
 * The workload. The server is built to know its handlers; fails when it has none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  { handlers, inputOf, server }: Options
): Effect.fn.Return<Calls, unknown> {
  const registered: Array<HandlerObserver.Registered> = []
  const observer: HandlerObserver.HandlerObserver = (handler) => {
    registered.push(handler)
    return (_, run) => run
  }
  const { eras } = yield* Effect.scoped(
    Effect.map(
      Effect.provideService(Layer.build(Layer.fresh(server)), HandlerObserver.HandlerObserver, observer),
      (context) => Context.get(context, Server)
    )
  )
  const [first, ...others] = registered.map((handler) => callsOf(handler, inputOf(handler)))
  if (first === undefined) return yield* Effect.fail("the server has no handlers to call")
  const all = [first, ...others]
  const byName = new Map(registered.map((handler) => [keyOf(handler), handler]))
  const watched = registered.find(({ kind }) => kind === "resource")
  return {
    versions: Revisions.all.filter(({ era }) => eras.includes(era)).map(({ version }) => version),
    workload: {
      asks: Arbitrary.flatMap(
        Arbitrary.schema(Schema.Literals(all.map((_, index) => index))),
        (index) => all[index] ?? first
      ),
      call: (call) => {
        const registered = byName.get(call.tool)
        return registered === undefined || registered.kind === "tool" ? call : { ...call, registered }
      },
      handlers: () => handlers,
      // whoever listens to it has to leave nothing behind
      ...(watched?.kind === "resource" ? { resource: watched.declaration.uri } : undefined)
    }
  }
})

const keyOf = (registered: HandlerObserver.Registered): string =>
  registered.kind === "tool" ? registered.declaration.name : nameOf(registered)

const callsOf = (
  registered: HandlerObserver.Registered,
  inputs: Arbitrary.Arbitrary<unknown>
): Arbitrary.Arbitrary<HandlerCall> => {
  const encode = Schema.encodeUnknownResult(Call.codecOf(registered))
  return Arbitrary.filterMap(
    inputs,
    (input) =>
      registered.kind === "resource"
        ? Result.succeed({ tool: keyOf(registered), arguments: {} })
        // all other input is an object
        : Result.map(encode(input), (encoded) => ({ tool: keyOf(registered), arguments: encoded as JsonObject }))
  )
}
