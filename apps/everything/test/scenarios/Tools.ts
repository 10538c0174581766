import { expect } from "@effect/vitest"
import { redPixel, silence } from "../../src/Media.ts"
import type { Scenarios } from "../support/Scenario.ts"

const text = (text: string) => ({ content: [{ type: "text", text }] })

/** Tools: each kind of content, structured output, errors. */
export const tools: Scenarios = {
  "a tool answers with text": async ({ client }) => {
    expect(await client.call("test_simple_text")).toEqual(text("This is a simple text response for testing."))
  },

  "a tool answers with an image": async ({ client }) => {
    expect(await client.call("test_image_content", {})).toEqual({
      content: [{ type: "image", data: redPixel, mimeType: "image/png" }]
    })
  },

  "a tool answers with audio": async ({ client }) => {
    expect(await client.call("test_audio_content", {})).toEqual({
      content: [{ type: "audio", data: silence, mimeType: "audio/wav" }]
    })
  },

  "a tool answers with a link, which can be read (TOOL-29)": async ({ client }) => {
    expect(await client.call("resource_link_content", {})).toMatchObject({
      content: [{
        type: "resource_link",
        uri: "test://static-text",
        name: "static-text",
        annotations: { audience: ["user"], priority: 0.5 }
      }]
    })
    expect(await client.read("test://static-text")).toMatchObject({ contents: [{ mimeType: "text/plain" }] })
  },

  "a tool answers with an embedded resource": async ({ client }) => {
    expect(await client.call("test_embedded_resource", {})).toEqual({
      content: [{
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content."
        }
      }]
    })
  },

  "a tool answers with several kinds of content at once": async ({ client }) => {
    expect(await client.call("test_multiple_content_types", {})).toMatchObject({
      content: [
        { type: "text", text: "Multiple content types test:" },
        { type: "image" },
        { type: "resource", resource: { mimeType: "application/json", text: "{\"test\":\"data\",\"value\":123}" } }
      ]
    })
  },

  "structured output fits the schema that the client validates it with, and stands in text too (TOOL-17, TOOL-19)":
    async ({ client }) => {
      // listing the tools is what makes the clients validate
      const weather = (await client.tools()).find(({ name }) => name === "weather")
      expect(weather).toMatchObject({ outputSchema: { type: "object", required: ["celsius", "sky"] } })
      expect(await client.call("weather", { city: "Oslo" })).toEqual({
        content: [{ type: "text", text: "{\"celsius\":-3.5,\"sky\":\"clear\"}" }],
        structuredContent: { celsius: -3.5, sky: "clear" }
      })
    },

  "a declared error of a tool with an output schema reaches clients that validate (TOOL-20, TOOL-24)": async (
    { client }
  ) => {
    // listing the tools is what makes the clients validate
    await client.tools()
    expect(await client.call("weather", { city: "Atlantis" })).toMatchObject({
      isError: true,
      content: [{ type: "text", text: "No weather is known for Atlantis" }],
      _meta: { "mcp-effect/error": { _tag: "UnknownCity", city: "Atlantis" } }
    })
  },

  "a tool that fails on purpose answers with isError": async ({ client }) => {
    expect(await client.call("test_error_handling", {})).toEqual({
      ...text("This tool intentionally returns an error for testing"),
      isError: true
    })
  },

  "arguments that do not fit are the model's to correct (TOOL-23)": async ({ client }) => {
    expect(await client.call("weather", { city: 7 })).toMatchObject({
      isError: true,
      content: [{ type: "text", text: expect.stringContaining("city") }]
    })
  },

  "a tool that does not exist is a protocol error (TOOL-21)": async ({ client }) => {
    await expect(client.call("no_such_tool", {})).rejects.toMatchObject({ code: -32602 })
  },

  "a schema written by hand arrives as it was written": async ({ client }) => {
    const tool = (await client.tools()).find(({ name }) => name === "json_schema_2020_12_tool")
    expect(tool).toMatchObject({
      inputSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $defs: { address: { $anchor: "addressDef" } },
        properties: { address: { $ref: "#/$defs/address" } },
        if: { required: ["contactMethod"] },
        additionalProperties: false
      }
    })
  },

  "an argument says in which header it travels too (HDR-1)": async ({ client }) => {
    const tool = (await client.tools()).find(({ name }) => name === "mirrored_arguments")
    expect(tool).toMatchObject({
      inputSchema: {
        properties: {
          region: { "type": "string", "x-mcp-header": "Region" },
          priority: { "type": "integer", "x-mcp-header": "Priority" },
          verbose: { "type": "boolean", "x-mcp-header": "Verbose" }
        },
        required: ["region"]
      }
    })
    expect(await client.call("mirrored_arguments", { region: "north", priority: 7 })).toEqual(
      text("Region north, priority 7, terse")
    )
  },

  "a tool that closes its own stream still answers": async ({ client }) => {
    expect(await client.call("test_reconnection", {})).toEqual(text("Reconnection test completed successfully"))
  }
}
