/**
 * A run of a scenario: the server is built, clients come, ask and leave, then the server closes, and it is looked at what is left.
 *
 * It does not judge what happens: that is for laws.
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import * as Principal from "@mcp-effect/core/Principal"
import { RequestContext } from "@mcp-effect/core/RequestContext"
import * as Server from "@mcp-effect/core/Server"
import * as SessionError from "@mcp-effect/core/SessionError"
import * as Supervisor from "@mcp-effect/core/Supervisor"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as History from "../History.ts"
import { send } from "../laws/Call.ts"
import { nameOf } from "../laws/Subject.ts"
import * as VirtualTime from "../VirtualTime.ts"
import { Dice } from "./Dice.ts"
import type * as Network from "./Network.ts"
import type * as Scenario from "./Scenario.ts"
import type { Call, Workload } from "./Workload.ts"

/**
 * What scenarios are run with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings<in out A, in out F> {
  readonly server: Layer.Layer<Server.Server, unknown>
  readonly workload: Workload<A>
  readonly networks: Network.Networks<F>
  /** Who the clients are; nobody known by default. */
  readonly principal?: Principal.Principal | undefined
  /** How long it is waited for what is outside when nothing is left to run, in milliseconds of real time; 1,000 by default. */
  readonly patience?: number
}

// In milliseconds: what is late, or cleans up, has come to its end by then.
const aftermath = 60_000

// Long after all timeouts.
const limit = 3_600_000

// What a call may take beyond its timeouts, and what it may take to come and to go without any harm to its connection.
const slack = 1000
const transit = 2500

/**
 * All that happens.
 *
 * @category running
 * @since 0.1.0
 */
export const make = <A, F>(
  settings: Settings<A, F>,
  scenario: Scenario.Scenario<A, F>
): Effect.Effect<ReadonlyArray<History.Event>> =>
  Effect.suspend(() => {
    const events: Array<History.Event> = []
    const simulated = Effect.flatMap(History.make(events), (history) =>
      Effect.provideService(
        Effect.orDie(run(settings, scenario, history)).pipe(
          Effect.provideService(Principal.CurrentPrincipal, settings.principal ?? Principal.anonymous)
        ),
        Logger.CurrentLoggers,
        new Set([loggerOf(history)])
      ))
    return Effect.matchEffect(
      VirtualTime.run(simulated, {
        seed: scenario.seed,
        isShuffled: scenario.seed % 2 === 1,
        limit,
        patience: settings.patience ?? 1000
      }),
      {
        onFailure: (stuck) => {
          events.push({ at: stuck.at, _tag: "Stuck", because: stuck.message })
          return Effect.succeed(events)
        },
        onSuccess: () => Effect.succeed(events)
      }
    )
  })

// What handlers log, and what goes on beside them, is the author's business; what dies is ours.
const IsHandler = Context.Reference<boolean>("@mcp-effect/testkit/simulation/Run/IsHandler", {
  defaultValue: () => false
})

const loggerOf = (history: History.History) =>
  Logger.make(({ cause, fiber, logLevel, message }) => {
    if (logLevel !== "Error" && logLevel !== "Fatal" && logLevel !== "Warn") return
    const texts = (Array.isArray(message) ? message : [message]).map(String)
    // without the stack of what failed: that is of no one run
    const causes = cause.reasons.map((reason) => reason._tag === "Die" ? String(reason.defect) : reason._tag)
    history.add({
      _tag: "Logged",
      level: logLevel,
      text: [...texts, ...causes].join(" "),
      ...(fiber.getRef(IsHandler) ? { isOwn: false } : undefined)
    })
  })

