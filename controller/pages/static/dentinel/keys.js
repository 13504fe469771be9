// What the keyboard does, and the buttons that copy a command.
//
// Single keys: `/` search, `g` then a letter goes to the link that carries it (`data-go`), `j` and
// `k` walk the rows, `x` chooses one, `?` tells all this. They do nothing while something is being
// filled in, and nothing at all once they are switched off.
"use strict";
(() => {
  const ROWS = "main tbody tr, main .verdicts > details, main .row";
  const INSIDE = "th a[href], td a[href], summary, a[href], button, input";
  const PAUSE_MS = 1500;
  const help = document.getElementById("keys");
  const isOff = document.body.dataset.singleKeys === "off";
  let wentAt = 0;

  const visible = (selector) =>
    [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  const rows = () =>
    [...document.querySelectorAll(ROWS)].filter(
      (row) => row.checkVisibility() && row.querySelector(INSIDE),
    );
  const current = (all) => all.findIndex((row) => row.contains(document.activeElement));
  const step = (by) => {
    const all = rows();
    const at = current(all);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    next?.querySelector(INSIDE).focus();
  };
  const choose = () => {
    const all = rows();
    all[current(all)]?.querySelector("input[type=checkbox]")?.click();
  };
  const search = () => {
    const box = visible("input[type=search]");
    if (box) box.focus();
    else go("s");
  };
  const go = (letter) => document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();

  const ACTS = {
    "/": search,
    "?": () => help.showModal(),
    g: () => (wentAt = Date.now()),
    j: () => step(1),
    k: () => step(-1),
    x: choose,
  };

  const isBusy = (event) =>
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    document.querySelector("dialog[open]") ||
    event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (isOff || isBusy(event)) return;
    const isGoing = Date.now() - wentAt < PAUSE_MS;
    wentAt = 0;
    const act = isGoing ? () => go(event.key) : ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const select = (source) => {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      select(source);
      button.textContent = "Selected: copy it now";
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
    if (event.target.closest("[data-help]")) help.showModal();
  });

  const show = () => {
    for (const button of document.querySelectorAll("button[data-copy], [data-help]")) {
      button.hidden = false;
    }
  };
  document.addEventListener("dentinel:fresh", show);
  show();
})();
