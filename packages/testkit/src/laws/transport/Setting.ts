/**
 * A `Setting` is what laws of a transport are tried with: connections, the messages that go over them, and who hears them.
 *
 * It is no law.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Transport } from "@mcp-effect/core/Transport"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Law from "../../Law.ts"
import * as VirtualTime from "../../VirtualTime.ts"

/**
 * Kinds of messages.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "request" | "notification" | "result" | "error"

/**
 * All kinds of messages.
 *
 * @category constants
 * @since 0.1.0
 */
export const kinds: ReadonlyArray<Kind> = ["request", "notification", "result", "error"]

type End = Transport["Service"]

/**
 * What laws are tried with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Setting {
  readonly connect: Effect.Effect<readonly [near: End, far: End], TransportError, Scope.Scope>
  readonly kinds: ReadonlyArray<Kind>
  /** In milliseconds. */
  readonly patience: number
  readonly clock: "virtual" | "live"
  /** In messages of 4 KiB. */
  readonly maxWaiting: number
}

/**
 * A connection, and the scope that it ends with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Connection {
  readonly near: End
  readonly far: End
  readonly close: Effect.Effect<void>
}

/**
 * What a message looks like.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Content = Schema.Struct({
  text: Schema.String,
  // what texts, lines, events and objects are cut at, or are taken for something else
  odd: Schema.Literals([
    "",
    "\n",
    "\r\n\r\n",
    "data: x\n\n",
    "\u0000",
    "\u0085\u2028\u2029",
    "\ufeff",
    "é€😀",
    "\ud800",
    "\udc00\ud800",
    "\"\\/"
  ]),
  // in UTF-16 units: more than goes into a chunk, a pipe, a write
  length: Schema.Literals([0, 0, 0, 0, 0, 0, 0, 0, 100, 1000, 1000, 70_000]),
  depth: Schema.Literals([0, 1, 50]),
  number: Schema.Literals([0, -1, 0.1, 1e300, 5e-324, 9_007_199_254_740_991]),
  isPolluted: Schema.Boolean
})

/**
 * What a message looks like.
 *
 * @category models
 * @since 0.1.0
 */
export type Content = typeof Content.Type

/**
 * Contents of messages.
 *
 * @category generators
 * @since 0.1.0
 */
export const contents: Arbitrary.Arbitrary<ReadonlyArray<Content>> = Arbitrary.array(Arbitrary.schema(Content), {
  minLength: 1,
  maxLength: 12
})

/**
 * The message of a content, the `index`th of its sender.
 *
 * @category constructors
 * @since 0.1.0
 */
export const message = (setting: Setting, index: number, content: Content): JsonRpc.Message => {
  const { depth, isPolluted, length, number, odd, text } = content
  const body: Record<string, unknown> = {
    index,
    text,
    odd,
    number,
    long: "a€😀".repeat(length / 4),
    nested: JSON.parse("[".repeat(depth) + "]".repeat(depth) || "null"),
    [odd]: odd,
    // parsed, so that it is a member like any other
    ...(isPolluted
      ? { polluted: JSON.parse("{\"__proto__\":{\"isAdmin\":true},\"constructor\":{\"prototype\":1}}") }
      : {})
  }
  const kind = setting.kinds[(index + text.length) % setting.kinds.length]!
  switch (kind) {
    case "request":
      return { jsonrpc: "2.0", id: index % 2 === 0 ? index : `id ${index} ${odd}`, method: "x/y", params: body }
    case "notification":
      return { jsonrpc: "2.0", method: "notifications/x", params: body }
    case "result":
      return { jsonrpc: "2.0", id: index, result: body }
    case "error":
      return { jsonrpc: "2.0", id: index, error: { code: -32000, message: text, data: body } }
  }
}

/**
 * A message that nothing comes after.
 *
 * @category constructors
 * @since 0.1.0
 */
export const last: JsonRpc.Message = { jsonrpc: "2.0", method: "notifications/last" }

/**
 * The JSON of a message, as any wire would have it.
 *
 * @category encoding
 * @since 0.1.0
 */
export const textOf = (message: unknown): string => JSON.stringify(message)

/**
 * A law of connections; each case has one of its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const law = <A>(
  name: string,
  setting: Setting,
  arbitrary: Arbitrary.Arbitrary<A>,
  holds: (value: A, connection: Connection) => Effect.Effect<void, Law.Broken, Scope.Scope>
): Law.Law =>
  Law.make(
    name,
    Effect.succeed([Law.property({
      subject: "the transport",
      arbitrary,
      holds: (value) => {
        const held = Effect.flatMap(open(setting), (connection) => holds(value, connection))
        return setting.clock === "live"
          ? held
          : Effect.catchTag(
            VirtualTime.run(Effect.scoped(held)),
            "Stuck",
            (stuck) => broken(`it does not end: ${stuck.message}`)
          )
      }
    })])
  )

const open = Effect.fnUntraced(function*(setting: Setting): Effect.fn.Return<Connection, Law.Broken, Scope.Scope> {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const [near, far] = yield* Effect.mapError(
    Scope.provide(setting.connect, scope),
    (error) => new Law.Broken({ reason: `no connection could be made: ${error.message}` })
  )
  return { near, far, close: Scope.close(scope, Exit.void) }
})

/**
 * Fails the law.
 *
 * @category errors
 * @since 0.1.0
 */
export const broken = (reason: string): Effect.Effect<never, Law.Broken> => Effect.fail(new Law.Broken({ reason }))

/**
 * Waits for what has to happen, but not for ever.
 *
 * @category combinators
 * @since 0.1.0
 */
export const soon = <A, E>(
  setting: Setting,
  what: string,
  effect: Effect.Effect<A, E>
): Effect.Effect<A, E | Law.Broken> =>
  Effect.flatMap(
    Effect.timeoutOption(effect, setting.patience),
    (done) => Option.isSome(done) ? Effect.succeed(done.value) : broken(`${what} did not happen`)
  )

/**
 * Sends what has to be taken.
 *
 * @category combinators
 * @since 0.1.0
 */
export const send = (
  setting: Setting,
  end: End,
  message: JsonRpc.Message
): Effect.Effect<void, Law.Broken> =>
  soon(setting, "sending a message", end.send(message)).pipe(
    Effect.mapError((error) =>
      error._tag === "Broken" ? error : new Law.Broken({ reason: `a message could not be sent: ${error.message}` })
    )
  )

/**
 * Who listens at one end, from now on until the scope ends.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ear {
  /** What was heard, as JSON, without the last message. */
  readonly heard: ReadonlyArray<string>
  /** Completes when the last message has come. */
  readonly last: Effect.Effect<void>
}

/**
 * Listens at one end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listen = (end: End): Effect.Effect<Ear, never, Scope.Scope> =>
  Effect.suspend(() => {
    const heard: Array<string> = []
    const lastText = textOf(last)
    const come = Latch.makeUnsafe(false)
    return Effect.as(
      Effect.forkScoped(
        end.run((json) => {
          const text = textOf(json)
          if (text === lastText) come.openUnsafe()
          else heard.push(text)
        }),
        { startImmediately: true }
      ),
      { heard, last: come.await }
    )
  })

/**
 * What is said and heard is shown short.
 *
 * @category encoding
 * @since 0.1.0
 */
export const shown = (text: string | undefined): string =>
  text === undefined ? "nothing" : text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text
