import { describe, expect, it } from "@effect/vitest"
import * as Rules from "./rules/Dependencies.ts"
import * as Repository from "./rules/Repository.ts"

/** Modules of effect that core may use although they are not tagged stable. */
const exceptions: Readonly<Record<string, string>> = {
  "effect/schema/SchemaJITCompiler":
    "compiled codecs are several times faster on the call path; it is only switched on, so losing it costs speed alone",
  "effect/crypto/Aead":
    "seals what clients carry between rounds; cryptography is not for us to write, and no stable module has it",
  "effect/crypto/Digest": "as Aead",
  "effect/crypto/Kdf": "as Aead",
  "effect/crypto/SecureRandom": "as Aead",
  "effect/crypto/WebCrypto": "as Aead"
}

const everything = Repository.read(["packages", "apps", "scripts", "test", "bench"])

const plant = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files))

describe("what may import what", () => {
  it("sources import only their own files, the packages below them, effect, and Node where Node is allowed", () => {
    expect(Rules.packageDirection(everything)).toEqual([])
  })

  it.each([
    ["packages/core/src/A.ts", `import type * as B from "@mcp-effect/http/B"`, "may not import @mcp-effect/http/B"],
    ["packages/core/src/A.ts", `import * as B from "../../http/src/B.ts"`, "leaves its package by ../../http/src/B.ts"],
    ["packages/core/src/A.ts", `const b = import("node:fs")`, "is platform neutral and may not import node:fs"],
    ["packages/core/src/A.ts", `import * as S from "effect"`, "may not import effect"],
    ["packages/core/src/A.ts", `export * as zod from "zod"`, "may not import zod"],
    ["packages/http/src/A.ts", `type B = import("@mcp-effect/node/B").B`, "may not import @mcp-effect/node/B"],
    [
      "packages/http/src/A.ts",
      `import "@effect/platform-node"`,
      "is platform neutral and may not import @effect/platform-node"
    ],
    ["packages/node/src/A.ts", `import { B } from "@mcp-effect/core/internal/B"`, "imports the internals of core"],
    ["apps/everything/src/A.ts", `import * as B from "@mcp-effect/filesystem"`, "may not import @mcp-effect/filesystem"]
  ])("refuses in %s: %s", (path, text, message) => {
    expect(Rules.packageDirection(plant({ [path]: text }))).toEqual([`${path}:1 ${message}`])
  })

  it.each([
    ["packages/core/src/A.ts", `import * as B from "./revision/B.ts"; import * as S from "effect/Schema"`],
    ["packages/node/src/A.ts", `import * as B from "@mcp-effect/http/B"; import * as fs from "node:fs"`],
    ["apps/filesystem/src/A.ts", `import * as N from "@effect/platform-node/NodeRuntime"`]
  ])("allows in %s: %s", (path, text) => {
    expect(Rules.packageDirection(plant({ [path]: text }))).toEqual([])
  })

  it("nothing imports an app", () => {
    expect(Rules.nothingImportsApps(everything)).toEqual([])
    expect(Rules.nothingImportsApps(plant({
      "test/a.test.ts": `import * as A from "../apps/everything/src/Tools.ts"`,
      "packages/node/test/B.test.ts": `import * as B from "@mcp-effect/filesystem/B"`,
      "apps/everything/test/C.test.ts": `import * as C from "../src/C.ts"`
    }))).toEqual([
      "test/a.test.ts:1 imports the app everything",
      "packages/node/test/B.test.ts:1 imports the app filesystem"
    ])
  })

  it("core imports only stable modules of effect and the named exceptions", () => {
    expect(Rules.stableOnly(everything, Repository.stability, exceptions)).toEqual([])
  })

  it("an unstable module in core is refused unless it is named, and a name without need is refused", () => {
    const files = plant({
      "packages/core/src/A.ts": `import * as S from "effect/Schema"\nimport * as R from "effect/rpc/RpcServer"`,
      "packages/http/src/B.ts": `import * as H from "effect/http/HttpRouter"`
    })
    expect(Rules.stableOnly(files, Repository.stability, {})).toEqual([
      "packages/core/src/A.ts:2 imports effect/rpc/RpcServer, which is unstable"
    ])
    expect(Rules.stableOnly(files, Repository.stability, { "effect/rpc/RpcServer": "a reason" })).toEqual([])
    expect(Rules.stableOnly(plant({}), Repository.stability, { "effect/rpc/RpcServer": "a reason" })).toEqual([
      "the exception for effect/rpc/RpcServer is not needed"
    ])
  })

  it("there are no import cycles", () => {
    expect(Rules.noCycles(everything)).toEqual([])
    expect(Rules.noCycles(plant({
      "packages/core/src/A.ts": `import * as B from "./b/B.ts"`,
      "packages/core/src/b/B.ts": `import type { C } from "../C.ts"`,
      "packages/core/src/C.ts": `export * as A from "./A.ts"`,
      "packages/core/src/D.ts": `import * as A from "./A.ts"`
    }))).toEqual([
      "packages/core/src/A.ts → packages/core/src/b/B.ts → packages/core/src/C.ts → packages/core/src/A.ts"
    ])
  })
})
