// Keeps what a page shows up to date, and warns before its session ends.
//
// One stream tells that something changed; htmx then asks for the region, and for every region once
// a minute whatever is told. Such a request says that it comes from no act of a person, so it never
// keeps a session alive. What is open stays open, what has the focus keeps it, and what somebody
// fills in or has marked is left alone.
"use strict";
(() => {
  const WARN_SECONDS = 60;
  const AGAIN_MS = 60000;
  const CAN = "a[href], button, summary, input, [tabindex]";
  const body = document.body;
  const warning = document.getElementById("warning");
  const seconds = document.getElementById("seconds");
  let ends = Date.now() + Number(warning.dataset.left || 1e6) * 1000;
  let askAt = WARN_SECONDS;
  let source = null;
  let missed = false;
  let focus = null;

  // The session.
  const leave = () => {
    if (body.hidden) return;
    body.hidden = true;
    hush();
    location.assign("/sign-in?ended=1");
  };

  const count = (status, left) => {
    if (status === 401) return leave();
    if (left === null) return;
    ends = Date.now() + Number(left) * 1000;
    if (Number(left) > WARN_SECONDS) askAt = WARN_SECONDS;
  };

  const ask = async (headers) => {
    try {
      const answer = await fetch(warning.dataset.ask, { headers, cache: "no-store" });
      count(answer.status, answer.headers.get("Dentinel-Seconds-Left"));
    } catch {
      // The server is not there at the moment; what is shown says as of when.
    }
  };
  const look = () => ask({ "Dentinel-Background": "1" });

  // An act in another window moves the end: it is asked for before anybody is warned or sent away.
  const tick = async () => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left <= askAt) {
      askAt = left > 0 ? 0 : left - 5;
      await look();
    }
    const shown = Math.ceil((ends - Date.now()) / 1000);
    warning.hidden = shown > WARN_SECONDS;
    if (!warning.hidden) seconds.textContent = String(Math.max(shown, 0));
  };

  document.getElementById("stay").addEventListener("click", async () => {
    await ask({});
    tick();
  });
  setInterval(tick, 1000);
  if (!warning.dataset.left) look();

  // The stream. A browser keeps six connections to a server, so a page that nobody sees gives its
  // own back; what it missed meanwhile it asks for when it is seen again.
  const tell = (name) => (name === "over" ? look() : htmx.trigger(body, `live:${name}`));

  const hear = () => {
    if (source || document.hidden || !body.dataset.stream) return;
    source = new EventSource(body.dataset.stream);
    source.onopen = () => {
      if (missed) tell("everything");
      missed = true;
    };
    source.onmessage = (event) => event.data.split(" ").forEach(tell);
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      hush();
      setTimeout(hear, AGAIN_MS);
    };
  };
  const hush = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : hear()));
  addEventListener("pagehide", hush);
  hear();

  // The regions.
  const isInUse = (region) => {
    const marked = getSelection();
    const isMarked = !marked.isCollapsed && region.contains(marked.anchorNode);
    const filled = "input:focus, select:focus, textarea:focus, input:checked[data-row]";
    return isMarked || region.querySelector(filled) !== null;
  };

  // Where the focus is: by the nearest id, then by its number among what can have the focus there.
  const place = (region) => {
    const element = document.activeElement;
    if (!region.contains(element)) return null;
    const near = element.closest("[id]");
    return { id: near.id, number: [...near.querySelectorAll(CAN)].indexOf(element) };
  };

  const keepOpen = (old, fresh) => {
    for (const one of fresh.querySelectorAll("details[id]")) {
      const before = old.querySelector(`details[id="${one.id}"]`);
      if (before) one.open = before.open;
    }
  };

  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const old = detail.target;
    const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
    const fresh = page.getElementById(old.id);
    const isNew = fresh && fresh.textContent !== old.textContent && !isInUse(old);
    if (!detail.shouldSwap || !isNew) {
      detail.shouldSwap = false;
      return;
    }
    keepOpen(old, fresh);
    focus = place(old);
    detail.serverResponse = fresh.outerHTML;
  });
  body.addEventListener("htmx:afterSwap", () => {
    document.dispatchEvent(new Event("dentinel:fresh"));
    const near = focus && document.getElementById(focus.id);
    if (near) (near.querySelectorAll(CAN)[focus.number] ?? near).focus({ preventScroll: true });
    focus = null;
  });
  body.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) =>
    count(xhr.status, xhr.getResponseHeader("Dentinel-Seconds-Left")),
  );
})();
