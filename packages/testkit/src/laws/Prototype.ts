/**
 * The `Prototype` of all objects, as it was before anything was tried.
 *
 * It does not look after members that were there and have changed, nor after other prototypes.
 *
 * @since 0.1.0
 */

const own: ReadonlySet<string | symbol> = new Set(Reflect.ownKeys(Object.prototype))

/**
 * Takes away again what was added to it, so that what one case spoils is not there in the next. Gives the names.
 *
 * @category running
 * @since 0.1.0
 */
export const restore = (): ReadonlyArray<string> => {
  const added = Reflect.ownKeys(Object.prototype).filter((name) => !own.has(name))
  for (const name of added) Reflect.deleteProperty(Object.prototype, name)
  return added.map(String)
}
