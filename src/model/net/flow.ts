/**
 * A flow: who speaks to whom, on which protocol and ports. Ports a caller leaves open are ranges, not numbers.
 * Not modelled yet: IPv6 and packet sizes.
 */

/** A dotted IPv4 address in its canonical text, `192.168.0.94`. */
export type Address = string

/** IANA protocol by name; `other` carries a protocol number that no rule names. */
export type Protocol = "tcp" | "udp" | "icmp" | "other"

/** Inclusive range of ports, 0–65535. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

export interface Flow {
  readonly protocol: Protocol
  readonly source: Address
  readonly destination: Address
  readonly sourcePorts: PortRange
  readonly destinationPorts: PortRange
}

/** What an ordinary Linux client opens its connections from. Source: Linux ip-sysctl net.ipv4.ip_local_port_range. */
export const ephemeralPorts: PortRange = { from: 32_768, to: 60_999 }

export const anyPort: PortRange = { from: 0, to: 65_535 }
