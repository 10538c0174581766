/**
 * The forms that content takes for a revision that does not know it (CONT-5): as much as text or an embedded resource can carry.
 *
 * It does not decide what a revision knows.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result
 *
 * @since 0.1.0
 */
import type { Annotations } from "../protocol/Annotations.ts"
import type { AudioContent, ContentBlock, EmbeddedResource, ResourceLink, TextContent } from "../protocol/Content.ts"
import type { SamplingMessageContentBlock } from "../protocol/Sampling.ts"

const text = (text: string, annotations: Annotations | undefined): TextContent => ({
  type: "text",
  text,
  ...(annotations === undefined ? {} : { annotations })
})

/**
 * Structured content as text too, unless some text is there already (TOOL-19).
 *
 * @category projections
 * @since 0.1.0
 */
export const structuredAsText = <
  A extends { readonly content: ReadonlyArray<ContentBlock>; readonly structuredContent?: unknown }
>(value: A): A =>
  value.structuredContent === undefined || value.content.some((block) => block.type === "text")
    ? value
    : { ...value, content: [...value.content, text(JSON.stringify(value.structuredContent), undefined)] }

/**
 * A link as text.
 *
 * @category projections
 * @since 0.1.0
 */
export const linkAsText = (link: ResourceLink): TextContent =>
  text(
    `${link.title ?? link.name}: ${link.uri}${link.description === undefined ? "" : `\n${link.description}`}`,
    link.annotations
  )

/**
 * Sound as an embedded resource: nothing is lost, and its URI says that it stands for nothing outside.
 *
 * @category projections
 * @since 0.1.0
 */
export const audioAsResource = (audio: AudioContent): EmbeddedResource => ({
  type: "resource",
  resource: { uri: "embedded:audio", mimeType: audio.mimeType, blob: audio.data },
  ...(audio.annotations === undefined ? {} : { annotations: audio.annotations })
})

/**
 * Sound as text, where there are no embedded resources.
 *
 * @category projections
 * @since 0.1.0
 */
export const audioAsText = (audio: AudioContent): TextContent => text(`[${audio.mimeType}]`, audio.annotations)

/**
 * What a model did with tools, as text.
 *
 * @category projections
 * @since 0.1.0
 */
export const toolsAsText = (block: SamplingMessageContentBlock): SamplingMessageContentBlock => {
  switch (block.type) {
    case "tool_use":
      return text(JSON.stringify({ tool: block.name, input: block.input }), undefined)
    case "tool_result":
      return text(block.content.map(contentAsText).join("\n"), undefined)
    default:
      return block
  }
}

const contentAsText = (block: ContentBlock): string => {
  switch (block.type) {
    case "text":
      return block.text
    case "resource_link":
      return linkAsText(block).text
    case "resource":
      return "text" in block.resource ? block.resource.text : block.resource.uri
    case "image":
    case "audio":
      return `[${block.mimeType}]`
    default:
      return JSON.stringify(block)
  }
}
