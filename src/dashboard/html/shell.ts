/**
 * A page that needs nothing else: no network, no external file, and no script but those that it names.
 * A content security policy forbids the rest, so that even a text that slipped through could do nothing.
 */
import { createHash } from "node:crypto";
import { html, type Markup, NOTHING } from "./markup.ts";

export interface ShellOptions {
  readonly title: string;
  readonly style: string;
  /** A script that runs when the body is there. */
  readonly script?: string;
  readonly body: Markup;
}

function source(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** The policy that allows the style and the script, by their hashes, and nothing else. */
export function pagePolicy(style: string, script?: string): string {
  const scripts = script === undefined ? "" : `script-src ${source(script)}; `;
  return `default-src 'none'; style-src ${source(style)}; ${scripts}base-uri 'none'; form-action 'none'`;
}

/** The whole document. */
export function renderShell({ title, style, script, body }: ShellOptions): string {
  const last = script === undefined ? NOTHING : html`<script>${{ markup: script }}</script>\n`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
${body}
${last}</body>
</html>
`.markup;
}
