/** The pages by their paths. */
import { html, type Markup } from "../../dashboard/html/markup.ts";
import type { Dashboard } from "../../dashboard/ir.ts";
import { uuidOf } from "../alert-state/change-id.ts";
import { parseChange } from "../alert-state/form.ts";
import { type AlertView, type Attempt, drawAlertView, readAlert } from "./alert.ts";
import { drawAlertPage } from "./alert-list.ts";
import { isAlertId } from "./alert-store.ts";
import {
  type Drawn,
  dashboardVersion,
  drawDashboardPage,
  knownParameters,
  subjectLink,
} from "./dashboard.ts";
import { type PageLink, renderDocument } from "./document.ts";
import { drawOverview, overviewVersion, readFound } from "./overview.ts";
import type { PageStore } from "./page-store.ts";
import { drawRowEvents } from "./row-events.ts";
import type { PageWorld } from "./world.ts";

/** A page with the status of its answer. */
export interface PageAnswer {
  readonly status: number;
  readonly body: string;
}

/** What of the request a page is drawn with. */
export interface Visitor {
  readonly formToken: string;
  /** Whether people log in here, and may log out. */
  readonly isLoggedIn: boolean;
}

type Place =
  | { readonly kind: "overview" }
  | { readonly kind: "alerts" }
  | { readonly kind: "alert"; readonly alertId: string }
  | { readonly kind: "dashboard"; readonly dashboard: Dashboard }
  | { readonly kind: "events"; readonly dashboard: Dashboard };

const footer: Markup = html`<a href="/metrics">metrics</a> · <a href="/status.json">status.json</a> · <a href="/ready">ready</a> · <a href="/health">health</a>`;

const noStore = html`<p class="problem">No sink of kind embedded runs in this connector: there are no events to look at here.</p>`;

function drawProblem(title: string, reason: string): Markup {
  return html`<header><h1>${title}</h1></header><p class="problem">${reason}</p>`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
}

export class Pages {
  readonly #world: PageWorld;

  constructor(world: PageWorld) {
    this.#world = world;
  }

