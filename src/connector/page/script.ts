/**
 * The script of a page: it listens to the server and, when there is something new, asks for the page
 * again and takes over the parts that changed. What the reader has opened, scrolled or focused stays.
 * Everything works without it, by loading the page again.
 */
export const LIVE_SCRIPT = `"use strict";(() => {
const partsOf = (root) => root.querySelectorAll(".card[id],[data-part]");
const nameOf = (part) => part.dataset.part ?? part.id;
const note = document.getElementById("live");
const say = (text) => { note.textContent = text; note.hidden = text === ""; };
const known = new Map();
for (const part of partsOf(document)) known.set(nameOf(part), part.innerHTML);
const focusable = "a[href],summary,button,[tabindex]";
const swap = (old, next) => {
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  const scrolled = [...old.querySelectorAll(".scroll")].map((one) => [one.scrollTop, one.scrollLeft]);
  const focus = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  old.replaceChildren(...next.childNodes);
  old.querySelectorAll("details").forEach((one, index) => { one.open = open[index] ?? one.open; });
  old.querySelectorAll(".scroll").forEach((one, index) => {
    [one.scrollTop, one.scrollLeft] = scrolled[index] ?? [0, 0];
  });
  if (focus >= 0) old.querySelectorAll(focusable)[focus]?.focus({ preventScroll: true });
};
const take = (page) => {
  const next = new Map([...partsOf(page)].map((part) => [nameOf(part), part]));
  const old = new Map([...partsOf(document)].map((part) => [nameOf(part), part]));
  if ([...next.keys()].join() !== [...old.keys()].join()) {
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    known.clear();
    for (const part of partsOf(document)) known.set(nameOf(part), part.innerHTML);
  } else for (const [name, part] of next) {
    const text = part.innerHTML;
    if (known.get(name) === text) continue;
    known.set(name, text);
    swap(old.get(name), part);
  }
  document.title = page.title;
  document.body.dataset.version = page.body.dataset.version ?? "";
};
let busy = false;
let wanted;
const load = async (version) => {
  wanted = version;
  if (busy) return;
  busy = true;
  try {
    while (wanted !== undefined && wanted !== document.body.dataset.version) {
      wanted = undefined;
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    say("The page could not be read again. What is below may be old.");
  }
  busy = false;
};
if (document.body.dataset.version === undefined) return;
const of = encodeURIComponent(location.pathname + location.search);
let stream;
// A browser has few connections to one server: pages that nobody sees leave theirs to others.
const listen = () => {
  stream?.close();
  stream = undefined;
  if (document.visibilityState === "hidden") return;
  stream = new EventSource("/live?of=" + of);
  stream.onopen = () => say("");
  stream.onmessage = ({ data }) => load(data);
  stream.onerror = ({ target }) => say(target.readyState === EventSource.CLOSED
    ? "This page does not change by itself any more: load it again to see what is new."
    : "The connector does not answer. What is below may be old.");
};
document.addEventListener("visibilitychange", listen);
listen();
})();
`;
