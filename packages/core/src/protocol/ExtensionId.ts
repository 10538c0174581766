/**
 * An `ExtensionId` names an extension of the protocol in `capabilities.extensions`: a prefix of its author, and a name (CAP-14, EXT-4).
 *
 * It says nothing of what the extension is, nor who may use the prefix.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#_meta
 *
 * @since 0.1.0
 */

// A label: a letter first, a letter or digit last (META-3). A name: a letter or digit first and last (META-4).
const label = "[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
const name = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?"

const identifier = new RegExp(`^${label}(?:\\.${label}){0,15}/${name}$`)

/**
 * Whether this may name an extension: a key as those of `_meta`, with a prefix. Labels are up to 63 characters long and 16 in number, names up to
 * 128 characters.
 *
 * @category guards
 * @since 0.1.0
 */
export const isExtensionId = (text: string): boolean => identifier.test(text)
