/**
 * Media types in request headers: what a client accepts, and what its body is.
 *
 * It is not content negotiation: the protocol has two types, and both are wanted or a request is refused (HTTP-8 to HTTP-10).
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9110#name-accept
 *
 * @since 0.1.0
 */

/**
 * Whether an `Accept` header allows a type, itself or by a wildcard; the nearer of two ranges counts. Without the header, everything is
 * allowed.
 *
 * @category guards
 * @since 0.1.0
 */
export const accepts = (accept: string | undefined, type: string): boolean => {
  if (accept === undefined) return true
  const ranges = ["*/*", `${type.slice(0, type.indexOf("/"))}/*`, type]
  let nearest = -1
  let isAllowed = false
  for (const range of accept.split(",")) {
    const [name, ...parameters] = range.split(";")
    const nearness = ranges.indexOf(name!.trim().toLowerCase())
    if (nearness === -1 || nearness < nearest) continue
    isAllowed = !parameters.some(isZeroWeight) || (nearness === nearest && isAllowed)
    nearest = nearness
  }
  return isAllowed
}

/**
 * Whether an `Accept` header names a type itself, as programs that want it do and pages that embed anything do not.
 *
 * @category guards
 * @since 0.1.0
 */
export const names = (accept: string | undefined, type: string): boolean =>
  accept?.split(",").some((range) => range.split(";", 1)[0]!.trim().toLowerCase() === type) === true

const isZeroWeight = (parameter: string): boolean => /^\s*q\s*=\s*0(\.0*)?\s*$/i.test(parameter)

/**
 * Whether a `Content-Type` header says JSON in UTF-8, the only encoding there is (BASE-23).
 *
 * @category guards
 * @since 0.1.0
 */
export const isJson = (contentType: string | undefined): boolean =>
  contentType === "application/json" ||
  (contentType !== undefined && /^\s*application\/json\s*(;\s*(charset\s*=\s*"?utf-?8"?\s*)?)*$/i.test(contentType))
