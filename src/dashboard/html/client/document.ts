/**
 * As much of a browser as the page's script touches. The rest of the project runs without one, so its
 * types stay out of everybody else's reach.
 */

export interface PageEvent {
  readonly target: unknown;
  readonly key?: string;
  preventDefault(): void;
}

export interface PageElement {
  /** Of a control. */
  readonly name: string;
  value: string;
  innerHTML: string;
  textContent: string | null;
  hidden: boolean;
  open: boolean;
  tabIndex: number;
  readonly classList: { add(name: string): void; remove(name: string): void };
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  insertAdjacentHTML(place: "afterend", markup: string): void;
  scrollIntoView(options: { readonly block: "nearest" | "center" }): void;
  focus(options?: { readonly preventScroll: boolean }): void;
  remove(): void;
  addEventListener(name: string, listener: (event: PageEvent) => void): void;
}

export interface Browser {
  readonly document: {
    readonly body: PageElement;
    getElementById(id: string): PageElement | null;
    querySelector(selector: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
    getSelection(): { selectAllChildren(element: PageElement): void } | null;
  };
  readonly location: { hash: string };
  readonly navigator: {
    readonly clipboard?: { writeText(text: string): Promise<void> };
  };
  addEventListener(name: "hashchange", listener: () => void): void;
}
