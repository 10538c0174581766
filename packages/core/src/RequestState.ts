/**
 * `RequestState` seals what a client carries from one round of a request to the next, and opens what it brings back.
 *
 * It is not the journal that is carried, which is any text: it makes sure that what comes back is ours, unchanged, recent, brought by
 * whoever it was given to, for the same request, and for the first time. All that a client sends here may be hostile (MRTR-9).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Aead from "effect/crypto/Aead"
import * as Digest from "effect/crypto/Digest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { KeyRing } from "./KeyRing.ts"
import { Ledger } from "./Ledger.ts"
import * as Logging from "./Logging.ts"
import type { Principal } from "./Principal.ts"
import * as Envelope from "./request-state/Envelope.ts"
import * as Payload from "./request-state/Payload.ts"
import * as CanonicalJson from "./schema/CanonicalJson.ts"
import * as Utf8 from "./schema/Utf8.ts"

/**
 * What a state is bound to: whoever opens it has to name the same (MRTR-12).
 *
 * @category models
 * @since 0.1.0
 */
export interface Binding {
  /** Its scopes do not count, as in `Principal.isSame`. */
  readonly principal: Principal
  readonly method: string
  /** What makes it this request and no other, as JSON. The order of keys does not matter. */
  readonly params: unknown
}

/**
 * A journal that came back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Opened {
  readonly journal: string
  /** Gives the state back, to be opened once more: for a retry whose client never saw the answer. It counts once. */
  readonly release: Effect.Effect<void>
}

/**
 * How long and how large states may be.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How long a state is good for. 1 hour by default. */
  readonly ttl?: Duration.Input | undefined
  /** The length of a state, in characters. 65,536 by default. */
  readonly maxSize?: number | undefined
  /** Which server a state is for, where several have one key ring and are not instances of one another. */
  readonly audience?: string | undefined
}

/**
 * A state was refused, or a journal is too large to be carried (`JournalTooLarge`). `reason` is for the log of the server; `message` is for
 * the client, and tells it nothing about why.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestStateError extends Schema.TaggedError<RequestStateError>()("RequestStateError", {
  reason: Schema.Literals([
    "JournalTooLarge",
    "TooLong",
    "Malformed",
    "UnknownKey",
    "Tampered",
    "OtherPrincipal",
    "OtherMethod",
    "OtherParams",
    "Expired",
    "Used"
  ])
}) {
  override get message(): string {
    return this.reason === "JournalTooLarge"
      ? "The state of the request is too large"
      : "requestState is not valid (any more); send the request again without it"
  }
}

/**
 * Seals and opens.
 *
 * @category services
 * @since 0.1.0
 */
export interface RequestState {
  /** Fails with `JournalTooLarge` alone. Two seals of one journal are two states, each of them good for one retry. */
  readonly seal: (journal: string, binding: Binding) => Effect.Effect<string, RequestStateError>
  /**
   * Uses the state up, unless it is refused: then it stays as it was. An interruption may come after that, so whoever means to release the state
   * opens it where there is none (`Effect.acquireUseRelease`).
   */
  readonly open: (state: string, binding: Binding) => Effect.Effect<Opened, RequestStateError>
}

/**
 * What seals and opens in the context. The default needs no configuration: keys and ledger are those of the context, and where there are
 * none, the process has its own.
 *
 * @category references
 * @since 0.1.0
 */
export const RequestState: Context.Reference<RequestState> = Context.Reference("@mcp-effect/core/RequestState", {
  defaultValue: () => Effect.runSync(make())
})

const tagLength = 16

