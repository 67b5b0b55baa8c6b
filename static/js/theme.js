/* Light or dark, decided before the first paint: what was chosen here last, or else what the device prefers. */
(() => {
  "use strict";
  const KEY = "baton:theme";
  const device = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be blocked: then the device decides
    }
  }

  function apply() {
    const theme = chosen() || (device.matches ? "dark" : "light");
    if (document.documentElement.dataset.bsTheme !== theme) {
      document.documentElement.dataset.bsTheme = theme;
      document.dispatchEvent(new CustomEvent("theme:changed", { detail: { theme } }));
    }
    // A phone's own bars: as the device prefers, unless somebody chose otherwise here
    const bars = getComputedStyle(document.documentElement).getPropertyValue("--rail").trim();
    if (chosen() && bars) for (const meta of document.querySelectorAll("meta[name=theme-color]")) meta.content = bars;
    for (const words of document.querySelectorAll("[data-theme-words]")) {
      words.textContent = theme === "dark" ? "Light mode" : "Dark mode";
    }
  }

  function toggle() {
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, next);
    } catch {
      document.documentElement.dataset.bsTheme = next;
      return;
    }
    apply();
  }

  apply();
  device.addEventListener("change", apply);
  window.addEventListener("storage", (event) => event.key === KEY && apply());
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => event.target.closest("[data-theme-toggle]") && toggle());
})();
