import { describe, expect, it } from "@effect/vitest"
import * as Repository from "./rules/Repository.ts"
import * as Rules from "./rules/Style.ts"

const everything = Repository.read(["packages", "apps", "scripts", "test", "bench"])

const sources = new Map([...everything].filter(([path]) => /^(packages|apps)\/[^/]+\/src\/|^scripts\//.test(path)))

const plant = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files))

const core = (text: string) => plant({ "packages/core/src/A.ts": text })

describe("house style", () => {
  it("no source file is longer than 400 lines", () => {
    expect(Rules.fileLength(sources)).toEqual([])
    expect(Rules.fileLength(core("\n".repeat(400)))).toEqual([])
    expect(Rules.fileLength(core("\n".repeat(401)))).toEqual([
      "packages/core/src/A.ts has 401 lines, 400 is the limit"
    ])
  })

  it("files are named after their concept", () => {
    expect(Rules.fileNames(everything)).toEqual([])
    expect(Rules.fileNames(plant({
      "packages/core/src/Utils.ts": "",
      "packages/core/test/helpers/A.ts": "",
      "packages/http/src/shared.test.ts": "",
      "apps/everything/src/readFile.ts": "",
      "packages/core/src/index.ts": "",
      "packages/core/src/uri-template/Expression.ts": ""
    }))).toEqual([
      "packages/core/src/Utils.ts is named Utils, which says nothing",
      "packages/core/test/helpers/A.ts is named helpers, which says nothing",
      "packages/http/src/shared.test.ts is named shared, which says nothing",
      "apps/everything/src/readFile.ts is not PascalCase"
    ])
  })

  it("only revision code knows a date", () => {
    expect(Rules.datesStayInRevisions(everything)).toEqual([])
    expect(Rules.datesStayInRevisions(plant({
      "packages/core/src/A.ts": "// 2025-11-25\nconst a = \"2025-11-25\"\nconst b = `v${a}/2026-07-28`",
      "packages/core/src/revision/B.ts": "const a = \"2025-11-25\"",
      "packages/core/test/C.test.ts": "const a = \"2025-11-25\""
    }))).toEqual([
      "packages/core/src/A.ts:2 names the revision 2025-11-25 outside revision/",
      "packages/core/src/A.ts:3 names the revision 2026-07-28 outside revision/"
    ])
  })

  it("core is written in Effect alone", () => {
    expect(Rules.coreIsEffectOnly(everything)).toEqual([])
    expect(Rules.coreIsEffectOnly(core("const p: Promise<void> = x\ntry { a() } catch {}"))).toEqual([
      "packages/core/src/A.ts:1 uses Promise",
      "packages/core/src/A.ts:2 uses try"
    ])
    expect(Rules.coreIsEffectOnly(core("const f = async () => 1\nsetTimeout(f, 1)\nnew AbortController()"))).toEqual([
      "packages/core/src/A.ts:1 uses async",
      "packages/core/src/A.ts:2 uses setTimeout",
      "packages/core/src/A.ts:3 uses AbortController"
    ])
    expect(Rules.coreIsEffectOnly(core("const x = await y"))).toEqual(["packages/core/src/A.ts:1 uses await"])
    expect(Rules.coreIsEffectOnly(core("// try { await x }\nEffect.try(f); const a = { Promise: 1 }; a.Promise")))
      .toEqual([])
  })

  it("nothing is cast to any", () => {
    expect(Rules.noCastToAny(everything)).toEqual([])
    expect(Rules.noCastToAny(core("const a = (b as any).c\nconst d = b as Array<any>"))).toEqual([
      "packages/core/src/A.ts:1 casts to any"
    ])
  })

  it("modules come in by name and there are no barrels", () => {
    expect(Rules.namespaceImports(everything)).toEqual([])
    expect(Rules.namespaceImports(plant({
      "packages/core/src/A.ts":
        "import { Struct } from \"effect/Schema\"\nimport { dual } from \"effect/Function\"\nexport * from \"./B.ts\"",
      "packages/core/src/index.ts": "export * from \"./A.ts\""
    }))).toEqual([
      "packages/core/src/A.ts:1 imports names out of effect/Schema",
      "packages/core/src/A.ts:3 is a barrel of ./B.ts"
    ])
  })

  it("files say what they are and what they are not", () => {
    expect(Rules.headers(everything)).toEqual([])
    expect(Rules.headers(core("import * as A from \"effect/Schema\""))).toEqual([
      "packages/core/src/A.ts has no header"
    ])
    expect(Rules.headers(core("/**\n * A thing.\n *\n * Spec: x\n *\n * @since 0.1.0\n */"))).toEqual([
      "packages/core/src/A.ts does not say what it is not"
    ])
    expect(Rules.headers(core("/**\n * A thing.\n *\n * It is not another.\n */"))).toEqual([
      "packages/core/src/A.ts does not say since when it exists"
    ])
  })

  it("exports are documented", () => {
    expect(Rules.documentation(everything)).toEqual([])
    const tags = "@category models\n@since 0.1.0"
    expect(Rules.documentation(core(`/** Header. */\nexport const a = 1`))).toEqual([
      "packages/core/src/A.ts:2 a has not one @category"
    ])
    expect(Rules.documentation(core(`const x = 1\nexport const a = 1`))).toEqual([
      "packages/core/src/A.ts:2 a is not documented"
    ])
    expect(Rules.documentation(core(`/**\n * ${tags}\n */\nexport function f() {}`))).toEqual([
      "packages/core/src/A.ts:5 f has no sentence"
    ])
    expect(Rules.documentation(core(`/** A. ${tags} */\nexport const A = 1\nexport type A = typeof A`))).toEqual([])
  })
})
