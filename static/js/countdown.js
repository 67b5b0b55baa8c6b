/*
 * Seconds until something ends, by the server's clock: <span data-ends-at="…" data-now="…">20</span> counts down "20 s, 19 s, …",
 * <progress data-ends-at max="20"> runs empty with it. data-now is the server's time when the page was drawn, so that a wrong clock
 * in the browser misleads nobody, and a reload goes on where it was. At the end "countdown:over" is announced from the element.
 */
(() => {
  "use strict";
  const MINUTE = 60;
  let ahead = Infinity; // by how much the browser's clock is ahead, in milliseconds: the smallest seen is the least delayed

  function learn(elements) {
    for (const element of elements) {
      const drawnAt = Date.parse(element.dataset.now);
      if (element.dataset.learned || Number.isNaN(drawnAt)) continue;
      element.dataset.learned = "yes";
      ahead = Math.min(ahead, Date.now() - drawnAt);
    }
  }

  function words(seconds) {
    return seconds < MINUTE ? `${seconds} s` : `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`;
  }

  function show(element, left) {
    const seconds = Math.max(0, Math.ceil(left));
    if (element instanceof HTMLProgressElement) element.value = Math.max(0, left);
    else if (element.textContent !== words(seconds)) element.textContent = words(seconds);
    element.classList.toggle("is-nearly-over", seconds <= 5);
    if (left > 0 || element.dataset.over) return;
    element.dataset.over = "yes";
    element.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
  }

  function tell() {
    const elements = document.querySelectorAll("[data-ends-at]");
    learn(elements);
    const now = Date.now() - (Number.isFinite(ahead) ? ahead : 0);
    for (const element of elements) {
      const endsAt = Date.parse(element.dataset.endsAt);
      if (!Number.isNaN(endsAt)) show(element, (endsAt - now) / 1000);
    }
  }

  tell();
  setInterval(tell, 250);
  document.addEventListener("htmx:afterSettle", tell);
  document.addEventListener("visibilitychange", tell);
})();
