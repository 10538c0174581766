/**
 * The URL that a server wants to send the user to, taken apart for the question whether to go there.
 *
 * It opens nothing and fetches nothing (ELIC-35).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#safe-url-handling
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * What makes a URL look like another: letters outside ASCII in its host (which may look like others), a name or password before its host, a number
 * in place of a host (ELIC-37).
 *
 * @category models
 * @since 0.1.0
 */
export type Suspicion = "punycode" | "userinfo" | "address"

/**
 * Where a URL leads.
 *
 * @category models
 * @since 0.1.0
 */
export interface ElicitationUrl {
  /** The whole URL in the form in which it is opened: to show it before, in full (ELIC-36). */
  readonly url: string
  /** With its port, if that is not the usual one: to highlight it (ELIC-37). */
  readonly host: string
  readonly suspicions: ReadonlyArray<Suspicion>
}

/** As much of a WHATWG URL as is looked at, whose type is not among those of the language. */
interface Parsed {
  readonly href: string
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly username: string
  readonly password: string
}

const parsed: (text: string) => Option.Option<Parsed> = Schema.decodeOption(Schema.URLFromString)

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
  /^127(?:\.\d+){3}$/.test(hostname)

/**
 * Takes a URL apart. None if nobody is to be sent there: what is neither `https:` nor, on this machine or where `allowsHttp`, `http:` (ELIC-34).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (text: string, allowsHttp: boolean): Option.Option<ElicitationUrl> =>
  Option.flatMap(parsed(text), ({ host, hostname, href, password, protocol, username }) => {
    const isAllowed = protocol === "https:" || (protocol === "http:" && (allowsHttp || isLoopback(hostname)))
    if (!isAllowed) return Option.none()
    const suspicions: Array<Suspicion> = []
    if (hostname.split(".").some((label) => label.startsWith("xn--"))) suspicions.push("punycode")
    if (username !== "" || password !== "") suspicions.push("userinfo")
    if (!isLoopback(hostname) && /^\[|^\d+(?:\.\d+){3}$/.test(hostname)) suspicions.push("address")
    return Option.some({ url: href, host, suspicions })
  })
