/**
 * A `RecordedServer` is a server that tells what is said in each of its sessions, over whatever transport they are.
 *
 * It does nothing else than the server that it is made of.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Server } from "@mcp-effect/core/Server"
import type { Outgoing } from "@mcp-effect/core/Transport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type * as Transcript from "../Transcript.ts"
import * as Delegate from "../wire/Delegate.ts"

type OnLine = (line: Transcript.Line) => void

/**
 * Tells each session, and each request that stands for itself, to what `open` gives for it, if it does.
 *
 * @category combinators
 * @since 0.1.0
 */
export const make = (
  server: Server["Service"],
  context: Context.Context<Scope.Scope>,
  open: (kind: "session" | "request") => Effect.Effect<OnLine | undefined, never, Scope.Scope>
): Server["Service"] => ({
  info: server.info,
  eras: server.eras,
  connections: server.connections,
  listens: server.listens,
  connect: (transport, options) =>
    Effect.gen(function*() {
      const onLine = yield* open("session")
      if (onLine === undefined) return yield* server.connect(transport, options)
      const connected = yield* server.connect(recorded(transport, onLine), options)
      return Delegate.connected(connected, (json, context) => {
        onLine({ from: "client", message: json })
        connected.receive(json, context)
      })
    }),
  answer: (request, options) => {
    const runSync = Effect.runSyncWith(context)
    const scope = runSync(Scope.fork(Context.get(context, Scope.Scope)))
    const onLine = runSync(Scope.provide(open("request"), scope))
    if (onLine === undefined) return server.answer(request, options)
    onLine({ from: "client", message: request })
    const close = () => runSync(Scope.close(scope, Exit.void))
    const answering = server.answer(request, {
      ...options,
      transport: recorded(options.transport, onLine),
      onAnswer: (answer) => {
        onLine({ from: "server", message: answer.response })
        close()
        options.onAnswer(answer)
      }
    })
    return {
      end: () => answering.end(),
      cancel: (onEnded) => {
        onLine({ from: "client", message: cancelled(request.id) })
        close()
        answering.cancel(onEnded)
      }
    }
  }
})

// What closing its stream means, as it is said where there are no streams.
const cancelled = (requestId: JsonRpc.RequestId): JsonRpc.Notification => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId }
})

const recorded = (transport: Outgoing, onLine: OnLine): Outgoing =>
  Delegate.outgoing(transport, (message, relatedTo) =>
    Effect.suspend(() => {
      onLine({ from: "server", message })
      return transport.send(message, relatedTo)
    }))
