/**
 * Laws and transcripts as tests of `@effect/vitest`.
 *
 * Nothing else here needs a test runner.
 *
 * @since 0.1.0
 */
import { describe, it, type TestContext } from "@effect/vitest"
import type { Server } from "@mcp-effect/core/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Law from "./Law.ts"
import type * as Redaction from "./Redaction.ts"
import * as Replay from "./Replay.ts"
import * as Transcript from "./Transcript.ts"
import * as Wire from "./Wire.ts"

/**
 * A test of each law. A violation shows its transcript, and a token to look at it again: `{ replay: "…" }`, with which the other laws are skipped.
 *
 * @example
 * ```ts
 * import type { Server } from "@mcp-effect/core/Server"
 * import * as Laws from "@mcp-effect/testkit/Laws"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Calculator: Layer.Layer<Server>
 *
 * Vitest.laws("the calculator", Laws.server(Calculator))
 * ```
 *
 * @category tests
 * @since 0.1.0
 */
export const laws = (
  subject: string,
  laws: ReadonlyArray<Law.Law>,
  options?: Law.CheckOptions & {
    /** How long each test may take, in milliseconds; 60,000 by default. */
    readonly timeout?: number
  }
): void => {
  const replayed = options?.replay === undefined ? undefined : Law.nameOfReplay(options.replay)
  // one after the other: worlds of virtual time that run at the same time wait for each other
  void describe(`laws of ${subject}`, { concurrent: false }, () => {
    for (const law of laws) {
      const skip = replayed !== undefined && replayed !== law.name
      it(law.name, { skip, timeout: options?.timeout ?? 60_000 }, (context) => run(law.check(options), context))
    }
  })
}

/**
 * A test of each transcript of a folder (`*.jsonl`) over each wire, with a server of its own. They are strict unless told otherwise.
 *
 * @example
 * ```ts
 * import type { Server } from "@mcp-effect/core/Server"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import * as Wire from "@mcp-effect/testkit/Wire"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Calculator: Layer.Layer<Server>
 *
 * Vitest.transcripts("test/transcripts", Calculator, {
 *   wires: [Wire.memory, Wire.stdio],
 *   update: process.env["UPDATE_TRANSCRIPTS"] === "1"
 * })
 * ```
 *
 * @category tests
 * @since 0.1.0
 */
export const transcripts = <E>(
  folder: string,
  server: Layer.Layer<Server, E>,
  options: Replay.Options & {
    /** `Wire.memory` by default. Over HTTP, `RawWire.http` says what no client would, too. */
    readonly wires?: ReadonlyArray<Wire.Wire>
    /** Files that are left out, for what cannot be said over a wire. */
    readonly except?: ReadonlyArray<string>
    /**
     * Whether the transcripts are written anew, from what the server says over the first wire, instead of being held against it: for whoever looks
     * at what has changed. Never where `CI` is set.
     */
    readonly update?: boolean
    /** What is secret when they are written anew; `Redaction.defaults` unless somebody says otherwise. */
    readonly redaction?: Redaction.Rules
    /** How long each test may take, in milliseconds; 30,000 by default. */
    readonly timeout?: number
  } = {}
): void => {
  const { except, redaction, timeout, update, wires, ...replaying } = options
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl") && !except?.includes(file))
  const all = wires ?? [Wire.memory]
  for (const wire of update === true ? all.slice(0, 1) : all) {
    describe(`transcripts over ${wire.name}`, () => {
      it.for(files)("%s", { timeout: timeout ?? 30_000 }, (file, context) => {
        const path = join(folder, file)
        const test = update === true
          ? Replay.update(path, { ...replaying, wire, ...(redaction === undefined ? {} : { redaction }) })
          : Effect.flatMap(Transcript.read(path), (entries) => Replay.toServer(entries, { ...replaying, wire }))
        return run(Effect.provide(test, Layer.fresh(server)), context)
      })
    })
  }
}

// As `it.live`, which prints what fails once more, with all its members, before the test runner does.
const run = (test: Effect.Effect<void, unknown>, { onTestFinished, signal }: TestContext): Promise<void> => {
  const promise = Effect.runPromise(test, { signal })
  // who lasts too long is interrupted, and its finalizers are waited for
  signal.addEventListener("abort", () => onTestFinished(() => promise.catch(() => {})), { once: true })
  return promise
}