/**
 * Makes the service. It keeps the `KeyRing` and the `Ledger` that it is made with; one that it is made without is the one of the caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(options: Options = {}): Effect.fn.Return<RequestState> {
  const ttl = Duration.toMillis(options.ttl ?? "1 hour")
  const maxSize = options.maxSize ?? 64 * 1024
  const audience = options.audience ?? ""
  const kept = Context.pick(KeyRing, Ledger)(yield* Effect.context<never>())
  const { aead, digest, random } = yield* cryptography
  const warn = occasionally()

  // JSON keeps the parts apart and tells a missing one from an empty one
  const ofPrincipal = ({ subject, issuer, clientId }: Principal) => JSON.stringify([subject, issuer, clientId])
  const ofMethod = (method: string) => JSON.stringify([audience, method])
  // of any size, so that only their digest is carried
  const ofParams = (params: unknown) =>
    digest.digest(Digest.sha256, Utf8.encode(CanonicalJson.stringify(params === undefined ? [] : [params])))

  const seal = Effect.fnUntraced(function*(journal: string, binding: Binding) {
    // a unit of UTF-16 is a byte at least
    if (journal.length > maxSize) return yield* refuse("JournalTooLarge")
    const key = yield* (yield* KeyRing).current
    const payload = Payload.encode({
      expiresAt: (yield* Clock.currentTimeMillis) + ttl,
      principal: ofPrincipal(binding.principal),
      method: ofMethod(binding.method),
      params: yield* ofParams(binding.params),
      journal
    })
    const header = Envelope.header(key.id)
    if (Envelope.textLength(header, payload.length + tagLength) > maxSize) return yield* refuse("JournalTooLarge")
    const nonce = yield* random.randomBytes(Envelope.nonceLength)
    const sealed = yield* Effect.orDie(aead.encrypt(key.aead, payload, { nonce, aad: header }))
    return Envelope.encode({ header, nonce, sealed })
  })

  const open = Effect.fnUntraced(function*(state: string, binding: Binding) {
    if (state.length > maxSize) return yield* refuse("TooLong")
    const envelope = Envelope.decode(state)
    if (envelope === undefined) return yield* refuse("Malformed")
    const { header, keyId, nonce, sealed } = envelope
    const key = yield* (yield* KeyRing).byId(keyId)
    const name = JSON.stringify(keyId)
    if (key === undefined) {
      yield* warn(`Refused a requestState of another instance, or from before a restart: there is no key ${name} here`)
      return yield* refuse("UnknownKey")
    }
    const tampered = Effect.andThen(
      warn(`Refused a requestState that was changed, or sealed with another secret of the name ${name}`),
      refuse("Tampered")
    )
    const payload = Payload.decode(
      yield* Effect.catch(
        aead.decrypt(key.aead, sealed, { nonce, aad: header }),
        (error) => error.reason._tag === "DecryptionFailed" ? tampered : Effect.die(error)
      )
    )
    if (payload.principal !== ofPrincipal(binding.principal)) return yield* refuse("OtherPrincipal")
    if (payload.method !== ofMethod(binding.method)) return yield* refuse("OtherMethod")
    if (!isSame(payload.params, yield* ofParams(binding.params))) return yield* refuse("OtherParams")
    if (payload.expiresAt <= (yield* Clock.currentTimeMillis)) return yield* refuse("Expired")
    const ledger = yield* Ledger
    // nobody without the key makes another state with this nonce, nor this state with another
    const id = Base64Url.encode(nonce)
    if (!(yield* ledger.use(id, payload.expiresAt))) return yield* refuse("Used")
    // once: a second one would give back what somebody else has taken since
    return { journal: payload.journal, release: yield* Effect.cached(ledger.release(id)) }
  })

  return {
    seal: (journal, binding) => Effect.provideContext(seal(journal, binding), kept),
    open: (state, binding) => Effect.provideContext(open(state, binding), kept)
  }
})

const cryptography = Effect.all({
  aead: Aead.Aead,
  digest: Digest.Digest,
  random: SecureRandom.SecureRandom
}).pipe(Effect.provide(
  Layer.mergeAll(Digest.layerWebCrypto, Layer.provideMerge(Aead.layerWebCrypto, SecureRandom.layerWebCrypto))
))

// What a server without a common key ring has to show for it. Anyone can send such a state, and it is not the client's business why it was
// refused: it is a line a minute at most, for the log of the server alone.
const occasionally = () => {
  let next = -Infinity
  return Effect.fnUntraced(function*(what: string) {
    const now = yield* Clock.currentTimeMillis
    if (now < next) return
    next = now + 60_000
    const loggers = yield* Logger.CurrentLoggers
    yield* Effect.logWarning(`${what}. All instances of a server need the same KeyRing`).pipe(Effect.provideService(
      Logger.CurrentLoggers,
      new Set([...loggers].filter((logger) => logger !== Logging.clientLogger))
    ))
  })
}

const refuse = (reason: RequestStateError["reason"]) => Effect.fail(new RequestStateError({ reason }))

// The seal has been checked: what is compared here no client has chosen, so the time it takes tells nothing.
const isSame = (self: Uint8Array, that: Uint8Array): boolean => self.every((byte, index) => byte === that[index])

/**
 * Provides the service with other limits.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<never> => Layer.effect(RequestState, make(options))
