/**
 * The one order of text in this house: by UTF-16 code unit, the same on every machine and in every locale.
 * Not modelled: any human collation; that belongs to whoever shows the text.
 */

/** Code-unit order. Never ties on two different texts. */
export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Sorted keys of a map or record-like iterable of keys. A copy. */
export const sortedKeys = (keys: Iterable<string>): Array<string> => [...keys].sort(compareText)

/** Values of a map in the order of their keys. */
export const sortedValues = <V>(map: ReadonlyMap<string, V>): Array<V> => sortedKeys(map.keys()).map((key) => map.get(key) as V)