const run = Effect.fnUntraced(function*<A, F>(
  { networks, server, workload }: Settings<A, F>,
  scenario: Scenario.Scenario<A, F>,
  history: History.History
) {
  const before = yield* VirtualTime.census
  const network = networks.all.find(({ name }) => name === scenario.network)
  if (network === undefined) return yield* Effect.die(new Error(`There is no network ${scenario.network}`))
  const scope = yield* Scope.make()
  const context = yield* Layer.buildWithScope(Layer.fresh(server), scope).pipe(
    Effect.provideService(HandlerObserver.HandlerObserver, observer(history))
  )
  const options = {
    faults: scenario.faults,
    clients: scenario.clients.length,
    history,
    dice: new Dice(scenario.seed).of("network")
  }
  const open = yield* Scope.provide(Effect.provideContext(network.serve(options), context), scope)
  yield* Effect.forEach(
    scenario.clients,
    (client, number) => visit({ client, number, open, history, workload }),
    { concurrency: "unbounded", discard: true }
  )
  yield* Effect.sleep(aftermath)
  const { connections, listens } = Context.get(context, Server.Server)
  history.add({ _tag: "Deserted", connections: yield* connections, listens: yield* listens })
  yield* Scope.close(scope, Exit.void)
  yield* Effect.sleep(aftermath)
  const after = yield* VirtualTime.census
  history.add({
    _tag: "Closed",
    left: { fibers: after.fibers - before.fibers, sleepers: after.sleepers - before.sleepers }
  })
})

const observer = (history: History.History): HandlerObserver.HandlerObserver => {
  let runs = 0
  return (registered) => {
    const handler = nameOf(registered)
    return (input, handling) =>
      Effect.withFiber((fiber) => {
        const run = ++runs
        history.add({
          _tag: "HandlerBegan",
          run,
          handler,
          connection: fiber.getRef(History.CurrentConnection),
          id: Context.getOrUndefined(fiber.context, RequestContext)?.id,
          input
        })
        return Effect.onExit(Effect.provideService(handling, IsHandler, true), (exit) =>
          Effect.sync(() => history.add({ _tag: "HandlerEnded", run, outcome: outcomeOf(exit) })))
      })
  }
}

interface Visit<A> {
  readonly client: Scenario.Client<A>
  readonly number: number
  readonly open: Network.Open
  readonly history: History.History
  readonly workload: Workload<A>
}

// A client comes, does what it came for, and leaves.
const visit = Effect.fnUntraced(function*<A>({ client, history, number, open, workload }: Visit<A>) {
  let connections = 0
  let connection = ""
  const transport = Effect.suspend(() => {
    const opened = { name: `${number}.${connections}`, client: number, number: connections++ }
    return Effect.map(open(opened), (transport): Transport["Service"] => {
      connection = opened.name
      history.add({ _tag: "Connected", connection })
      return History.record(transport, { connection, side: "client", history })
    })
  })
  const info = { name: `client ${number}`, version: "1.0.0", versions: [client.version] }
  const handlers = workload.handlers(client.patience)
  const connect = client.isSupervised
    ? Effect.map(Supervisor.make({ ...info, transport }, handlers), ({ client }) => client)
    : Effect.flatMap(
      transport,
      (transport) => Client.make({ ...info, transport }, handlers)
    )
  const asking = (methods: Client.Methods, call: Scenario.Call<A>, index: number) =>
    ask({
      methods,
      asks: workload.call(call.asks, `${number}#${index}`, client.patience),
      call,
      leavesAfter: client.leavesAfter,
      name: `${number}#${index}`,
      history,
      connection: () => connection
    })
  const scope = yield* Scope.make()
  const staying = Effect.gen(function*() {
    const methods: Client.Methods = yield* connect
    if (client.listens && workload.resource !== undefined) {
      yield* Effect.forkScoped(listen(methods, workload.resource, String(number), history))
    }
    const calls = yield* Effect.forkChild(
      Effect.forEach(client.calls, (call, index) => asking(methods, call, index), {
        concurrency: "unbounded",
        discard: true
      })
    )
    const done = Effect.andThen(Fiber.await(calls), Effect.sleep(slack))
    yield* client.leavesAfter === undefined ? done : Effect.timeoutOption(done, client.leavesAfter)
    // what it has asked it does not take back, nor what it asks from now on
    yield* Scope.close(scope, Exit.void)
    yield* Fiber.await(calls)
  }).pipe(Scope.provide(scope), Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause))))
  const exit = yield* Effect.exit(staying)
  const error = Exit.isSuccess(exit) ? undefined : Cause.squash(exit.cause)
  history.add({
    _tag: "Left",
    client: String(number),
    ...(error === undefined ? undefined : { because: error instanceof Error ? error.message : String(error) })
  })
})

