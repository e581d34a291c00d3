/** Which URLs a connector may send audit events and tokens to. */

/** Why a URL is refused, and the URL as it may be printed: paths of webhooks are credentials too. */
export interface RefusedEndpoint {
  readonly problem: string;
  readonly shown: string;
}

/** Whether a host name of a URL is this machine and can be nothing else. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return host === "localhost" || host === "::1" || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

/** A URL, or what was meant to be one, up to its host. */
function withoutPath(value: string): string {
  const [, start = "", host = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)(.*)$/is.exec(value) ?? [];
  const shown = `${start}${host.replace(/^.*@/, "…@")}`;
  return rest === "" || rest === "/" ? shown : `${shown}/…`;
}

/**
 * Judges a URL of a configuration.
 *
 * @param allowPlainHttp Whether the configuration asks for http:// on loopback.
 */
export function judgeEndpoint(value: string, allowPlainHttp: boolean): URL | RefusedEndpoint {
  const url = URL.parse(value);
  if (url === null) return { problem: "it is no URL", shown: withoutPath(value) };
  const shown = withoutPath(`${url.protocol}//${url.host}${url.pathname}`);
  if (url.username !== "" || url.password !== "")
    return { problem: "it holds a user name or password, which belong into a secret", shown };
  if (url.protocol === "https:") return url;
  if (url.protocol !== "http:") return { problem: "it is not an https URL", shown };
  if (!isLoopbackHost(url.hostname))
    return { problem: "events and tokens would travel unencrypted", shown };
  if (!allowPlainHttp)
    return { problem: "plain http is taken on loopback only when asked for", shown };
  return url;
}
