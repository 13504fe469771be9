// Shows the buttons that copy a command; without a script the command is there to be selected.
"use strict";
(() => {
  const show = () => {
    for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
  };

  const select = (source) => {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      select(source);
      button.textContent = "Selected: copy it now";
    }
  });
  document.addEventListener("dentinel:fresh", show);
  show();
})();
