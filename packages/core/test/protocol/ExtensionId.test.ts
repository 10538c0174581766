import { describe, expect, it } from "@effect/vitest"
import * as ExtensionId from "../../src/protocol/ExtensionId.ts"

describe("the identifier of an extension", () => {
  it("has a prefix of labels and a name, as a key of `_meta` does (EXT-4, META-3, META-4)", () => {
    for (
      const text of [
        "io.modelcontextprotocol/tasks",
        "io.modelcontextprotocol/oauth-client-credentials",
        "com.example/a",
        "com.example/A-b_c.d9",
        "x/1",
        "a-1.b2/c",
        "com.example/feature-v2"
      ]
    ) {
      expect([text, ExtensionId.isExtensionId(text)]).toEqual([text, true])
    }
    for (
      const text of [
        "",
        "tasks",
        "/tasks",
        "com.example/",
        "com.example",
        "1com.example/a",
        "com.1example/a",
        "com-.example/a",
        "-com.example/a",
        "com..example/a",
        ".com/a",
        "com./a",
        "com.example/-a",
        "com.example/a-",
        "com.example/a.",
        "com.example/_a",
        "com.example/a/b",
        "com.example/a b",
        "com.exämple/a",
        "com_example/a",
        "com.example/a\n",
        "__proto__",
        `com.example/${"a".repeat(200_000)}`,
        `${"a.".repeat(100_000)}a/a`
      ]
    ) {
      expect([text.slice(0, 40), ExtensionId.isExtensionId(text)]).toEqual([text.slice(0, 40), false])
    }
  })
})
