/**
 * The content of a sampling message, which is one block or several (SAMP-4, SAMP-5), as projections go through it.
 *
 * It does not say what a revision knows of it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 *
 * @since 0.1.0
 */
import type { SamplingMessage, SamplingMessageContentBlock } from "../protocol/Sampling.ts"
import { each, identity, type Step } from "./Step.ts"

type Content = SamplingMessage["content"]

const isSeveral = (content: Content): content is ReadonlyArray<SamplingMessageContentBlock> => Array.isArray(content)

/**
 * The blocks, one or several.
 *
 * @category accessors
 * @since 0.1.0
 */
export const blocks = (content: Content): ReadonlyArray<SamplingMessageContentBlock> =>
  isSeveral(content) ? content : [content]

/**
 * A step for each block.
 *
 * @category combinators
 * @since 0.1.0
 */
export const eachBlock = (step: Step<SamplingMessageContentBlock>): Step<Content> =>
  step === identity ? identity : (content) => isSeveral(content) ? each(step)(content) : step(content)
