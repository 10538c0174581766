import { assert, it } from "@effect/vitest"
import * as FileUri from "../src/FileUri.ts"
import * as MimeType from "../src/MimeType.ts"
import * as Root from "../src/Root.ts"

it("a path is inside by whole names", () => {
  assert.deepStrictEqual(Root.namesInside("/dir", "/dir/a/b"), ["a", "b"])
  assert.deepStrictEqual(Root.namesInside("/dir", "/dir"), [])
  assert.deepStrictEqual(Root.namesInside("/dir", "/dir/..a"), ["..a"])
  assert.deepStrictEqual(Root.namesInside("/", "/etc"), ["etc"])
  for (const path of ["/dir-evil", "/dir-evil/a", "/di", "/", "/other/dir"]) {
    assert.isUndefined(Root.namesInside("/dir", path), path)
  }
})

it("the innermost root is found", () => {
  const roots = [{ given: "/a", real: "/a" }, { given: "/a/b", real: "/x/b" }]
  assert.deepStrictEqual(Root.locate(roots, "/a/b/c"), { root: { given: "/a/b", real: "/x/b" }, names: ["c"] })
  assert.isUndefined(Root.locate(roots, "/x/c"))
  assert.isTrue(Root.holdsReal(roots, "/x/b/c"))
  assert.isFalse(Root.holdsReal(roots, "/x/bc"))
})

it("a link is followed from the directory it is in, and a later `..` is left to the walk", () => {
  const roots = [{ given: "/r", real: "/r" }, { given: "/s", real: "/s" }]
  const follow = (directory: string, target: string, ...rest: ReadonlyArray<string>) => {
    const place = Root.follow(roots, directory, target, rest)
    return place === undefined ? undefined : [place.root.real, ...place.names].join("/")
  }
  assert.strictEqual(follow("/r/d", "e", "f"), "/r/d/e/f")
  assert.strictEqual(follow("/r/d", "../../s/x"), "/s/x")
  assert.strictEqual(follow("/r/d", "/s/./x/"), "/s/x")
  assert.strictEqual(follow("/r/d", "e/../g"), "/r/d/e/../g")
  assert.isUndefined(follow("/r/d", "../../t"))
  assert.isUndefined(follow("/r/d", "../.."))
  assert.isUndefined(follow("/r/d", "/rr/x"))
  assert.isUndefined(follow("/r/d", "/t/../s/x"))
})

it("file URIs are paths, and nothing else is", () => {
  assert.strictEqual(FileUri.toPath("file:///a/b%20c%23"), "/a/b c#")
  assert.strictEqual(FileUri.toPath("file:///a/../b/"), "/b")
  assert.strictEqual(FileUri.toPath(FileUri.fromPath("/a/%41 ?#ü")), "/a/%41 ?#ü")
  for (const uri of ["https://x/a", "file://host/a", "file:///a%2Fb", "file:///a%00b", "/a", "", "file:///%"]) {
    assert.isUndefined(FileUri.toPath(uri), uri)
  }
})

it("MIME types go by the extension in any case", () => {
  assert.strictEqual(MimeType.ofName("/a/B.PNG"), "image/png")
  assert.isUndefined(MimeType.ofName("x.constructor"))
  assert.isUndefined(MimeType.ofName(".png"))
  assert.strictEqual(MimeType.ofContent("README", true), "text/plain")
  assert.strictEqual(MimeType.ofContent("README", false), "application/octet-stream")
})
