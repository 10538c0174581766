/**
 * A host for the tests, as a program to be killed: `node Host.ts <behaviour>` starts one server and waits.
 *
 * It is not an example: it has nothing to say to its server.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as ChildProcessTransport from "../../src/ChildProcessTransport.ts"

const [behaviour = ""] = process.argv.slice(2)

Effect.runFork(Effect.scoped(Effect.gen(function*() {
  const transport = yield* ChildProcessTransport.make({
    command: process.execPath,
    args: [join(import.meta.dirname, "Program.ts"), behaviour],
    env: { WITNESS: process.env["WITNESS"] ?? "" },
    closeTimeout: "1 second",
    terminateTimeout: "1 second"
  })
  return yield* transport.run(() => process.stdout.write("ready\n"))
})))
