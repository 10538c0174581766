import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Buffer } from "node:buffer"
import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import * as NodeHttpExchange from "../src/NodeHttpExchange.ts"

it.effect("a request whose reply takes long does not keep the bytes of its body", () =>
  Effect.gen(function*() {
    const request = new IncomingMessage(new Socket())
    const texts: Array<string> = []
    const endpoint = {
      handle: (received: { readonly body: (limit: number) => Effect.Effect<string, unknown> }) =>
        Effect.andThen(
          Effect.orDie(Effect.tap(received.body(1000), (text) => Effect.sync(() => void texts.push(text)))),
          Effect.never
        )
    }
    // of the endpoint, nothing but `handle` is used
    NodeHttpExchange.serve(endpoint as never, Effect.runFork, request, new ServerResponse(request))
    for (const chunk of ["hello", " there", null]) request.push(chunk === null ? null : Buffer.from(chunk))
    yield* Effect.promise(() => new Promise(setImmediate))
    expect(texts).toEqual(["hello there"])
    expect(["data", "end"].map((event) => request.listenerCount(event))).toEqual([0, 0])
    // an error that comes later is nobody's, and ends nothing
    request.emit("error", new Error("late"))
    expect(texts).toHaveLength(1)
  }))