  #placeOf(path: string): Place | undefined {
    if (path === "/") return { kind: "overview" };
    if (path === "/alerts") return { kind: "alerts" };
    const [, room, name = "", rest, more] = path.split("/");
    if (more !== undefined) return undefined;
    if (room === "alerts" && rest === undefined)
      return isAlertId(name) ? { kind: "alert", alertId: name } : undefined;
    if (room !== "dashboards") return undefined;
    const dashboard = this.#world.dashboards.find((one) => one.name === name);
    if (dashboard === undefined) return undefined;
    if (rest === undefined) return { kind: "dashboard", dashboard };
    return rest === "events" ? { kind: "events", dashboard } : undefined;
  }

  #links(path: string): readonly PageLink[] {
    const link = (to: string, title: string): PageLink => ({
      path: to,
      title,
      isCurrent: path === to,
    });
    return [
      link("/", "Overview"),
      link("/alerts", "Alerts"),
      ...this.#world.dashboards.map(({ name, title }) => link(`/dashboards/${name}`, title)),
    ];
  }

  /** The frame around the content of a page. */
  frame(
    path: string,
    title: string,
    main: Markup,
    { formToken, isLoggedIn }: Visitor,
    version?: string,
  ): string {
    return renderDocument({
      title,
      place: this.#world.status().deployment ?? "claude-siem",
      links: this.#links(path),
      main,
      footer,
      ...(version !== undefined && { version }),
      ...(isLoggedIn && { formToken }),
    });
  }

  /** What a page, by its path and query, would show now; `undefined` where nothing changes by itself. */
  async versionOf(page: string): Promise<string | undefined> {
    const [path = "", query = ""] = page.split("?", 2);
    const searchParams = new URLSearchParams(query);
    const place = this.#placeOf(path);
    const world = this.#world;
    if (place?.kind === "overview") return overviewVersion(world);
    const store = world.store();
    if (place === undefined || store === undefined) return undefined;
    switch (place.kind) {
      case "dashboard":
        return dashboardVersion(world, store, place.dashboard, searchParams);
      case "alerts":
        return `${store.alertsTold()}.${world.book.version}`;
      case "alert":
        return this.#alertVersion(store, place.alertId);
      case "events":
        return undefined;
    }
  }

  /** Only what people do changes an alert; their changes are in the book at once. */
  #alertVersion(store: PageStore, alertId: string): string {
    const { book } = this.#world;
    return `${store.name}.${book.state(alertId)}.${book.history(alertId).length}`;
  }

  /** The page of a path; `undefined` when there is none. */
  async get(
    path: string,
    parameters: URLSearchParams,
    visitor: Visitor,
  ): Promise<PageAnswer | undefined> {
    const place = this.#placeOf(path);
    if (place === undefined) return undefined;
    if (place.kind === "overview") return this.#overview(visitor);
    const store = this.#world.store();
    if (store === undefined)
      return { status: 404, body: this.frame(path, "No store", noStore, visitor) };
    try {
      return await this.#draw(place, path, store, parameters, visitor);
    } catch (cause) {
      const main = drawProblem("The store cannot be read at the moment", reasonOf(cause));
      return { status: 503, body: this.frame(path, "No answer", main, visitor) };
    }
  }

  async #overview(visitor: Visitor): Promise<PageAnswer> {
    const version = overviewVersion(this.#world);
    const found = await readFound(this.#world);
    const main = drawOverview(this.#world.status(), found, this.#world);
    return { status: 200, body: this.frame("/", "Overview", main, visitor, version) };
  }

  async #draw(
    place: Exclude<Place, { readonly kind: "overview" }>,
    path: string,
    store: PageStore,
    parameters: URLSearchParams,
    visitor: Visitor,
  ): Promise<PageAnswer | undefined> {
    const world = this.#world;
    switch (place.kind) {
      case "alerts": {
        const main = await drawAlertPage(world, store, parameters);
        const version = await this.versionOf(path);
        return { status: 200, body: this.frame(path, "Alerts", main, visitor, version) };
      }
      case "alert": {
        const view = await readAlert(world, store, place.alertId);
        return view && { status: 200, body: this.#drawAlert(path, view, store, visitor) };
      }
      case "dashboard":
      case "events": {
        const { dashboard } = place;
        const known = knownParameters(dashboard);
        const unknown = [...parameters.keys()].find((one) => !known.includes(one));
        const drawn: Drawn =
          unknown !== undefined
            ? {
                kind: "refused",
                reason: "The address has a parameter that this page does not know.",
              }
            : place.kind === "dashboard"
              ? await drawDashboardPage(world, store, dashboard, parameters)
              : await drawRowEvents(world, store, dashboard, parameters);
        if (drawn.kind === "refused") {
          const main = drawProblem(dashboard.title, drawn.reason);
          return { status: 400, body: this.frame(path, dashboard.title, main, visitor) };
        }
        const body = this.frame(path, dashboard.title, drawn.main, visitor, drawn.version);
        return { status: 200, body };
      }
    }
  }

  #drawAlert(
    path: string,
    view: AlertView,
    store: PageStore,
    visitor: Visitor,
    attempt?: Attempt,
  ): string {
    const main = drawAlertView(view, {
      formToken: visitor.formToken,
      changeId: uuidOf(this.#world.random(16)),
      linkOf: subjectLink(this.#world.dashboards),
      ...(attempt !== undefined && { attempt }),
    });
    const version = this.#alertVersion(store, view.alert.alert_id);
    return this.frame(path, view.alert.title, main, visitor, version);
  }

  /**
   * Changes the state of an alert as a form asks for it.
   *
   * @returns `changed` once it is in the journal, on the device; otherwise a page that says why not;
   *   `undefined` when there is no such alert.
   */
  async change(
    path: string,
    form: URLSearchParams,
    visitor: Visitor,
  ): Promise<"changed" | PageAnswer | undefined> {
    const place = this.#placeOf(path);
    const store = this.#world.store();
    if (place?.kind !== "alert" || store === undefined) return undefined;
    const asked = parseChange(place.alertId, form);
    const view = await readAlert(this.#world, store, place.alertId);
    if (view === undefined) return undefined;
    const refuse = async (status: number, problem: string): Promise<PageAnswer> => {
      const now = (await readAlert(this.#world, store, place.alertId)) ?? view;
      const attempt = { by: form.get("by") ?? "", note: form.get("note") ?? "", problem };
      return { status, body: this.#drawAlert(path, now, store, visitor, attempt) };
    };
    if (view.fixed !== undefined) return refuse(409, view.fixed);
    if (asked === undefined)
      return refuse(400, "The form is not whole. Load the page and try again.");
    const { rule, rule_version: version } = view.alert;
    const done = this.#world.book.change({ ...asked, rule: `${rule} ${version}` });
    const late =
      "It is not on the disk yet: the journal cannot be written at the moment. It is written as soon as that is possible; look again before you repeat it.";
    const outcome = await withinPatience(done, late);
    if (outcome === undefined) return "changed";
    return refuse(outcome === late ? 503 : 409, outcome);
  }
}

const PATIENCE_MS = 10_000;

/** What the work gives, or a text when it takes too long or the connector stops before. */
async function withinPatience(
  work: Promise<string | undefined>,
  late: string,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(late), PATIENCE_MS);
  timer.unref();
  try {
    return await Promise.race([
      work.catch((cause: unknown) => `It was not written: ${reasonOf(cause)}`),
      promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
