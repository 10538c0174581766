/**
 * `KnownTools` are what a client remembers of the tools that it was told of: as much as calling them takes.
 *
 * They are not a list to show, and what was never listed, or is forgotten, can be called all the same.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/tools#x-mcp-header
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as ParameterHeader from "../ParameterHeader.ts"
import type { Tool, ToolAnnotations } from "../protocol/Tool.ts"
import type { Revision } from "../revision/Revision.ts"
import * as OutputSchema from "./OutputSchema.ts"

/**
 * A tool as it was listed last (HDR-24).
 *
 * @category models
 * @since 0.1.0
 */
export interface KnownTool {
  /** The headers that mirror its arguments. */
  readonly headers: ReadonlyArray<ParameterHeader.ParameterHeader>
  /** What the server says of it, which need not be so (TOOL-27). */
  readonly annotations: ToolAnnotations | undefined
  readonly output: OutputSchema.OutputSchema | undefined
}

/**
 * A page of tools, without those that are invalid (HDR-10).
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  readonly tools: ReadonlyArray<Tool>
  readonly invalid: ReadonlyArray<readonly [tool: Tool, reason: ParameterHeader.InvalidParameterHeader]>
}

interface Entry extends KnownTool {
  readonly listing: number
}

/**
 * The tools that were listed last, at most so many. Beyond that the ones that were listed first are forgotten.
 *
 * @category models
 * @since 0.1.0
 */
export class KnownTools {
  readonly #max: number
  readonly #entries = new Map<string, Entry>()
  #listings = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#entries.size
  }

  get(name: string): KnownTool | undefined {
    return this.#entries.get(name)
  }

  /** Begins a listing, whose pages are given one after the other; a page `isLast` where no other follows. */
  listing(): (tools: ReadonlyArray<Tool>, revision: Revision, isLast: boolean) => Page {
    const listing = ++this.#listings
    return (tools, revision, isLast) => {
      const valid: Array<Tool> = []
      const invalid: Array<readonly [Tool, ParameterHeader.InvalidParameterHeader]> = []
      for (const tool of tools) {
        // where there are sessions, nothing is mirrored
        const headers = revision.era === "stateless" ? ParameterHeader.scan(tool.inputSchema) : Result.succeed([])
        // who was listed last is at the end
        this.#entries.delete(tool.name)
        if (Result.isFailure(headers)) {
          invalid.push([tool, headers.failure])
          continue
        }
        valid.push(tool)
        this.#add(tool, revision, headers.success, listing)
      }
      if (isLast) this.#forgetBefore(listing)
      return { tools: valid, invalid }
    }
  }

  #add(
    { annotations, name, outputSchema }: Tool,
    revision: Revision,
    headers: KnownTool["headers"],
    listing: number
  ): void {
    // without structured content there is nothing to hold against it
    const output = outputSchema === undefined || revision.structuredContent === "none"
      ? undefined
      : OutputSchema.make(outputSchema)
    this.#entries.set(name, { headers, annotations, output, listing })
    if (this.#entries.size <= this.#max) return
    for (const first of this.#entries.keys()) {
      this.#entries.delete(first)
      return
    }
  }

  // A whole list has all tools that there are.
  #forgetBefore(listing: number): void {
    for (const [name, entry] of this.#entries) {
      if (entry.listing < listing) this.#entries.delete(name)
    }
  }
}
