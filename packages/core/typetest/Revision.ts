/**
 * What the compiler knows about methods: params and results by name and direction.
 *
 * @since 0.1.0
 */
import type { ContentBlock } from "../src/protocol/Content.ts"
import type { CallToolParams, CallToolResult } from "../src/protocol/Tool.ts"
import type { Codec } from "../src/revision/Codec.ts"
import { clientNotification, clientRequest, serverNotification, serverRequest } from "../src/revision/Revision.ts"
import * as Revisions from "../src/revision/Revisions.ts"

const revision = Revisions.latestOfSessionEra

/** A method has the types of its params and result. */
export const params: Codec<CallToolParams> | undefined = clientRequest(revision, "tools/call")?.params
export const result: Codec<CallToolResult> | undefined = clientRequest(revision, "tools/call")?.result

// @ts-expect-error a request of the server is none of the client
clientRequest(revision, "elicitation/create")
// @ts-expect-error a notification is no request
clientRequest(revision, "notifications/message")
// @ts-expect-error there is no such method
serverRequest(revision, "tools/call")
// @ts-expect-error only a server sends log messages
clientNotification(revision, "notifications/message")

// @ts-expect-error content is required
clientRequest(revision, "tools/call")?.result.encode({})
// @ts-expect-error a block of text has a text
clientRequest(revision, "tools/call")?.result.encode({ content: [{ type: "text" }] })
// @ts-expect-error a level is one of eight
serverNotification(revision, "notifications/message")?.params.encode({ level: "loud", data: 1 })

/** Blocks are told apart by `type`. */
export const textOf = (block: ContentBlock): string => {
  switch (block.type) {
    case "text":
      return block.text
    case "image":
    case "audio":
      return block.mimeType
    case "resource_link":
      return block.uri
    case "resource":
      return block.resource.uri
  }
}
