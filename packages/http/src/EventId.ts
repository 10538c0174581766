/**
 * An `EventId` names one event of one stream of one session (HTTP-40, HTTP-41): `<session mark>-<stream>-<sequence>`.
 *
 * It is not a secret and gives no access; the mark only tells the ids of one session from those of another.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */

/**
 * A place in a stream: after the event of this sequence number.
 *
 * @category models
 * @since 0.1.0
 */
export interface Position {
  readonly stream: number
  readonly sequence: number
}

/**
 * The text of an id.
 *
 * @category encoding
 * @since 0.1.0
 */
export const format = (sessionId: string, stream: number, sequence: number): string =>
  `${mark(sessionId)}-${stream}-${sequence}`

/**
 * The position, or undefined when this session never gave out such an id.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parse = (sessionId: string, id: string): Position | undefined => {
  const parts = /^([0-9a-z]{1,7})-(\d{1,15})-(\d{1,15})$/.exec(id)
  return parts === null || parts[1] !== mark(sessionId)
    ? undefined
    : { stream: Number(parts[2]), sequence: Number(parts[3]) }
}

// FNV-1a: 32 bits of a hash leave the session id as hard to guess as it was.
const mark = (sessionId: string): string => {
  let h = 0x811c9dc5
  for (let i = 0; i < sessionId.length; i++) h = Math.imul(h ^ sessionId.charCodeAt(i), 0x01000193) >>> 0
  return h.toString(36)
}