const listen = (methods: Client.Methods, uri: string, client: string, history: History.History) =>
  Effect.ignore(Effect.scoped(Effect.flatMap(methods.subscribe(uri), (updates) => {
    history.add({ _tag: "Listens", client, what: uri })
    return Stream.runForEach(updates, ({ uri }) => Effect.sync(() => history.add({ _tag: "Heard", client, what: uri })))
  })))

interface Asking<A> {
  readonly methods: Client.Methods
  readonly call: Scenario.Call<A>
  readonly asks: Call
  readonly leavesAfter: number | undefined
  readonly name: string
  readonly history: History.History
  readonly connection: () => string
}

const ask = Effect.fnUntraced(function*<A>(
  { asks, call, connection, history, leavesAfter, methods, name }: Asking<A>
) {
  yield* Effect.sleep(call.at)
  const maxTimeout = call.timeout * 3
  const time = (asks.millis ?? 0) + transit
  const isExpected = asks.expected !== undefined && call.givenUpAfter === undefined && time < call.timeout &&
    (leavesAfter === undefined || call.at + time < leavesAfter)
  history.add({
    _tag: "CallBegan",
    call: name,
    what: `${asks.tool} ${JSON.stringify(asks.arguments)}`,
    ...(asks.registered === undefined ? undefined : { isSafe: true }),
    within: call.timeout + maxTimeout + slack,
    ...(isExpected ? { expected: asks.expected } : undefined)
  })
  const options: Client.CallerOptions = {
    timeout: call.timeout,
    maxTimeout,
    onProgress: ({ progress }) => Effect.sync(() => history.add({ _tag: "CallProgress", call: name, progress })),
    onId: (id) => history.add({ _tag: "CallSent", call: name, connection: connection(), id })
  }
  const answer = asks.registered === undefined
    ? Effect.map(
      methods.request("tools/call", { name: asks.tool, arguments: asks.arguments }, options),
      ({ content }) => content.map((block) => block.type === "text" ? block.text : block.type).join()
    )
    : Effect.map(send(methods, asks.registered, asks.arguments, options), (result) => JSON.stringify(result))
  const calling = answer.pipe(
    Effect.onExit((exit) => Effect.sync(() => history.add({ _tag: "CallEnded", call: name, outcome: outcomeOf(exit) })))
  )
  const fiber = yield* Effect.forkChild(calling, { startImmediately: true })
  if (call.givenUpAfter === undefined) return yield* Fiber.await(fiber)
  yield* Effect.raceFirst(Fiber.await(fiber), Effect.sleep(call.givenUpAfter))
  if (fiber.pollUnsafe() !== undefined) return
  history.add({ _tag: "CallGivenUp", call: name })
  yield* Fiber.interrupt(fiber)
})

const outcomeOf = (exit: Exit.Exit<unknown, unknown>): History.Outcome => {
  if (Exit.isSuccess(exit)) return { _tag: "Succeeded", value: exit.value }
  if (Cause.hasInterruptsOnly(exit.cause)) return { _tag: "Interrupted" }
  const error = Cause.squash(exit.cause)
  const reason = error instanceof SessionError.SessionError ? error.reason._tag : undefined
  const text = error instanceof Error ? error.message : String(error)
  return Cause.hasDies(exit.cause)
    ? { _tag: "Died", defect: text }
    : { _tag: "Failed", reason: reason === undefined ? text : `${reason} (${text})` }
}
