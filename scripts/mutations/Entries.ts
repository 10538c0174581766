/**
 * The entries of a server, by name, each with what sends hostile messages through it.
 */
import type { Server } from "@mcp-effect/core/Server"
import * as NodeHttpServer from "@mcp-effect/node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Pipes from "./Pipes.ts"
import * as Run from "./Run.ts"
import * as Target from "./Target.ts"

/** An entry with a server behind it. */
export interface Mounted {
  readonly send: (total: number, outcome: Run.Outcome, seed: number, onProgress: () => void) => Promise<void>
  readonly holdings: () => Promise<Target.Holdings>
  readonly stop: () => Promise<void>
}

/** An entry. */
export interface Entry {
  readonly mount: (context: Context.Context<Server>, logged: (line: string) => void) => Promise<Mounted>
}

const ofPipe = (open: Pipes.Open): Mounted => ({
  send: (total, outcome, seed, onProgress) => Run.pipe(open, total, outcome, { seed, isFresh: true, onProgress }),
  holdings: Target.holdings,
  stop: async () => {}
})

const listening = async (context: Context.Context<Server>) => {
  const scope = Effect.runSync(Scope.make())
  const built = await Effect.runPromise(
    Scope.provide(Effect.provideContext(Layer.build(NodeHttpServer.layer({ drainTimeout: 0 })), context), scope)
  )
  return {
    url: Context.get(built, NodeHttpServer.NodeHttpServer).url,
    stop: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** The entries. */
export const all: { readonly [name: string]: Entry } = {
  memory: { mount: async (context) => ofPipe(Pipes.memory(context)) },
  streams: { mount: async (context) => ofPipe(Pipes.streams(context)) },
  sse: {
    mount: async (context) => {
      const { stop, url } = await listening(context)
      return { ...ofPipe(Pipes.sse(url)), stop }
    }
  }
}
