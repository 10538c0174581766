/**
 * Faults of what a server lists, suggests and reads, and of results that are not the same for every client.
 *
 * @since 0.1.0
 */
import * as Prompt from "@mcp-effect/core/Prompt"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as RequestContext from "@mcp-effect/core/RequestContext"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { Fault } from "./Fault.ts"

const fault = <F>(
  name: string,
  caughtBy: string,
  server: (feature: F) => Layer.Layer<Server.Server>,
  faulty: F,
  sound: F
): Fault => {
  const laws = (feature: F) => Laws.server(server(feature)).filter((law) => law.name === caughtBy)
  return { name, caughtBy, faulty: laws(faulty), sound: laws(sound) }
}

const serving = (features: Layer.Layer<never, never, Server.Registry>): Layer.Layer<Server.Server> =>
  Server.layer({ name: "faulty", version: "1.0.0" }, features)

// --- lists

interface Page {
  readonly tools: ReadonlyArray<string>
  readonly nextCursor?: string
}

/** A page of the list of some names, or undefined where there is no such place in it. */
type List = (names: ReadonlyArray<string>, cursor: string | undefined) => Page | undefined

/** A server with a list of tools of its own, not the one that servers come with. */
const listing = (list: List) =>
  serving(Layer.mergeAll(
    Server.tool(Tool.make("a"), () => Effect.void),
    Server.tool(Tool.make("b"), () => Effect.void),
    Layer.unwrap(Effect.map(Server.Registry, ({ tools }) =>
      Server.middleware((request, next) => {
        if (request.method !== "tools/list") return next
        const { cursor } = request.params as { readonly cursor?: string }
        const page = list(Array.from(tools.values(), ({ tool }) => tool.name), cursor)
        return page === undefined
          ? Effect.fail(ProtocolError.invalidParams("There is no such place in the list"))
          // the result of the method that was just looked at
          : Effect.succeed({
            ...page,
            tools: page.tools.map((name) => ({ name, inputSchema: { type: "object" } }))
          } as never)
      })))
  ))

const size = 2

/** Pages by position: what goes before the place moves all that comes after. */
const byPosition = (accepts: (cursor: string) => boolean, overlap = 0): List => (names, cursor) => {
  if (cursor !== undefined && !accepts(cursor)) return undefined
  const from = Math.max(0, (Number.parseInt(cursor ?? "0", 10) || 0) - (cursor === undefined ? 0 : overlap))
  const to = from + size
  return { tools: names.slice(from, to), ...(to < names.length ? { nextCursor: String(to) } : undefined) }
}

const isPosition = (cursor: string): boolean => /^\d+$/.test(cursor)

/** Pages by the last name that was listed, in alphabetical order: what comes and goes moves nothing. */
const byName: List = (names, cursor) => {
  const [after, length] = cursor?.split("|") ?? ["", "0"]
  if (Number(length) !== after!.length) return undefined
  const left = names.filter((name) => name > after!).sort()
  const tools = left.slice(0, size)
  const last = tools.at(-1)
  return { tools, ...(left.length > size && last !== undefined ? { nextCursor: `${last}|${last.length}` } : undefined) }
}

/** A tool that is listed though nobody offers it. */
const alsoListed = (name: string | undefined): List => (names, cursor) => {
  const page = byName(names, cursor)
  return page === undefined || name === undefined ? page : { ...page, tools: [...page.tools, name] }
}

const listed = "what stays is listed once, page by page, while other things come and go"

const lists: ReadonlyArray<Fault> = [
  fault("a list that skips what follows what has gone", listed, listing, byPosition(isPosition), byName),
  fault(
    "a list that begins each page with the end of the one before",
    listed,
    listing,
    byPosition(isPosition, 1),
    byName
  ),
  fault(
    "a list that begins anew for a cursor that it does not know",
    "a cursor that a list did not give out is refused",
    listing,
    byPosition(() => true),
    byName
  ),
  fault(
    "a list that shows what cannot be called",
    "what is listed is there",
    listing,
    alsoListed("c"),
    alsoListed(undefined)
  )
]

// --- suggestions

const Report = Prompt.make("report", { arguments: { week: Schema.Int, tone: Schema.String } })

const suggesting = (weeks: ReadonlyArray<string>) =>
  serving(
    Server.prompt(Report, ({ tone, week }) => Effect.succeed(`Report on week ${week}, ${tone}`), {
      complete: { week: () => Effect.succeed(weeks) }
    })
  )

const suggestions: ReadonlyArray<Fault> = [
  fault(
    "a suggestion that is refused",
    "what is suggested is accepted",
    suggesting,
    ["1", "2", "this one"],
    ["1", "2", "3"]
  )
]

// --- templates

const templating = (variable: Schema.Codec<string, string>) =>
  serving(
    Server.resourceTemplate(
      ResourceTemplate.make("notes:{title}", { name: "note", variables: { title: variable } }),
      ({ title }) => Effect.succeed(title)
    )
  )

/** Text that loses its upper case on the way. */
const Folded = Schema.String.pipe(
  Schema.decodeTo(
    Schema.String,
    SchemaTransformation.transform({ decode: (text) => text, encode: (text) => text.toLowerCase() })
  )
)

const note = Server.resourceTemplate(
  ResourceTemplate.make("notes:{title}", { name: "note" }),
  ({ title }) => Effect.succeed(title)
)

const anything = Server.resourceTemplate(
  ResourceTemplate.make("notes:{+path}", { name: "anything" }),
  ({ path }) => Effect.succeed(path)
)

const family = "a template reads its own URIs"

const templates: ReadonlyArray<Fault> = [
  fault("a variable that is another one when it is read", family, templating, Folded, Schema.String),
  fault(
    "a template that never comes into play, because one before it takes all its URIs",
    family,
    serving,
    Layer.mergeAll(anything, note),
    Layer.mergeAll(note)
  )
]

// --- results

const Hello = Tool.make("hello", { input: { name: Schema.String } })

type Greet = (name: string, request: RequestContext.RequestContext["Service"]) => string

const greeting = (greet: Greet) =>
  serving(
    Server.tool(Hello, ({ name }) => Effect.map(RequestContext.RequestContext, (request) => greet(name, request)))
  )

/** Answers in place of the tool where a session is known by such an id. */
const answering = (isMeant: (sessionId: string) => boolean) =>
  serving(Layer.mergeAll(
    Server.tool(Hello, ({ name }) => Effect.succeed(`Hello, ${name}`)),
    Server.middleware((request, next) =>
      request.method === "tools/call" && isMeant(request.session?.id ?? "")
        ? Effect.fail(ProtocolError.application(1, "Not from here"))
        : next
    )
  ))

const same = "the same call gives the same result in every revision, over every wire"

const results: ReadonlyArray<Fault> = [
  fault(
    "a result that depends on the revision",
    same,
    greeting,
    (name: string, { session }: RequestContext.RequestContext["Service"]) =>
      session.protocolVersion < "2025-06-18" ? `Hi, ${name}` : `Hello, ${name}`,
    (name: string) => `Hello, ${name}`
  ),
  fault(
    "a result that depends on who one is over a wire",
    same,
    answering,
    (sessionId: string) => sessionId.length > 20,
    () => false
  )
]

export const faults: ReadonlyArray<Fault> = [...lists, ...suggestions, ...templates, ...results]
