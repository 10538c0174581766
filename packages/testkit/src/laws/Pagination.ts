/**
 * Lists are read page by page: what stays is listed once, whatever comes and goes, and a place in a list is a place in no other.
 *
 * It is not about what is listed: that is `Listed`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import { PageSize } from "@mcp-effect/core/PageSize"
import * as Server from "@mcp-effect/core/Server"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import type * as Law from "../Law.ts"
import * as List from "./List.ts"
import * as Subject from "./Subject.ts"

// a list that is longer never ends
const maxPages = 2000

const natural = (maximum: number) => Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum })))

// Before a page, one may come, and one may go: the oldest of those there are, or the newest.
const changes = Arbitrary.array(Arbitrary.schema(Schema.Literals(["none", "comes", "oldest goes", "newest goes"])), {
  maxLength: 12
})

const lists = Arbitrary.all({ pageSize: Arbitrary.map(natural(2), (n) => n + 1), guests: natural(6), changes })

/**
 * The law of what is listed, of each list.
 *
 * @category laws
 * @since 0.1.0
 */
export const ofItems = (settings: Subject.Settings): Law.Law =>
  List.lawOfEach(
    "what stays is listed once, page by page, while other things come and go",
    settings,
    lists,
    (list, { changes, guests, pageSize }) =>
      Subject.use(
        withPageSize(settings, pageSize),
        Effect.fnUntraced(function*(subject) {
          const client = yield* subject.connect()
          const visitors = yield* Visitors.make(list, subject)
          for (let i = 0; i < guests; i++) yield* visitors.come
          const page = (cursor: string | undefined) =>
            Effect.mapError(
              list.page(client, cursor),
              (error) => subject.broken(`a page could not be read: ${error.message}`)
            )
          const before = yield* read(page, Effect.void, subject)
          const twice = repeated(before)
          if (twice !== undefined) return yield* subject.broken(`${twice} is listed twice, while nothing changes`)
          let step = 0
          const after = yield* read(
            page,
            Effect.suspend(() => visitors.change(changes[step++] ?? "none")),
            subject
          )
          const again = repeated(after)
          if (again !== undefined) return yield* subject.broken(`${again} is listed twice`)
          const missing = before.find((key) => !after.includes(key) && !visitors.gone.has(key))
          if (missing !== undefined) {
            return yield* subject.broken(`${missing} was there all the time, and is not listed`)
          }
        })
      )
  )

const withPageSize = (settings: Subject.Settings, pageSize: number): Subject.Settings => ({
  ...settings,
  server: Layer.provide(settings.server, Layer.succeed(PageSize, pageSize))
})

const read = Effect.fnUntraced(function*(
  page: (cursor: string | undefined) => Effect.Effect<List.Page, Law.Broken>,
  between: Effect.Effect<void>,
  { broken }: Subject.Subject
): Effect.fn.Return<ReadonlyArray<string>, Law.Broken> {
  const keys: Array<string> = []
  let cursor: string | undefined
  for (let pages = 0; pages < maxPages; pages++) {
    const { keys: listed, nextCursor } = yield* page(cursor)
    keys.push(...listed)
    if (nextCursor === undefined) return keys
    cursor = nextCursor
    yield* between
  }
  return yield* broken(`there is no end to the list after ${maxPages} pages`)
})

const repeated = (keys: ReadonlyArray<string>): string | undefined => {
  const seen = new Set<string>()
  return keys.find((key) => seen.size === seen.add(key).size)
}

// Those that come and go. A server whose layer does not tell where to register has none.
class Visitors {
  readonly gone = new Set<string>()
  readonly #list: List.List
  readonly #registry: Server.Registry["Service"] | undefined
  readonly #scope: Scope.Scope
  readonly #present: Array<{ readonly key: string; readonly scope: Scope.Closeable }> = []
  #count = 0

  private constructor(list: List.List, registry: Server.Registry["Service"] | undefined, scope: Scope.Scope) {
    this.#list = list
    this.#registry = registry
    this.#scope = scope
  }

  static make(list: List.List, { context }: Subject.Subject): Effect.Effect<Visitors, never, Scope.Scope> {
    return Effect.map(
      Effect.scope,
      (scope) => new Visitors(list, Context.getOrUndefined(context, Server.Registry), scope)
    )
  }

  get come(): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.#registry === undefined) return Effect.void
      const guest = this.#count++
      return Effect.flatMap(Scope.fork(this.#scope), (scope) => {
        this.#present.push({ key: this.#list.keyOf(guest), scope })
        return this.#list.join(guest).pipe(
          Effect.provideService(Server.Registry, this.#registry!),
          Effect.provideService(Scope.Scope, scope)
        )
      })
    })
  }

  change(change: "none" | "comes" | "oldest goes" | "newest goes"): Effect.Effect<void> {
    switch (change) {
      case "none":
        return Effect.void
      case "comes":
        return this.come
      case "oldest goes":
        return this.#go(this.#present.shift())
      case "newest goes":
        return this.#go(this.#present.pop())
    }
  }

  #go(visitor: { readonly key: string; readonly scope: Scope.Closeable } | undefined): Effect.Effect<void> {
    if (visitor === undefined) return Effect.void
    this.gone.add(visitor.key)
    return Scope.close(visitor.scope, Exit.void)
  }
}

const cursors = Arbitrary.all({
  from: Arbitrary.schema(Schema.Literals(["nowhere", "another list", "this list, changed"])),
  text: Arbitrary.schema(Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9+=._-]{0,12}$/)))
})

/**
 * The law of places in a list, of each list.
 *
 * @category laws
 * @since 0.1.0
 */
export const ofCursors = (settings: Subject.Settings): Law.Law =>
  List.lawOfEach(
    "a cursor that a list did not give out is refused",
    settings,
    cursors,
    (list, { from, text }) =>
      Subject.use(
        withPageSize(settings, 1),
        Effect.fnUntraced(function*(subject) {
          const client = yield* subject.connect()
          const source = from === "nowhere"
            ? undefined
            : from === "another list"
            ? List.of(subject.registered).find((other) => other !== list)
            : list
          if (source === undefined && from !== "nowhere") return
          let cursor = text
          if (source !== undefined) {
            const { nextCursor } = yield* Effect.mapError(
              source.page(client, undefined),
              (error) => subject.broken(`the first page could not be read: ${error.message}`)
            )
            if (nextCursor === undefined) return
            cursor = source === list ? `${nextCursor}${text || "x"}` : nextCursor
          }
          const answer = yield* Effect.exit(list.page(client, cursor))
          if (Exit.isSuccess(answer)) {
            return yield* subject.broken(`the cursor ${JSON.stringify(cursor)} gave a page: ${answer.value.keys}`)
          }
          const error = Exit.findErrorOption(answer)
          if (error._tag === "Some" && isInvalidParams(error.value)) return
          const what = error._tag === "Some" ? error.value.message : "a defect"
          return yield* subject.broken(`the cursor ${JSON.stringify(cursor)} was answered with ${what}`)
        })
      )
  )

const isInvalidParams = ({ reason }: SessionError): boolean =>
  reason._tag === "ErrorAnswer" && reason.code === JsonRpc.invalidParams
