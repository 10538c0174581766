/**
 * The entries of a server, by name, each with what sends hostile messages through it.
 */
import type { Server } from "@mcp-effect/core/Server"
import * as NodeHttpServer from "@mcp-effect/node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Scope from "effect/Scope"
import * as Messages from "./Messages.ts"
import * as Pipes from "./Pipes.ts"
import * as Posts from "./Posts.ts"
import * as Run from "./Run.ts"
import * as RunPosts from "./RunPosts.ts"
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

const ofPosts = (client: Posts.Client): Mounted => ({
  send: (total, outcome, seed, onProgress) => RunPosts.posts(client, total, outcome, { seed, onProgress }),
  holdings: Target.holdings,
  stop: client.close
})

// What the process holds it says itself, over the same pipe.
const ofChild = ({ open, stop }: ReturnType<typeof Pipes.child>): Mounted => ({
  send: (total, outcome, seed, onProgress) => Run.pipe(open, total, outcome, { seed, isFresh: false, onProgress }),
  holdings: async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const pipe = await open((message) => {
      if (Predicate.isObject(message) && message["id"] === "holdings") resolve(message["result"])
    })
    const request = { name: "holdings", _meta: Messages.meta }
    await pipe.send(
      new TextEncoder().encode(
        JSON.stringify({ jsonrpc: "2.0", id: "holdings", method: "tools/call", params: request })
      )
    )
    // the target's own tool says it
    const result = await promise as { readonly structuredContent: Target.Holdings }
    return result.structuredContent
  },
  stop: async () => {
    const code = await stop()
    if (code !== 0) throw new Error(`The process ended with ${code}`)
  }
})

/** The entries. */
export const all: { readonly [name: string]: Entry } = {
  memory: { mount: async (context) => ofPipe(Pipes.memory(context)) },
  streams: { mount: async (context) => ofPipe(Pipes.streams(context)) },
  stdio: { mount: async (_, logged) => ofChild(Pipes.child(logged)) },
  sse: {
    mount: async (context) => {
      const { stop, url } = await listening(context)
      return { ...ofPipe(Pipes.sse(url)), stop }
    }
  },
  listener: {
    mount: async (context) => {
      const { stop, url } = await listening(context)
      const client = Posts.socket(url)
      return {
        ...ofPosts(client),
        stop: async () => {
          await client.close()
          await stop()
        }
      }
    }
  },
  web: { mount: async (context) => ofPosts(Posts.web(context)) },
  router: { mount: async (context) => ofPosts(Posts.router(context)) }
}
