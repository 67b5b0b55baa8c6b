/* A button that prints the page, and paper that is light. */
(() => {
  "use strict";
  const root = document.documentElement;

  function print(isPrinting) {
    if (isPrinting) root.dataset.screenTheme = root.dataset.bsTheme;
    root.dataset.bsTheme = isPrinting ? "light" : root.dataset.screenTheme;
    document.dispatchEvent(new CustomEvent("theme:changed", { detail: { theme: root.dataset.bsTheme } }));
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
})();
