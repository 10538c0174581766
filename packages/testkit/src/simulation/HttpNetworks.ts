/**
 * Connections over HTTP, to one endpoint or to two that share what they know: a client's requests meet with faults, each on its own.
 *
 * It opens no port. What goes over HTTP is the business of the packages that applications use.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Principal from "@mcp-effect/core/Principal"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Server from "@mcp-effect/core/Server"
import type { Outgoing, Transport } from "@mcp-effect/core/Transport"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as FaultHttpClient from "../FaultHttpClient.ts"
import * as History from "../History.ts"
import * as Delegate from "../wire/Delegate.ts"
import * as EndpointClient from "../wire/EndpointClient.ts"
import * as StatelessVersion from "../wire/StatelessVersion.ts"
import type * as Network from "./Network.ts"

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const Fault = Schema.Struct({
  client: upTo(2),
  connection: Schema.Literals([0, 0, 0, 1, 2]),
  nth: upTo(14),
  kind: FaultHttpClient.Kind,
  millis: upTo(10_000),
  bytes: upTo(500)
})

/**
 * What happens to which request of which connection; `client` counts on from the first when there are not so many.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Schema.Schema.Type<typeof Fault> {}

// In milliseconds. Clients that could not say that they leave are gone by the time that it is looked at what is left; those that are cut off for long
// may come back to a session that has ended.
const longIdle = 45_000
const shortIdle = 5000

const url = "http://localhost/mcp"

// A server that writes down what it takes in and says, under the name of the connection whose request it is that begins it.
const observed = (server: Server.Server["Service"], history: History.History): Server.Server["Service"] => {
  const outgoing = (transport: Outgoing, connection: string): Outgoing =>
    Delegate.outgoing(transport, (message, relatedTo) =>
      Effect.suspend(() => {
        said(connection, message)
        return transport.send(message, relatedTo)
      }))
  const said = (connection: string, message: JsonRpc.Message) =>
    history.add({ _tag: "Sent", connection, side: "server", message })
  const heard = (connection: string, message: unknown) =>
    history.add({ _tag: "Received", connection, side: "server", message })
  const within = (context: Context.Context<never> | undefined, connection: string) =>
    Context.add(context ?? Context.empty(), History.CurrentConnection, connection)
  return {
    ...server,
    connect: (transport, options) =>
      Effect.withFiber((fiber) => {
        const connection = fiber.getRef(History.CurrentConnection)
        return Effect.map(server.connect(outgoing(transport, connection), options), (connected) =>
          Delegate.connected(connected, (json, context) => {
            heard(connection, json)
            connected.receive(json, within(context, connection))
          }))
      }),
    answer: (request, options) => {
      const connection = Fiber.getCurrent()?.getRef(History.CurrentConnection) ?? "?"
      heard(connection, request)
      return server.answer(request, {
        transport: outgoing(options.transport, connection),
        context: within(options.context, connection),
        onAnswer: (answer) => {
          said(connection, answer.response)
          options.onAnswer(answer)
        }
      })
    }
  }
}

// A request is lost with the connection that its reply comes over, and given up by closing it where it stands for itself.
const noticing = (
  transport: Transport["Service"],
  connection: string,
  history: History.History
): Transport["Service"] =>
  Delegate.transport(transport, (message, relatedTo) => {
    const sending = transport.send(message, relatedTo)
    if (!("method" in message && "id" in message)) return sending
    const isAlone = isStateless(StatelessVersion.of(message))
    return Effect.onExit(sending, (exit) =>
      Effect.sync(() => {
        if (Exit.isSuccess(exit) || (!isAlone && Exit.hasInterrupts(exit))) return
        history.add({ _tag: "Lost", connection, id: message.id, isAlone })
      }))
  })

const isStateless = (version: unknown): boolean =>
  typeof version === "string" && Revisions.byVersion(version)?.era === "stateless"

// What belongs to a session goes where the session is; what stands for itself, to one after the other.
const balanced = (endpoints: ReadonlyArray<HttpClient.HttpClient>, home: number): HttpClient.HttpClient => {
  let next = home
  return HttpClient.make((request) => {
    const isAlone = isStateless(request.headers["mcp-protocol-version"])
    // there is one at least
    return endpoints[(isAlone ? next++ : home) % endpoints.length]!.execute(request)
  })
}

const network = (name: string, count: number, idleTimeout: number): Network.Network<Fault> => ({
  name,
  serve: Effect.fnUntraced(function*({ clients, faults, history }) {
    const server = observed(yield* Server.Server, history)
    const everyone = yield* Principal.CurrentPrincipal
    const endpoints = yield* Effect.forEach(Array.from({ length: count }), () =>
      Effect.map(
        Layer.build(
          Layer.provide(
            Layer.fresh(Endpoint.layer({ path: "/mcp", idleTimeout })),
            Layer.succeed(Server.Server, server)
          )
        ),
        (context) => Context.get(context, Endpoint.Endpoint)
      ))
    return ({ client, name, number }) => {
      const principal: Principal.Principal = everyone === Principal.anonymous
        ? { subject: `client ${client}` }
        : everyone
      const ways = endpoints.map((endpoint) =>
        EndpointClient.make({
          ...endpoint,
          handle: (request) =>
            endpoint.handle(request).pipe(
              Effect.provideService(History.CurrentConnection, name),
              Effect.provideService(Principal.CurrentPrincipal, principal)
            )
        })
      )
      const faulty = FaultHttpClient.make(balanced(ways, client), {
        faults: faults.filter((fault) => fault.client % clients === client && fault.connection === number),
        onFault: ({ bytes, kind, millis, nth }) =>
          history.add({ _tag: "Fault", connection: name, fault: `${kind} ${nth} (${millis} ms, ${bytes} bytes)` })
      })
      return HttpClientTransport.make({ url }).pipe(
        Effect.provideService(HttpClient.HttpClient, faulty),
        Effect.map((transport) => noticing(transport, name, history))
      )
    }
  })
})

/**
 * One endpoint, one that soon ends the sessions of clients that are away, or two.
 *
 * @category constants
 * @since 0.1.0
 */
export const networks: Network.Networks<Fault> = {
  all: [
    network("HTTP", 1, longIdle),
    network("HTTP, short sessions", 1, shortIdle),
    network("HTTP, two endpoints", 2, longIdle)
  ],
  faults: Arbitrary.schema(Fault)
}
