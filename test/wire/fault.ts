/** What goes wrong between a connector and an HTTP receiver. */

/**
 * `refused`: nothing listens. `reset-unread`: the connection breaks before the receiver took anything.
 * `reset-stored`: the receiver took all, then the connection breaks before its answer. `hang-stored`: it
 * took all and never answers. `trickle`: the answer comes one byte a second. `page`: a proxy's login page
 * with status 200. `truncated`: the answer ends before its length. `flood`: an answer without end.
 */
export type WireFault =
  | { readonly kind: "refused" }
  | { readonly kind: "reset-unread" }
  | { readonly kind: "reset-stored" }
  | { readonly kind: "reset-mid-answer" }
  | { readonly kind: "hang" }
  | { readonly kind: "hang-stored" }
  | { readonly kind: "trickle" }
  | { readonly kind: "page" }
  | { readonly kind: "empty" }
  | { readonly kind: "truncated" }
  | { readonly kind: "flood" }
  | { readonly kind: "redirect" }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string };

export type WireFaultKind = WireFault["kind"];

/** A fault as a word for the name of a test. */
export function nameFault(fault: WireFault): string {
  if (fault.kind !== "status") return fault.kind;
  const { status, retryAfter } = fault;
  return retryAfter === undefined
    ? `status ${status}`
    : `status ${status}, Retry-After ${retryAfter}`;
}
