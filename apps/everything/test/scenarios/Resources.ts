import { expect } from "@effect/vitest"
import { redPixel } from "../../src/Media.ts"
import type { Scenarios } from "../support/Scenario.ts"

const watched = "test://watched-resource"

/** Resources and templates, and subscriptions to them. */
export const resources: Scenarios = {
  "resources are listed with what is known of them": async ({ client }) => {
    expect(await client.page("resources/list")).toMatchObject({
      resources: expect.arrayContaining([
        {
          uri: "test://static-text",
          name: "static-text",
          title: "Static text",
          description: "A text that never changes",
          mimeType: "text/plain"
        },
        expect.objectContaining({ uri: "test://static-binary", mimeType: "image/png" })
      ])
    })
  },

  "a resource of text is read": async ({ client }) => {
    expect(await client.read("test://static-text")).toEqual({
      contents: [{
        uri: "test://static-text",
        mimeType: "text/plain",
        text: "This is the content of the static text resource."
      }]
    })
  },

  "a resource of bytes is read as base64 (RES-4)": async ({ client }) => {
    expect(await client.read("test://static-binary")).toEqual({
      contents: [{ uri: "test://static-binary", mimeType: "image/png", blob: redPixel }]
    })
  },

  // each client has a code of its own for the -32002 that it is sent
  "a resource that does not exist is an error that says so": async ({ client }) => {
    await expect(client.read("test://nothing-here")).rejects.toThrow("Resource not found")
  },

  "templates are listed, and read by any URI that fits": async ({ client }) => {
    expect(await client.page("resources/templates/list")).toMatchObject({
      resourceTemplates: [{
        uriTemplate: "test://template/{id}/data",
        name: "template-data",
        title: "Data by id",
        mimeType: "application/json"
      }]
    })
    expect(await client.read("test://template/a%20b/data")).toEqual({
      contents: [{
        uri: "test://template/a%20b/data",
        mimeType: "application/json",
        text: JSON.stringify({ id: "a b", templateTest: true, data: "Data for ID: a b" })
      }]
    })
  },

  "who is subscribed hears of updates, and no longer after unsubscribing (RES-7, RES-8)": async (
    { client, notifications }
  ) => {
    expect(await client.subscribe(watched)).toEqual({})
    await client.call("update_watched_resource")
    expect(await notifications.take("notifications/resources/updated")).toEqual([{ uri: watched }])
    expect(await client.unsubscribe(watched)).toEqual({})
    notifications.clear()
    await client.call("update_watched_resource")
    // whatever the update had sent would come before what comes after it
    await client.subscribe(watched)
    await client.call("update_watched_resource")
    await notifications.take("notifications/resources/updated")
    expect(notifications.of("notifications/resources/updated")).toHaveLength(1)
    await client.unsubscribe(watched)
  }
}
