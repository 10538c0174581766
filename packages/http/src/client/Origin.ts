/**
 * The `Origin` is where all requests of one transport go, and the only place: it sends a request and follows redirects, but never to another
 * origin.
 *
 * It knows no messages, and it does not look at replies.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
 *
 * @since 0.1.0
 */
import type * as TransportError from "@mcp-effect/core/TransportError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as Failure from "./Failure.ts"

/**
 * Headers that go with each request; what is secret is `Redacted`.
 *
 * @category models
 * @since 0.1.0
 */
export type GivenHeaders = { readonly [name: string]: string | Redacted.Redacted }

/**
 * Headers that go with each request, or what makes them anew for each one.
 *
 * @category models
 * @since 0.1.0
 */
export type HeadersInput = GivenHeaders | Effect.Effect<GivenHeaders, TransportError.TransportError>

type OwnHeaders = { readonly [name: string]: string }

type Send<A> = Effect.Effect<A, TransportError.TransportError>

const maxRedirects = 5

/**
 * An origin.
 *
 * @category models
 * @since 0.1.0
 */
export class Origin {
  readonly url: URL
  readonly #client: HttpClient.HttpClient
  readonly #given: Send<OwnHeaders>
  readonly #isStatic: OwnHeaders | undefined
  readonly #quiet: Context.Context<never>
  readonly #traced: Context.Context<never>
  // names of headers whose values are in no trace
  readonly #redacted: Array<string | RegExp>

  constructor(client: HttpClient.HttpClient, url: URL, headers: HeadersInput, context: Context.Context<never>) {
    this.url = url
    this.#client = client
    this.#isStatic = Effect.isEffect(headers) ? undefined : reveal(headers)
    this.#redacted = [...Context.get(context, Headers.CurrentRedactedNames), "mcp-session-id"]
    if (!Effect.isEffect(headers)) this.#redact(headers)
    this.#given = Effect.isEffect(headers)
      ? Effect.flatMap(headers, (given) => {
        this.#redact(given)
        return checked(reveal(given))
      })
      : checked(reveal(headers))
    // a redirect that the platform follows by itself may lead anywhere
    const init = Context.getOption(context, FetchHttpClient.RequestInit)
    this.#traced = Context.make(FetchHttpClient.RequestInit, {
      ...(Option.isSome(init) ? init.value : undefined),
      redirect: "manual"
    }).pipe(
      Context.add(Headers.CurrentRedactedNames, this.#redacted),
      // the session of a server of HTTP+SSE is in its URL, and other keys may be
      Context.add(UrlParams.CurrentRedactedNames, [/^/])
    )
    this.#quiet = Context.add(this.#traced, HttpClient.TracerDisabledWhen, always)
  }

  #redact(headers: GivenHeaders): void {
    for (const name of Object.keys(headers)) {
      const lower = name.toLowerCase()
      if (!this.#redacted.includes(lower)) this.#redacted.push(lower)
    }
  }

  /** Whether the headers that were given, unless they are made anew for each request, can be sent at all. */
  get check(): Send<unknown> {
    return this.#isStatic === undefined ? Effect.void : checked(this.#isStatic)
  }

  /** The URL that a text stands for, if it is one of this origin. */
  resolve(reference: string, base: URL): URL | undefined {
    const url = Result.try(() => new URL(reference, base))
    if (Result.isFailure(url)) return undefined
    const { origin, password, username } = url.success
    return origin === this.url.origin && username === "" && password === "" ? url.success : undefined
  }

  /** Sends a request. Whoever takes the reply reads its body or releases it. */
  send(
    method: "POST" | "GET" | "DELETE",
    own: OwnHeaders,
    body?: string,
    url: URL = this.url
  ): Send<HttpClientResponse.HttpClientResponse> {
    const given = this.#isStatic
    return given === undefined
      ? Effect.flatMap(this.#given, (given) => this.#execute(method, url, { ...given, ...own }, body, 0))
      : this.#execute(method, url, { ...given, ...own }, body, 0)
  }

  #execute(
    method: string,
    url: URL,
    headers: OwnHeaders,
    body: string | undefined,
    redirects: number
  ): Send<HttpClientResponse.HttpClientResponse> {
    return Effect.flatMap(this.#executeOnce(method, url, headers, body), (response) => {
      const { status } = response
      if (status === 0) return refusedRedirect(response, "the platform does not say where to")
      const location = status > 300 && status < 400 ? response.headers["location"] : undefined
      if (location === undefined) return Effect.succeed(response)
      // the others make a GET of what was another method
      if (method !== "GET" && status !== 307 && status !== 308) return refusedRedirect(response, "with another method")
      if (redirects === maxRedirects) return refusedRedirect(response, `more than ${maxRedirects} times`)
      const target = this.resolve(location, url)
      return target === undefined
        ? refusedRedirect(response, "to another origin")
        : Effect.andThen(release(response), this.#execute(method, target, headers, body, redirects + 1))
    })
  }

  #executeOnce(
    method: string,
    url: URL,
    headers: OwnHeaders,
    body: string | undefined
  ): Send<HttpClientResponse.HttpClientResponse> {
    const request = HttpClientRequest.makeWith(
      method,
      url.href,
      UrlParams.empty,
      Option.none(),
      Headers.fromRecordUnsafe({ ...headers }),
      body === undefined ? HttpBody.empty : HttpBody.raw(body)
    )
    const executed: Send<HttpClientResponse.HttpClientResponse> = Effect.catch(
      this.#client.execute(request),
      (error) => responseOf(error, url.host)
    )
    return Effect.updateContext(executed, (context: Context.Context<never>) =>
      // spans that nobody collects cost as much as the rest of it
      Context.merge(
        context,
        Context.get(context, Tracer.Tracer) === Tracer.nativeTracer ? this.#quiet : this.#traced
      ))
  }
}

const always = () => true

const reveal = (given: GivenHeaders): OwnHeaders => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    headers[name.toLowerCase()] = Redacted.isRedacted(value) ? Redacted.value(value) : value
  }
  return headers
}

const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i

/**
 * Headers that can be sent as they are; the error names the one that cannot, and never its value.
 *
 * @category guards
 * @since 0.1.0
 */
export const checked = (headers: OwnHeaders): Send<OwnHeaders> => {
  for (const name in headers) {
    if (!token.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(headers[name]!)) {
      return Failure.unreachable(`the header ${JSON.stringify(name)} cannot be sent`)
    }
  }
  return Effect.succeed(headers)
}

// A client that takes some statuses for failures has the reply all the same.
const responseOf = (
  error: HttpClientError.HttpClientError,
  host: string
): Send<HttpClientResponse.HttpClientResponse> =>
  error.reason._tag === "StatusCodeError" ? Effect.succeed(error.reason.response) : Failure.ofClientError(error, host)

const refusedRedirect = (response: HttpClientResponse.HttpClientResponse, why: string): Send<never> =>
  Effect.andThen(release(response), Failure.refused(response.status, `The server redirects, ${why}`))

/**
 * Gives up a reply whose body nobody reads.
 *
 * @category combinators
 * @since 0.1.0
 */
export const release = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> =>
  Effect.ignoreCause(Effect.scoped(Stream.toPull(response.stream)))
