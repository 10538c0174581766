/**
 * What the compiler knows of a URI template: the names and values of its variables, and slips of the pen.
 */
import type * as UriTemplate from "../src/UriTemplate.ts"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <const _Equal extends true>(): void => undefined

// the names of the variables, with every operator and modifier
same<Equals<UriTemplate.Variables<"repo://{owner}/{name}">, "owner" | "name">>()
same<
  Equals<UriTemplate.Variables<"x{+a}{#b}{.c}{/d*}{;e:3}{?f,g*}{&h}">, "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h">
>()
same<Equals<UriTemplate.Variables<"{a.b}/{c_d}">, "a.b" | "c_d">>()
same<Equals<UriTemplate.Variables<"no/variables">, never>>()
same<Equals<UriTemplate.Variables<string>, string>>()
// many of them are no burden
type Twenty = "{a0}/{a1}/{a2}/{a3}/{a4}/{a5}/{a6}/{a7}/{a8}/{a9}/{b0}/{b1}/{b2}/{b3}/{b4}/{b5}/{b6}/{b7}/{b8}/{b9}"
type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
same<Equals<UriTemplate.Variables<`${Twenty}{?c,d,e,f}`>, `${"a" | "b"}${Digit}` | "c" | "d" | "e" | "f">>()

// the values: a list where the variable explodes, each may be absent
same<
  Equals<
    UriTemplate.ValuesOf<"repo://{owner}{/path*}{?state:3}">,
    { readonly owner?: string; readonly path?: ReadonlyArray<string>; readonly state?: string }
  >
>()
same<Equals<UriTemplate.ValuesOf<string>, UriTemplate.Values>>()

// a parameter that accepts templates only, with an error that says what is wrong
declare const accept: <const Template extends string>(
  template: UriTemplate.Checked<Template>
) => UriTemplate.Variables<Template>

const names: "owner" | "name" | "path" = accept("repo://{owner}/{name}{/path*}")
const known: string = accept("x/{a}" as string)
export { known, names }

same<Equals<UriTemplate.Checked<"x/{a}{?b}">, "x/{a}{?b}">>()
same<Equals<UriTemplate.Checked<"x/{a">, "A \"{\" without \"}\" in: {a">>()
same<Equals<UriTemplate.Checked<"x/{a}/b}">, "A \"}\" without \"{\" in: /b}">>()
same<Equals<UriTemplate.Checked<"x/{}">, "An expression without variables: {}">>()
same<Equals<UriTemplate.Checked<"x/{a}{?}">, "An expression without variables: {?}">>()
same<Equals<UriTemplate.Checked<"x/{a b}">, "A space in: {a b}">>()
same<Equals<UriTemplate.Checked<"x/{=a}">, "Not an operator of RFC 6570 in: {=a}">>()
same<Equals<UriTemplate.Checked<"x/{a}{b}/c">, "Nothing tells where {a} ends and {b}/c begins">>()
// @ts-expect-error "Nothing tells where {a} ends and {b} begins"
accept("{a}{b}")
// @ts-expect-error 'A "{" without "}" in: {a'
accept("file:///{a")
