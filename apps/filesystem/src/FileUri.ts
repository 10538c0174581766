/**
 * `file:` URIs, the names resources and client roots go by.
 *
 * Not a check that the path is allowed or exists.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#file
 */
import * as NodePath from "node:path"
import * as Url from "node:url"

/**
 * The absolute path a `file:` URI names, or `undefined` for any other URI, another host, or an encoded separator.
 *
 * @category combinators
 * @since 0.1.0
 */
export const toPath = (uri: string): string | undefined => {
  const url = URL.parse(uri)
  if (url === null || url.protocol !== "file:") return undefined
  try {
    const path = Url.fileURLToPath(url)
    return path.includes("\0") ? undefined : NodePath.resolve(path)
  } catch {
    // `fileURLToPath` throws for what cannot be a local path, and for nothing else.
    return undefined
  }
}

/**
 * The `file:` URI of an absolute path, with every character encoded that a URI cannot hold.
 *
 * @category combinators
 * @since 0.1.0
 */
export const fromPath = (path: string): string => Url.pathToFileURL(path).href
