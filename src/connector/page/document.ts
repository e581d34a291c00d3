/** Every page of the connector: the frame around its content, and the policy that keeps it to itself. */
import { createHash } from "node:crypto";
import { html, type Markup, NOTHING } from "../../dashboard/html/markup.ts";
import { PAGE_STYLE } from "../../dashboard/html/style.ts";
import { LIVE_SCRIPT } from "./script.ts";
import { FRAME_STYLE } from "./style.ts";

const STYLE = `${PAGE_STYLE}${FRAME_STYLE}`;

function source(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/**
 * Allows the one style and the one script by their hashes, requests and forms to this server, and
 * nothing else. No other page may show this one in a frame.
 */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  `style-src ${source(STYLE)}`,
  `script-src ${source(LIVE_SCRIPT)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

export interface FrameOptions {
  readonly title: string;
  /** Name of the deployment, or of the product. */
  readonly place: string;
  /** Pages to go to, the current one among them. */
  readonly links: readonly PageLink[];
  /** What the page shows now; the script asks for the page again when the server has another. */
  readonly version?: string;
  /** Carried by the form to log out; absent where nobody logs in. */
  readonly formToken?: string;
  readonly main: Markup;
  readonly footer: Markup;
}

export interface PageLink {
  readonly path: string;
  readonly title: string;
  readonly isCurrent: boolean;
}

function drawLink({ path, title, isCurrent }: PageLink): Markup {
  return isCurrent
    ? html`<li><a href="${path}" aria-current="page">${title}</a></li>`
    : html`<li><a href="${path}">${title}</a></li>`;
}

function drawLogOut(formToken: string | undefined): Markup {
  if (formToken === undefined) return NOTHING;
  return html`<form method="post" action="/logout"><input type="hidden" name="token" value="${formToken}"><button class="quiet">Log out</button></form>`;
}

/** The whole document. */
export function renderDocument(options: FrameOptions): string {
  const { title, place, links, version, formToken, main, footer } = options;
  const live = version === undefined ? NOTHING : html` data-version="${version}"`;
  const navigation =
    links.length === 0
      ? NOTHING
      : html`<nav aria-label="Pages"><ul>${links.map(drawLink)}</ul>${drawLogOut(formToken)}</nav>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${place}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body${live}>
<div class="top" role="banner"><span class="place">${place}</span>${navigation}</div>
<p id="live" role="status" hidden></p>
<main>${main}</main>
<footer>${footer}</footer>
<script>${{ markup: LIVE_SCRIPT }}</script>
</body>
</html>
`.markup;
}
