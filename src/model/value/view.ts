/**
 * The read-only face of the world: everything deep is readonly. Deciders, analysis and screens hold a `View`;
 * only `evolve` holds the thing itself.
 */

/** Deep readonly: maps, sets, arrays and records alike. */
export type View<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, View<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<View<V>>
      : T extends ReadonlyArray<infer V>
        ? ReadonlyArray<View<V>>
        : T extends object
          ? { readonly [K in keyof T]: View<T[K]> }
          : T
