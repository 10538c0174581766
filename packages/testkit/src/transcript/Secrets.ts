/**
 * `Secrets` are the values that were found to be secret, and the names that stand for them.
 *
 * They are not written anywhere, and last as long as a recording.
 *
 * @since 0.1.0
 */

// What is shorter, in UTF-16 units, is looked for elsewhere only where it stands in quotes: a transcript without any `1` says little.
const minLength = 4

// The names of members are the words of the protocol, too: what is shorter, in UTF-16 units, is not looked for in them.
const minLengthInNames = 8

// How many secrets are looked for in other texts. Each of them has a name, however many there are.
const maxKnown = 1000

/**
 * The secrets of one recording.
 *
 * @category models
 * @since 0.1.0
 */
export class Secrets {
  readonly #patterns: ReadonlyArray<RegExp>
  readonly #names = new Map<string, string>()
  readonly #known = new Set<string>()
  // as they stand in texts, the longest first, so that no part of one is taken for another
  #forms: Array<readonly [form: string, name: string]> = []
  #number = 0

  /** The secrets of `known` have their names already. */
  constructor(patterns: ReadonlyArray<RegExp>, known: Readonly<Record<string, unknown>>) {
    this.#patterns = patterns.map((pattern) =>
      new RegExp(pattern, pattern.global ? pattern.flags : `${pattern.flags}g`)
    )
    for (const [name, secret] of Object.entries(known)) {
      this.#names.set(String(secret), name)
      this.#keep(name)
      this.learn(String(secret))
    }
  }

  /** Takes a secret, which is looked for everywhere from now on. */
  learn(secret: string): void {
    if (secret === "" || isName(secret) || this.#known.has(secret) || this.#known.size >= maxKnown) return
    this.#known.add(secret)
    const name = this.nameOf(secret)
    this.#forms.push(...formsOf(secret, name))
    this.#forms.sort(([a], [b]) => b.length - a.length)
  }

  /** Takes the secrets that a text has by their shape. A word of ordinary language is one in its place alone. */
  learnFrom(text: string): void {
    this.#keep(text)
    for (const pattern of this.#patterns) {
      for (const match of text.matchAll(pattern)) {
        const secret = match[1] ?? match[0]
        if (secret.length >= 16 || (secret.length >= minLength && /\d/.test(secret))) this.learn(secret)
      }
    }
  }

  /** What stands for a secret. */
  nameOf(secret: string): string {
    if (secret === "" || isName(secret)) return secret
    const known = this.#names.get(secret)
    if (known !== undefined) return known
    const name = `«redacted:${++this.#number}»`
    this.#names.set(secret, name)
    return name
  }

  // A name that is said already stands for nothing else.
  #keep(text: string): void {
    for (const [, number] of text.matchAll(/«redacted:(\d{1,9})»/g)) {
      this.#number = Math.max(this.#number, Number(number))
    }
  }

  /** A text without the secrets in it. */
  hide(text: string): string {
    let hidden = text
    for (const [form, name] of this.#forms) {
      if (hidden.includes(form)) {
        hidden = hidden.replaceAll(form, () => name)
      }
    }
    for (const pattern of this.#patterns) {
      hidden = hidden.replace(pattern, (whole: string, ...found: ReadonlyArray<unknown>) => {
        const secret = typeof found[0] === "string" ? found[0] : whole
        return whole.replace(secret, () => this.nameOf(secret))
      })
    }
    return hidden
  }

  /** The name of a member without the secrets in it. */
  hideInName(name: string): string {
    let hidden = name
    for (const [form, secret] of this.#forms) {
      if (form.length >= minLengthInNames && hidden.includes(form)) hidden = hidden.replaceAll(form, () => secret)
    }
    return hidden
  }
}

const isName = (text: string): boolean => /^«redacted:\d+»$/.test(text)

// As it is, inside JSON inside JSON, inside a URL, and in base64.
const formsOf = (secret: string, name: string): ReadonlyArray<readonly [form: string, name: string]> => {
  const once = JSON.stringify(secret).slice(1, -1)
  const twice = JSON.stringify(once).slice(1, -1)
  if (secret.length < minLength) {
    return [[`"${once}"`, `"${name}"`], [`\\"${twice}\\"`, `\\"${name}\\"`]]
  }
  const thrice = JSON.stringify(twice).slice(1, -1)
  const inUrl = secret.isWellFormed() ? encodeURIComponent(secret) : secret
  const bytes = Buffer.from(secret, "utf8")
  const inBase64 = [bytes.toString("base64"), bytes.toString("base64url")]
  const forms = new Set([secret, once, twice, thrice, inUrl, inUrl.replaceAll("%20", "+"), ...inBase64])
  return [...forms].map((form) => [form, name])
}
