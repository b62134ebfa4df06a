/**
 * Rules of a listener that reads requests: the first whose host and path match decides where a request goes, or what it is answered
 * at once. A request of which nothing is known asks for `/`. A prefix ends at a `/`: `/data` holds `/data/1`, not `/database`.
 * Source: Kubernetes Ingress, path types; Application Load Balancer user guide, rule evaluation order.
 */
import type { Listener, ListenerRule, Request } from "./fabric.ts"

export const ruleFor = (listener: Listener, request: Request | undefined): ListenerRule | undefined =>
  listener.rules?.find((rule) => matches(rule, request?.host, request?.path ?? "/"))

const matches = (rule: ListenerRule, host: string | undefined, path: string): boolean =>
  (rule.host === undefined || rule.host === host) &&
  (rule.exact ? path === rule.path : rule.path === "/" || path === rule.path || path.startsWith(`${withoutSlash(rule.path)}/`))

const withoutSlash = (path: string): string => (path.endsWith("/") ? path.slice(0, -1) : path)

/** Redirects and what else is no error is an answer. Source: RFC 9110, status codes. */
const firstErrorStatus = 400

export const isAnswered = (status: number): boolean => status < firstErrorStatus
