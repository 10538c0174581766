import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InputRequiredResult } from "../../src/protocol/InputRequired.ts"
import { CreateTaskResult } from "../../src/protocol/Task.ts"
import type { Codec } from "../../src/revision/Codec.ts"
import * as MethodTable from "../../src/revision/MethodTable.ts"
import type { Revision } from "../../src/revision/Revision.ts"
import * as Revisions from "../../src/revision/Revisions.ts"
import { generate, random } from "../spec/Generator.ts"
import * as SpecSchema from "../spec/SpecSchema.ts"

type Json = { readonly [key: string]: unknown }

/** One codec of a revision, with our schema and theirs of what it carries. */
interface Case {
  readonly name: string
  readonly revision: Revision
  readonly spec: SpecSchema.SpecSchema
  readonly method: string
  readonly part: "params" | "result"
  readonly codec: Codec<unknown>
  readonly ours: Schema.Codec<object>
  readonly theirs: SpecSchema.JsonSchema
  /** What is wrong with a value under their schema; `strict` when it may have no members nobody knows. */
  readonly misfit: (wire: unknown, strict: boolean) => string | undefined
}

type Codecs = { readonly params: Codec<unknown>; readonly result?: Codec<unknown> }
type Schemas = { readonly params: Schema.Codec<object>; readonly result?: Schema.Codec<object> }

const { clientNotifications, clientRequests, serverNotifications, serverRequests } = MethodTable
const schemas: { readonly [table in Tables]: { readonly [method: string]: Schemas } } = {
  clientRequests,
  serverRequests,
  clientNotifications,
  serverNotifications
}

type Tables = "clientRequests" | "serverRequests" | "clientNotifications" | "serverNotifications"

const tables: ReadonlyArray<Tables> = ["clientRequests", "serverRequests", "clientNotifications", "serverNotifications"]

const casesOf = (revision: Revision): ReadonlyArray<Case> => {
  const file = `${revision.version}.json`
  const spec = SpecSchema.load(file)
  const strictSpec = SpecSchema.load(file, true)

  const methods = tables.flatMap((table) => {
    const codecs: ReadonlyMap<string, Codecs> = revision[table]
    return [...codecs].map(([method, codec]) => {
      const ours = schemas[table][method]
      const theirs = SpecSchema.method(spec, method)
      const strict = SpecSchema.method(strictSpec, method)
      if (ours === undefined || theirs === undefined) throw new Error(`${revision.version} has no ${method}`)
      return { name: `${table} ${method}`, method, codec, ours, theirs, strict }
    })
  })

  const parts = methods.flatMap(({ codec, method, name, ours, strict, theirs }) =>
    (["params", "result"] as const).flatMap((part): ReadonlyArray<Case> => {
      const definitions = [theirs[part], strict?.[part]] as const
      const [open, closed] = definitions
      const own = ours[part]
      const carries = codec[part]
      return open === undefined || closed === undefined || own === undefined || carries === undefined ? [] : [{
        name: `${name} ${part}`,
        revision,
        spec,
        method,
        part,
        codec: carries,
        ours: own,
        theirs: open,
        misfit: (wire, strictly) => strictly ? strictSpec.misfit(closed, wire) : spec.misfit(open, wire)
      }]
    })
  )

  const other = <A extends object>(
    name: string,
    codec: Codec<A> | undefined,
    ours: Schema.Codec<A>
  ): ReadonlyArray<Case> => {
    const theirs = spec.ref(name)
    return codec === undefined ? [] : [{
      name,
      revision,
      spec,
      method: "",
      part: "result",
      // It checks what it is given.
      codec: codec as unknown as Codec<unknown>,
      ours,
      theirs,
      misfit: (wire, strictly) => (strictly ? strictSpec : spec).misfit(theirs, wire)
    }]
  }

  return [
    ...parts,
    ...other("InputRequiredResult", revision.inputRequired, InputRequiredResult),
    ...other("CreateTaskResult", revision.createTask, CreateTaskResult)
  ]
}

const cacheable = new Set([
  "server/discover",
  "tools/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list"
])

/** Blocks of unknown types are for what is received: nobody here makes them. */
const knownBlocks = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(knownBlocks)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, knownBlocks(key === "content" ? knownContent(member) : member)])
  )
}

const known = new Set(["text", "image", "audio", "resource", "resource_link", "tool_use", "tool_result"])

const knownContent = (content: unknown): unknown => {
  if (Array.isArray(content)) return content.map(knownContent)
  const type = typeof content === "object" && content !== null && "type" in content ? content.type : "text"
  return typeof type === "string" && !known.has(type) ? { type: "text", text: "" } : content
}

/** What a server or client adds to a value of the neutral model because the revision wants it; nothing if the revision cannot say it. */
const completed = ({ method, part, revision }: Case, value: Json): Json | undefined => {
  if (method === "notifications/cancelled") return { requestId: 1, ...value }
  if (method === "elicitation/create" && part === "params" && value["mode"] === "url") {
    return revision.elicitationModes.includes("url") ? { elicitationId: "id", ...value } : undefined
  }
  if (revision.era === "session" || method.startsWith("notifications/")) return value
  if (part === "params") {
    const meta = typeof value["_meta"] === "object" ? value["_meta"] : {}
    const required = {
      "io.modelcontextprotocol/protocolVersion": revision.version,
      "io.modelcontextprotocol/clientCapabilities": {}
    }
    return { ...value, _meta: { ...required, ...meta } }
  }
  const result = { ...value, resultType: "complete" }
  return cacheable.has(method)
    ? { cacheScope: "public", ...result, ttlMs: Math.abs(Number(value["ttlMs"] ?? 0)) }
    : result
}

describe.each(Revisions.all.map((revision) => [revision.version, revision] as const))("%s", (_, revision) => {
  const cases = casesOf(revision)

  describe("what is encoded fits the JSON Schema of the revision (CONT-5, BASE-28)", () => {
    for (const one of cases) {
      it.prop(`${one.name}`, { value: one.ours }, ({ value }) => {
        // A value of an object schema, as plain JSON.
        const whole = completed(one, knownBlocks(value) as Json)
        if (whole === undefined) return
        const wire: unknown = JSON.parse(JSON.stringify(one.codec.encode(whole)))
        expect(one.misfit(wire, true)).toBeUndefined()
      }, { arbitrary: { runs: 60, size: 8, seed: "encode" } })
    }
  })

  describe("what fits the JSON Schema of the revision survives, with members nobody knows (BASE-10, BASE-41, META-21)", () => {
    for (const one of cases) {
      it(`${one.name}`, () => {
        const source = random(7)
        for (let run = 0; run < 100; run++) {
          const wire = generate(one.spec, one.theirs, source)
          // Guards the generator itself.
          expect(one.misfit(wire, false)).toBeUndefined()
          const decoded = one.codec.decode(wire)
          expect(Result.isFailure(decoded) ? [decoded.failure, wire] : undefined).toBeUndefined()
          expect(Result.isSuccess(decoded) ? one.codec.encode(decoded.success) : undefined).toEqual(wire)
        }
      })
    }
  })
})
