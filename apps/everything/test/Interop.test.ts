/**
 * The official clients use every feature of the server, over every transport they share with it: one list of scenarios, one table of rows.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@effect/vitest"
import { calls } from "./scenarios/Calls.ts"
import { prompts } from "./scenarios/Prompts.ts"
import { resources } from "./scenarios/Resources.ts"
import { reverseRequests } from "./scenarios/ReverseRequests.ts"
import { session } from "./scenarios/Session.ts"
import { sessionAlone } from "./scenarios/SessionAlone.ts"
import { statelessAlone } from "./scenarios/StatelessAlone.ts"
import { tools } from "./scenarios/Tools.ts"
import { Notifications } from "./support/Notifications.ts"
import { type Opened, probes, rows } from "./support/Rows.ts"

const ofBothEras = { ...session, ...tools, ...calls, ...resources, ...prompts, ...reverseRequests }

const scenariosOf = (isStateless: boolean) =>
  Object.entries({ ...ofBothEras, ...(isStateless ? statelessAlone : sessionAlone) })

// The scenarios of a row share its connection, so they come one after the other.
describe.each(rows)("$client over $transport", { concurrent: false }, ({ isStateless, open }) => {
  const notifications = new Notifications()
  let opened: Opened | undefined

  beforeAll(async () => {
    opened = await open({ onNotification: notifications.add })
  })
  beforeEach(() => notifications.clear())
  afterAll(() => opened?.close())

  it.each(scenariosOf(isStateless === true))("%s", async (_, run) => {
    if (opened === undefined) throw new Error("The client did not connect")
    await expect(run({ client: opened.driver, notifications })).resolves.toBeUndefined()
  })
})

describe("a client that can do with and without a session", () => {
  it.each(probes)("finds that it needs none, over $transport (VER-12, VER-13)", async ({ probe }) => {
    await expect(probe()).resolves.toBe("modern")
  })
})
