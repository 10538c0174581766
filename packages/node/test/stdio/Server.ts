/**
 * A stdio server for the tests, run as a program of its own: `node Server.ts [drain timeout]`.
 *
 * It is not an example: its handlers misbehave on purpose.
 *
 * @since 0.1.0
 */
import * as Progress from "@mcp-effect/core/Progress"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import * as StdioServer from "../../src/StdioServer.ts"

const [drainTimeout = "10 seconds", atStart] = process.argv.slice(2)

const ticks = Effect.repeat(Effect.yieldNow, { times: 50 })

const once = (subscribe: (done: () => void) => void) =>
  Effect.callback<void>((resume) => subscribe(() => resume(Effect.void)))

const features = Layer.mergeAll(
  Server.tool(Tool.make("echo", { input: { text: Schema.String } }), ({ text }) => Effect.succeed(text)),
  Server.tool(Tool.make("noisy"), () =>
    Effect.gen(function*() {
      // everything a careless handler or library may print with
      // oxlint-disable-next-line no-console
      console.log("console.log")
      // oxlint-disable-next-line no-console
      console.info({ console: "info" })
      process.stdout.write("process.stdout.write\n")
      process.stdout.write(Buffer.from("bytes\n"), () => {})
      process.stdout.end("end\n")
      yield* Effect.log("Effect.log")
      return "quiet"
    })),
  Server.tool(
    Tool.make("child"),
    () => Effect.sync(() => execFileSync(process.execPath, ["-e", "process.stdout.write('of the child')"]).toString())
  ),
  Server.tool(Tool.make("afterEnd"), () =>
    once((done) => process.stdin.once("end", done)).pipe(
      Effect.andThen(ticks),
      Effect.andThen(Progress.report({ progress: 1 })),
      Effect.as("finished")
    )),
  Server.tool(Tool.make("afterSignal"), () =>
    once((done) => {
      process.once("SIGTERM", done)
      process.once("SIGINT", done)
    }).pipe(Effect.andThen(ticks), Effect.as("finished"))),
  Server.tool(
    Tool.make("never"),
    () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void process.stderr.write("released\n")))
  ),
  Server.tool(Tool.make("stubborn"), () => Effect.uninterruptible(Effect.never)),
  // a library that keeps a timer, and prints
  // oxlint-disable-next-line no-console
  Server.tool(Tool.make("lingers"), () => Effect.as(Effect.sync(() => setInterval(console.log, 10, "linger")), "x")),
  Server.tool(Tool.make("large", { input: { size: Schema.Int } }), ({ size }) => Effect.succeed("x".repeat(size)))
)

const failing = Layer.effectDiscard(Effect.fail("no database"))

StdioServer.runMain(
  Server.layer(
    { name: "stdio-test", version: "1.0.0" },
    atStart === "fail" ? Layer.merge(features, failing) : features
  ),
  { drainTimeout: drainTimeout as `${number} seconds`, releaseTimeout: "50 millis" }
)
