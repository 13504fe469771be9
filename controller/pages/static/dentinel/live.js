// Keeps what a page shows up to date, and warns before a session ends.
//
// Every five seconds the page asks for itself and swaps the regions marked `data-live`. Such a
// request says that it comes from no act of a person, so it never keeps a session alive. What is
// open stays open, and what has the focus keeps it.
"use strict";
(() => {
  const PERIOD_MS = 5000;
  const WARN_SECONDS = 60;
  const warning = document.getElementById("warning");
  const seconds = document.getElementById("seconds");
  let ends = null;
  let busy = false;

  const leave = () => {
    document.body.hidden = true;
    location.assign("/sign-in?ended=1");
  };

  const ask = (background) =>
    fetch(location.href, {
      headers: background ? { "Dentinel-Background": "1" } : {},
      redirect: "manual",
      cache: "no-store",
    });

  const count = (answer) => {
    const left = answer.headers.get("Dentinel-Seconds-Left");
    ends = left === null ? null : Date.now() + Number(left) * 1000;
    tick();
  };

  const tick = () => {
    if (ends === null) return;
    const left = Math.ceil((ends - Date.now()) / 1000);
    warning.hidden = left > WARN_SECONDS;
    if (!warning.hidden) seconds.textContent = String(Math.max(left, 0));
  };

  const swap = (old, fresh) => {
    const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
    const shut = [...old.querySelectorAll("details:not([open])[id]")].map((one) => one.id);
    const focus = old.contains(document.activeElement) ? place(document.activeElement) : null;
    for (const one of fresh.querySelectorAll("details[id]")) {
      if (open.includes(one.id)) one.open = true;
      if (shut.includes(one.id)) one.open = false;
    }
    old.replaceChildren(...fresh.childNodes);
    document.dispatchEvent(new Event("dentinel:fresh"));
    if (focus) find(old, focus)?.focus({ preventScroll: true });
  };

  // Where the focus is: by the nearest id, then by its number among what can have the focus there.
  const CAN = "a[href], button, summary, [tabindex]";
  const place = (element) => {
    const near = element.closest("[id]");
    return { id: near.id, number: [...near.querySelectorAll(CAN)].indexOf(element) };
  };
  const find = (region, { id, number }) => {
    const near = document.getElementById(id) ?? region;
    return near.querySelectorAll(CAN)[number] ?? near;
  };

  // Somebody has marked text there, to copy it: it is left alone until they are done.
  const isMarked = (region) => {
    const marked = getSelection();
    return !marked.isCollapsed && region.contains(marked.anchorNode);
  };

  const refresh = async () => {
    if (busy) return;
    busy = true;
    try {
      const answer = await ask(true);
      if (answer.type === "opaqueredirect" || answer.status === 401) return leave();
      if (!answer.ok) return;
      count(answer);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(old.id);
        if (fresh && fresh.textContent !== old.textContent && !isMarked(old)) swap(old, fresh);
      }
    } catch {
      // The server is not there at the moment; what is shown says as of when.
    } finally {
      busy = false;
    }
  };

  document.getElementById("stay").addEventListener("click", async () => {
    const answer = await ask(false);
    if (answer.ok) count(answer);
    else leave();
  });
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  setInterval(() => {
    if (!document.hidden || (ends !== null && Date.now() > ends)) refresh();
  }, PERIOD_MS);
  setInterval(tick, 1000);
})();
