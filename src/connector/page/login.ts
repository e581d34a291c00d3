/** The page that asks for the token. */
import { html, type Markup, NOTHING } from "../../dashboard/html/markup.ts";
import { renderDocument } from "./document.ts";

/** A path of this server to go to after the login; the first page for anything else. */
export function safePath(text: string | null): string {
  return text !== null && /^\/(?![/\\])[\x21-\x7e]{0,2000}$/.test(text) ? text : "/";
}

/** @param problem Why the login before failed. */
export function renderLogin(to: string, problem?: string): string {
  const wrong: Markup =
    problem === undefined ? NOTHING : html`<p class="problem" role="alert">${problem}</p>`;
  return renderDocument({
    title: "Log in",
    place: "claude-siem",
    links: [],
    footer: NOTHING,
    main: html`<section class="card login"><h1>Log in</h1>${wrong}<form method="post" action="/login"><input type="hidden" name="to" value="${to}"><label>Token of this connector<input type="password" name="given" required autocomplete="current-password"></label><button>Log in</button></form></section>`,
  });
}
