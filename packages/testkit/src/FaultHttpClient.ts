/**
 * A `FaultHttpClient` is an HTTP client to whose requests happens what happens on the way: they are late or refused, a proxy answers instead of the
 * server, the reply is lost, or its body comes in pieces, falls silent, or ends in the middle.
 *
 * It invents nothing: which request meets with which fault is a list that was given, or made of a seed. It sends nothing twice, as no HTTP client does.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Latch from "effect/Latch"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Dice } from "./simulation/Dice.ts"

/**
 * What happens to a request: it is late (`delay`), or not sent at all (`refuse`); a proxy answers with 502 and does not pass it on (`proxy`); the server
 * acts on it, and its reply is late (`late`) or lost (`lose`). The body of the reply comes in small pieces (`slow`); or so many bytes of it
 * come, and then it breaks (`cut`), or there are no more of them, and nobody is told (`silence`).
 *
 * @category models
 * @since 0.1.0
 */
export const Kind = Schema.Literals(["delay", "slow", "late", "cut", "refuse", "proxy", "lose", "silence"])

/**
 * What happens to a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = typeof Kind.Type

/**
 * What happens to which request: the first one is `nth` 0. `millis` is how late something comes, in milliseconds; `bytes` is how many of the body come
 * before it breaks, or at a time.
 *
 * @category models
 * @since 0.1.0
 */
export const Fault = Schema.Struct({
  nth: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
  kind: Kind,
  millis: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_600_000 })),
  bytes: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
})

