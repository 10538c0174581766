/**
 * One text for one JSON value: whatever order the keys of its objects came in, equal values have equal texts. Digests are taken of it.
 *
 * It is not how messages are written: those keep the order of their author. It differs from `JSON.stringify` in the order of keys and in
 * that it asks no value for a `toJSON`: what came in a message has none.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc8785
 *
 * @since 0.1.0
 */

/**
 * The text of a JSON value, without white space, keys in the order of their UTF-16 units. Members that are `undefined` are left out and
 * numbers that are not finite are `null`, as in `JSON.stringify`. Only own members count, `__proto__` as any other. It is as deep in calls as
 * the value is in levels, which the transports limit (`limits.maxDepth`).
 *
 * @category converting
 * @since 0.1.0
 */
export const stringify = (json: unknown): string => {
  if (typeof json !== "object" || json === null) return JSON.stringify(json) ?? "null"
  // a small text can hold millions of values, of which each on its own would keep others waiting
  if (Array.isArray(json)) return json.every(isFlat) ? JSON.stringify(json) : `[${json.map(stringify).join(",")}]`
  // whatever is not an array holds its members by name
  const object = json as { readonly [key: string]: unknown }
  let members = ""
  for (const key of Object.keys(object).sort()) {
    const value = object[key]
    if (value !== undefined) members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${stringify(value)}`
  }
  return `{${members}}`
}

const isFlat = (json: unknown): boolean => typeof json !== "object" || json === null
