/** How a cloud says that it launches nothing: its code first, with `{names}` for what the limit is about. */
export interface LaunchWords {
  readonly frozen: string
  /** `{type}`, `{zone}`. */
  readonly capacity: string
  /** `{subnet}`, `{cidr}`, `{asked}` addresses. */
  readonly addresses: string
  /** Blocks of the pods' range. */
  readonly blocks: string
  /** `{limit}`, `{used}` and `{more}` vCPUs. */
  readonly cpus: string
  /** Network interfaces. */
  readonly interfaces: string
}

/** A text with its names filled in. */
export const worded = (text: string, values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, String(value)), text)
