/**
 * `Pagination` answers the list methods, page by page.
 *
 * It is not about what is listed: each feature gives its table and how a page of it reads.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as JsonRpc from "../JsonRpc.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { Revision } from "../revision/Revision.ts"
import type { Caller } from "./Caller.ts"
import type { Table } from "./Table.ts"

/**
 * One page of a table. The same page is the same value until the table changes, so that it is also encoded only once.
 *
 * @category handlers
 * @since 0.1.0
 */
export const list = <A, Result extends object>(
  caller: Caller,
  name: string,
  table: Table<A>,
  cursor: string | undefined,
  make: (items: ReadonlyArray<A>, nextCursor: { readonly nextCursor?: string }) => Result
): Effect.Effect<Result, ProtocolError.ProtocolError> => {
  const { cursors, pageSize } = caller.server.options
  const after = cursor === undefined ? 0 : cursors.decode(name, cursor)
  if (after === undefined) return Effect.fail(ProtocolError.invalidParams("The cursor is not one of this list"))
  return Effect.succeed(table.cached(`${name}/${after}`, () => {
    const { items, next } = table.page(caller.negotiated.session, after, pageSize)
    const result = make(items, next === undefined ? {} : { nextCursor: cursors.encode(name, next) })
    encodings.set(result, new Map())
    return result
  }))
}

const encodings = new WeakMap<object, Map<Revision, object>>()

/**
 * The wire form of a result, encoded and written as text once for each revision when the result is a page of a list that has not changed.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encoded = (result: unknown, revision: Revision, encode: () => object): object => {
  const known = typeof result === "object" && result !== null ? encodings.get(result) : undefined
  if (known === undefined) return encode()
  const before = known.get(revision)
  if (before !== undefined) return before
  const wire = JsonRpc.keepText(encode())
  known.set(revision, wire)
  return wire
}
