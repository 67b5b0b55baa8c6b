/* Times that stay true while the page is open: "in 23 min" (data-relative), "4:32" until something ends (data-countdown). */
(() => {
  "use strict";
  const MINUTE = 60;
  const HOUR = 3600;
  const DAY = 86400;

  function words(seconds) {
    const size = Math.abs(seconds);
    let amount;
    if (size < 45) return seconds > 0 ? "in a moment" : "just now";
    if (size < 55 * MINUTE) amount = `${Math.max(1, Math.round(size / MINUTE))} min`;
    else if (size < 22 * HOUR) amount = `${Math.round(size / HOUR)} h`;
    else amount = Math.round(size / DAY) === 1 ? "1 day" : `${Math.round(size / DAY)} days`;
    return seconds > 0 ? `in ${amount}` : `${amount} ago`;
  }

  function secondsUntil(element) {
    return (new Date(element.dateTime).getTime() - Date.now()) / 1000;
  }

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tellRelative() {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      const seconds = secondsUntil(element);
      if (Number.isNaN(seconds)) continue;
      if (!element.title) element.title = new Date(element.dateTime).toLocaleString();
      setText(element, words(seconds));
    }
  }

  function tellCountdowns() {
    for (const element of document.querySelectorAll("time[data-countdown]")) {
      const seconds = Math.ceil(secondsUntil(element));
      if (Number.isNaN(seconds)) continue;
      if (seconds > 0) {
        setText(element, `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`);
      } else if (!element.dataset.over) {
        element.dataset.over = "yes";
        setText(element, "now");
        element.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
      }
    }
  }

  function tell() {
    tellRelative();
    tellCountdowns();
  }

  tell();
  setInterval(tellCountdowns, 1000);
  setInterval(tellRelative, 15000);
  document.addEventListener("htmx:afterSettle", tell);
  document.addEventListener("visibilitychange", tell);
})();
