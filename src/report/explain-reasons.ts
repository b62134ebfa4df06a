/**
 * What each reason of a verdict means and what to look at, for `explain`. Complete by its types.
 */
import type { Reason } from "../model/net/verdict.ts"

export const reasonMeanings: Readonly<Record<Reason, string>> = {
  DeniedByFilter:
    "A security group, network ACL or firewall rule decides against the packet. Look at the rule that the origin names; a stateless filter also judges the reply, on its ephemeral ports.",
  NoRoute: "No route of the table covers the destination. Look at the table that the origin names.",
  RouteBlackholed:
    "The most specific route points to something that is gone, and still wins: a broader route does not help. Repair the target or take the route out.",
  RouteDiscards: "The route that wins says to discard. It stands on purpose, or as a cloud's default for private space.",
  ComponentSilent:
    "A host, front end or gateway does not answer at all: the caller waits until its own timeout. Look at which zone it stands in.",
  ComponentRefusing: "The component answers every packet with a refusal: the caller fails fast.",
  NoListener:
    "The packet arrived, and nothing listens on that port: the caller is refused. Look at the port of the Service, the target port and what the container serves.",
  NoTarget:
    "A balancer or Service has no ready target behind it. For a Service kube-proxy refuses (fast); a balancer may be silent or answer with an error.",
  AnsweredByRule:
    "An application balancer's listener has a rule for the request that forwards it nowhere: a fixed answer, or the 404 of a request that no rule is for. Look at hosts and paths of the Ingress, in order of priority.",
  NoPublicAddress: "The packet leaves by an internet gateway without a public address to translate to: no reply can come back.",
  NotForwarding: "The packet was handed to a host that does not forward. A route names the wrong target.",
  SourceNotOwn:
    "The host forwards a packet whose source is not its own, and the cloud's source check drops it. Switch the source/destination check off on an appliance.",
  AddressUnowned: "The packet reached the right network, and nobody there has the address: a pod that is gone, a stale endpoint.",
  NeighbourUnreachable: "The next hop of a route is not on this segment.",
  PortsExhausted:
    "Address translation has no source port left toward this destination. Spread over more public addresses, or reuse connections.",
  ProtocolNotCarried: "The component does not carry that protocol.",
  SessionUnknown:
    "A reply, or the middle of a session, met a stateful component that does not know the session: it took another way, or memory was lost.",
  ReplyStrayed:
    "The request arrived, but the reply left by another way and was not recognised. Half of the real outages fail only on the way back.",
  LoopFound: "Routes hand the packet round in a circle.",
  NameWithoutAnswer: "The DNS name has no address to give.",
  GateClosed: "The gateway does not admit the packet at all: its own admission, before any route.",
  PacketsLost:
    "A link between zones loses some of what it carries: most attempts come through, no check fails, and nothing automatic will act. Keep calls within their zone, or shift the zone away."
}