/**
 * What happens to which request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Schema.Schema.Type<typeof Fault> {}

/**
 * What happens to the requests of a client, and who is told when it does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly faults: ReadonlyArray<Fault>
  readonly onFault?: (fault: Fault) => void
}

/**
 * How many of a hundred requests meet with a fault of each kind, how late they are at most, in milliseconds, and how many bytes come at most.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rates extends Readonly<Record<Kind, number>> {
  readonly maxMillis: number
  readonly maxBytes: number
}

/**
 * The default rates.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultRates: Rates = {
  delay: 4,
  slow: 4,
  late: 4,
  cut: 8,
  refuse: 2,
  proxy: 2,
  lose: 2,
  silence: 0.5,
  maxMillis: 5000,
  maxBytes: 2000
}

/**
 * Faults of a seed, for so many requests; 1,000 by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = (
  seed: string | number,
  options: { readonly rates?: Partial<Rates>; readonly requests?: number } = {}
): ReadonlyArray<Fault> => {
  const rates = { ...defaultRates, ...options.rates }
  const dice = new Dice(seed).of("http")
  const faults: Array<Fault> = []
  for (let nth = 0; nth < (options.requests ?? 1000); nth++) {
    const kind = dice.among(Kind.literals, rates)
    const millis = dice.between(0, rates.maxMillis)
    const bytes = dice.between(0, rates.maxBytes)
    if (kind !== undefined) faults.push({ nth, kind, millis, bytes })
  }
  return faults
}

/**
 * A client whose requests are those of another one, with faults. Time is the clock's of whoever sends them.
 *
 * @example
 * ```ts
 * import * as FaultHttpClient from "@mcp-effect/testkit/FaultHttpClient"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const faulty = Effect.map(
 *   HttpClient.HttpClient,
 *   (client) => FaultHttpClient.make(client, { faults: FaultHttpClient.plan("a seed") })
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (client: HttpClient.HttpClient, { faults, onFault }: Options): HttpClient.HttpClient => {
  let sent = 0
  return HttpClient.make((request) =>
    Effect.suspend(() => {
      const nth = sent++
      const fault = faults.find((fault) => fault.nth === nth)
      if (fault === undefined) return client.execute(request)
      onFault?.(fault)
      return meet(fault, request, client.execute(request))
    })
  )
}

type Reply = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

const meet = (fault: Fault, request: HttpClientRequest.HttpClientRequest, executed: Reply): Reply => {
  const { bytes, kind, millis } = fault
  switch (kind) {
    case "delay":
      return Effect.delay(executed, millis)
    case "late":
      return Effect.tap(executed, (response) => Effect.onInterrupt(Effect.sleep(millis), () => release(response)))
    case "refuse":
      return Effect.fail(failure(request, "ECONNREFUSED"))
    case "proxy":
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("Bad gateway", { status: 502 })))
    case "lose":
      return Effect.flatMap(
        executed,
        (response) => Effect.andThen(release(response), Effect.fail(failure(request, "ECONNRESET")))
      )
    case "slow":
      return Effect.flatMap(executed, (response) => withBody(request, response, inPieces(Math.max(1, bytes), millis)))
    case "cut":
      return Effect.flatMap(
        executed,
        (response) => withBody(request, response, upTo(bytes, Stream.fail(failure(request, "ECONNRESET"))))
      )
    case "silence":
      return Effect.flatMap(executed, (response) => withBody(request, response, upTo(bytes, Stream.never)))
  }
}

const release = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> => closing(response.stream)

const closing = (body: Body): Effect.Effect<void> => Effect.ignoreCause(Effect.scoped(Stream.toPull(body)))

const failure = (request: HttpClientRequest.HttpClientRequest, code: string): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({ request, cause: Object.assign(new Error(code), { code }) })
  })

type Body = Stream.Stream<Uint8Array, HttpClientError.HttpClientError>

// These have no body, and Response refuses one for them.
const bodiless: ReadonlyArray<number> = [101, 204, 205, 304]

const withBody = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
  change: (body: Body) => Body
): Effect.Effect<HttpClientResponse.HttpClientResponse> => {
  if (bodiless.includes(response.status)) return Effect.succeed(response)
  // a reply without a body fails when it is read, on some platforms
  const body = Stream.catch(
    response.stream,
    (error): Body => error.reason._tag === "EmptyBodyError" ? Stream.empty : Stream.fail(error)
  )
  return Effect.contextWith((context: Context.Context<never>) => {
    const { "content-length": _, ...headers } = response.headers
    const web = new Response(readable(change(body), context), { status: response.status, headers })
    return Effect.succeed(HttpClientResponse.fromWeb(request, web))
  })
}

// All of it runs on the scheduler of the context, so that what is simulated stays in its world.
const readable = (body: Body, context: Context.Context<never>): ReadableStream<Uint8Array> => {
  const wanted = Latch.makeUnsafe(false)
  let fiber: Fiber.Fiber<void, HttpClientError.HttpClientError> | undefined
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      fiber = Effect.runForkWith(context)(Stream.runForEach(body, (chunk) =>
        Effect.map(wanted.await, () => {
          wanted.closeUnsafe()
          controller.enqueue(chunk)
        })))
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit)) controller.close()
        else if (!Exit.hasInterrupts(exit)) controller.error(Cause.squash(exit.cause))
      })
    },
    pull: () => void wanted.openUnsafe(),
    cancel: () => void fiber?.interruptUnsafe()
  })
}

const upTo = (bytes: number, rest: Body) => (body: Body): Body =>
  Stream.suspend(() => {
    let left = bytes
    // of a body that nobody reads the connection ends all the same
    return left === 0 ? Stream.ensuring(rest, closing(body)) : Stream.flatMap(body, (chunk): Body => {
      left -= chunk.length
      return left > 0
        ? Stream.succeed(chunk)
        : Stream.concat(Stream.succeed(chunk.subarray(0, chunk.length + left)), rest)
    })
  })

// A chunk is cut into so many pieces at most: long ones would take for ever otherwise.
const maxPieces = 16

const inPieces = (bytes: number, millis: number) => (body: Body): Body =>
  Stream.flatMap(body, (chunk) => {
    const size = Math.max(bytes, Math.ceil(chunk.length / maxPieces))
    const pieces = Array.from({ length: Math.ceil(chunk.length / size) }, (_, i) =>
      chunk.subarray(i * size, (i + 1) * size))
    return Stream.mapEffect(Stream.fromIterable(pieces), (piece) =>
      Effect.as(Effect.sleep(Math.ceil(millis / pieces.length)), piece))
  })
