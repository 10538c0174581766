import { describe, expect, it } from "@effect/vitest"
import type { Revision } from "../../src/revision/Revision.ts"
import * as Revisions from "../../src/revision/Revisions.ts"
import * as SpecSchema from "../spec/SpecSchema.ts"

const session = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

/** The methods that a union of the specification's schema stands for, such as `ClientRequest`. */
const methods = (spec: SpecSchema.SpecSchema, union: string): ReadonlyArray<string> => {
  const definition = spec.definitions[union]
  const members = Array.isArray(definition?.["anyOf"]) ? definition["anyOf"] : [definition]
  return members.map((part: SpecSchema.JsonSchema) => {
    const reference = String(part["$ref"] ?? "")
    const schema = spec.definitions[reference.slice(reference.lastIndexOf("/") + 1)] ?? part
    return String(SpecSchema.member(schema, "properties", "method")?.["const"])
  }).sort()
}

describe("Revisions", () => {
  it("knows five revisions, newest first", () => {
    expect(Revisions.all.map((revision) => revision.version)).toEqual(["2026-07-28", ...session])
    expect(Revisions.sessionEra.map((revision) => revision.version)).toEqual(session)
    expect(Revisions.latest.version).toBe("2026-07-28")
    expect(Revisions.latestOfSessionEra.version).toBe("2025-11-25")
    for (const revision of Revisions.all) expect(Revisions.byVersion(revision.version)).toBe(revision)
    expect(Revisions.byVersion("2025-06-19")).toBeUndefined()
    expect(Revisions.byVersion("__proto__")).toBeUndefined()
  })

  it("answers with the version asked for when it is of the session era (INIT-8)", () => {
    for (const version of session) expect(Revisions.negotiate(version).version).toBe(version)
  })

  it("offers the newest of the session era for any other (INIT-9, INIT-10)", () => {
    for (const version of ["1999-01-01", "2099-12-31", "", "draft", "constructor"]) {
      expect(Revisions.negotiate(version).version).toBe("2025-11-25")
    }
  })

  it("never negotiates the stateless era (INIT-13)", () => {
    expect(Revisions.negotiate("2026-07-28").version).toBe("2025-11-25")
    expect(Revisions.sessionEra.every((revision) => revision.era === "session")).toBe(true)
  })

  describe.each(Revisions.all.map((revision) => [revision.version, revision] as const))("%s", (version, revision) => {
    const spec = SpecSchema.load(`${version}.json`)
    const keys = (map: ReadonlyMap<string, unknown>): ReadonlyArray<string> => [...map.keys()].sort()

    it("has the methods that its schema names, and no others (BASE-40)", () => {
      expect(keys(revision.clientRequests)).toEqual(methods(spec, "ClientRequest"))
      expect(keys(revision.clientNotifications)).toEqual(methods(spec, "ClientNotification"))
      expect(keys(revision.serverNotifications)).toEqual(methods(spec, "ServerNotification"))
      expect(keys(revision.serverRequests)).toEqual(revision.era === "session" ? methods(spec, "ServerRequest") : [])
    })

    it("names each of its codecs by its method", () => {
      for (const table of [revision.clientRequests, revision.serverRequests]) {
        for (const [method, codec] of table) expect(codec.method).toBe(method)
      }
      for (const table of [revision.clientNotifications, revision.serverNotifications]) {
        for (const [method, codec] of table) expect(codec.method).toBe(method)
      }
    })
  })

  it("says what each revision does its own way (BASE-8, BASE-18, BASE-21, BASE-29, BASE-35, RES-10, RES-11, TOOL-22, TOOL-23, INIT-17, CAP-3)", () => {
    const fact = <K extends keyof Revision>(key: K): ReadonlyArray<Revision[K]> =>
      Revisions.all.map((revision) => revision[key])
    expect(fact("era")).toEqual(["stateless", "session", "session", "session", "session"])
    expect(fact("batching")).toEqual([false, false, false, true, false])
    expect(fact("errorIdOptional")).toEqual([true, true, false, false, false])
    expect(fact("resourceNotFound")).toEqual([-32602, -32002, -32002, -32002, -32002])
    expect(fact("invalidToolArguments")).toEqual(["result", "result", "error", "error", "error"])
    expect(fact("primingEvent")).toEqual([false, true, false, false, false])
    expect(fact("protocolVersionHeader")).toEqual([true, true, true, false, false])
    expect(fact("elicitationModes")).toEqual([["form", "url"], ["form", "url"], ["form"], [], []])
    expect(fact("completionsCapability")).toEqual([true, true, true, true, false])
    expect(fact("samplingTools")).toEqual([true, true, false, false, false])
    expect(fact("structuredContent")).toEqual(["any", "object", "object", "none", "none"])
    expect(fact("inputRequired").map((codec) => codec !== undefined)).toEqual([true, false, false, false, false])
    expect(fact("createTask").map((codec) => codec !== undefined)).toEqual([false, true, false, false, false])
  })
})
