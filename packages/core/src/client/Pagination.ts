/**
 * `Pagination` reads a list page by page, and not for ever: pages and items are limited, and a cursor that came before ends it (PAGE-8).
 *
 * It does not look into cursors (PAGE-2), and an empty one is one (PAGE-6).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SessionError from "../SessionError.ts"

/**
 * How much of a list is read, in pages and items, and in UTF-16 units of its JSON: a server decides how long an item is, and a cursor.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  readonly maxPages: number
  readonly maxItems: number
  readonly maxSize: number
}

/**
 * The default limits.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultLimits: Limits = { maxPages: 1000, maxItems: 100_000, maxSize: 64 * 1024 * 1024 }

/**
 * A list as far as it was read. `incomplete` says which limit cut it off, if one did.
 *
 * @category models
 * @since 0.1.0
 */
export interface Listing<out A> {
  readonly items: ReadonlyArray<A>
  readonly incomplete: SessionError.Incomplete["limit"] | undefined
}

/**
 * A page.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  readonly items: ReadonlyArray<A>
  readonly nextCursor: string | undefined
}

interface Position {
  readonly cursor: string | undefined
  readonly pages: number
  readonly items: number
  readonly size: number
}

/**
 * The items of all pages. Fails with `Incomplete` after what was read when a limit cuts it off.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = <A>(
  method: string,
  limits: Limits,
  read: (cursor: string | undefined) => Effect.Effect<Page<A>, SessionError.SessionError>
): Stream.Stream<A, SessionError.SessionError> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    const cutOff = (limit: SessionError.Incomplete["limit"]) =>
      SessionError.fail(new SessionError.Incomplete({ method, limit }))
    return Stream.paginate<Position | SessionError.Incomplete["limit"], A, SessionError.SessionError>(
      { cursor: undefined, pages: 0, items: 0, size: 0 },
      (position) =>
        typeof position === "string" ? cutOff(position) : Effect.map(read(position.cursor), (page) => {
          const { nextCursor: cursor } = page
          const size = position.size + sizeOf(page)
          const isTooLong = size > limits.maxSize
          const items = isTooLong ? [] : page.items.slice(0, limits.maxItems - position.items)
          const next: Position = { cursor, pages: position.pages + 1, items: position.items + items.length, size }
          const limit = isTooLong
            ? "size"
            : items.length < page.items.length
            ? "items"
            : cursor === undefined
            ? undefined
            : seen.has(cursor)
            ? "cursor"
            : next.pages === limits.maxPages
            ? "pages"
            : undefined
          if (cursor !== undefined) seen.add(cursor)
          return [
            items,
            limit !== undefined ? Option.some(limit) : Option.map(Option.fromUndefinedOr(cursor), () => next)
          ]
        })
    )
  })

const sizeOf = ({ items, nextCursor }: Page<unknown>): number =>
  JSON.stringify(items).length + (nextCursor === undefined ? 0 : nextCursor.length)

/**
 * The whole list, as far as the limits go.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listing = <A>(
  items: Stream.Stream<A, SessionError.SessionError>
): Effect.Effect<Listing<A>, SessionError.SessionError> =>
  Effect.suspend(() => {
    const read: Array<A> = []
    const keep = (page: ReadonlyArray<A>) =>
      Effect.sync(() => {
        for (const item of page) read.push(item)
      })
    return Effect.matchEffect(Stream.runForEachArray(items, keep), {
      onSuccess: () => Effect.succeed<Listing<A>>({ items: read, incomplete: undefined }),
      onFailure: (error) =>
        error.reason._tag === "Incomplete"
          ? Effect.succeed<Listing<A>>({ items: read, incomplete: error.reason.limit })
          : Effect.fail(error)
    })
  })
