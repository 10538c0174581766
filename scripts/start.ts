/**
 * `npm start`: a guided tour. Our client, against a server with every feature over HTTP, and against one over real files that it starts as a child
 * process.
 *
 * It ends by itself, and asks only somebody who sits at a terminal.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Logger from "effect/Logger"
import * as Everything from "./tour/Everything.ts"
import * as Filesystem from "./tour/Filesystem.ts"
import * as Terminal from "./tour/Terminal.ts"

const tour = Effect.gen(function*() {
  yield* Terminal.title("A server with every feature, over HTTP")
  yield* Everything.tour
  yield* Terminal.title("A server over the files of this repository, as a child process")
  yield* Filesystem.tour
  yield* Terminal.title("Keep one running")
  yield* Terminal.line("npm run --silent everything -- http --port 3000")
  yield* Terminal.line("npm run --silent filesystem -- stdio .")
})

tour.pipe(
  Effect.timeout("2 minutes"),
  Effect.scoped,
  Effect.provide(FetchHttpClient.layer),
  Effect.provideService(Logger.LogToStderr, true),
  NodeRuntime.runMain
)
