/**
 * `StreamOf` says on which of several streams a message came.
 *
 * It is not there where there is only one.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * The stream of a message: the same value for what came on the same one.
 *
 * @category services
 * @since 0.1.0
 */
export class StreamOf extends Context.Service<StreamOf, number>()("@mcp-effect/testkit/wire/StreamOf") {}
