/**
 * Connections of one pipe each way, as those in memory and those of processes: of messages, or of bytes that arrive in pieces.
 *
 * They are not HTTP.
 *
 * @since 0.1.0
 */
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as Server from "@mcp-effect/core/Server"
import { Transport } from "@mcp-effect/core/Transport"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as FaultTransport from "../FaultTransport.ts"
import * as History from "../History.ts"
import type { Dice } from "./Dice.ts"
import type * as Network from "./Network.ts"
import * as SplitStreams from "./SplitStreams.ts"

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const maxMillis = 10_000

const Fault = Schema.Struct({
  client: upTo(2),
  connection: Schema.Literals([0, 0, 0, 0, 1, 2]),
  on: FaultTransport.Fault.fields.on,
  nth: upTo(24),
  kind: Schema.Literals([...FaultTransport.Kind.literals, "duplicate", "cut"]),
  millis: upTo(maxMillis)
})

/**
 * What happens to which message of which connection, from its client's side; `client` counts on from the first when there are not so many.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Schema.Schema.Type<typeof Fault> {}

// Most connections carry few messages, and what is a little late does more harm than what comes when all is over.
const faults: Arbitrary.Arbitrary<Fault> = Arbitrary.map(
  Arbitrary.all([Arbitrary.schema(Fault), Arbitrary.schema(upTo(24))]),
  ([fault, most]) => ({
    ...fault,
    nth: Math.min(fault.nth, most),
    millis: Math.floor(fault.millis ** 3 / maxMillis ** 2)
  })
)

type Ends = readonly [client: Transport["Service"], server: Transport["Service"]]

const network = (
  name: string,
  pair: (dice: Dice) => Effect.Effect<Ends, never, Scope.Scope>
): Network.Network<Fault> => ({
  name,
  serve: ({ clients, dice, faults, history }) =>
    Effect.map(Effect.context<Server.Server | Scope.Scope>(), (context) => ({ client, name, number }) => {
      const connect = Effect.gen(function*() {
        const [near, far] = yield* pair(dice.of(name))
        const served = Server.serve({ sessionId: name, drainTimeout: 0 }).pipe(
          Effect.provideService(Transport, History.record(far, { connection: name, side: "server", history })),
          Effect.forkScoped({ startImmediately: true })
        )
        // it goes on serving when the client has left, until it notices
        yield* Effect.provideContext(served, context)
        return near
      })
      return FaultTransport.make(connect, {
        faults: faults.filter((fault) => fault.client % clients === client && fault.connection === number),
        onFault: ({ kind, millis, nth, on }) =>
          history.add({ _tag: "Fault", connection: name, fault: `${kind} ${on} ${nth} (${millis} ms)` })
      })
    })
})

// As JSON: what two sides have in memory is not shared over a wire.
const copied = (transport: Transport["Service"]): Transport["Service"] => ({
  ...transport,
  send: (message) => Effect.suspend(() => transport.send(JSON.parse(JSON.stringify(message))))
})

const ofMessages = network(
  "messages",
  () => Effect.map(MemoryTransport.make(), ([near, far]): Ends => [copied(near), copied(far)])
)

/**
 * Both.
 *
 * @category constants
 * @since 0.1.0
 */
export const networks: Network.Networks<Fault> = {
  all: [ofMessages, network("bytes", SplitStreams.make)],
  faults
}
