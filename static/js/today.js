/*
 * Today: j and k go from row to row, one row is open at a time, and after something was done the next one has the focus.
 * The server opens and does; this only keeps the place.
 */
(() => {
  "use strict";

  const list = () => document.getElementById("today");
  const links = () => [...document.querySelectorAll("[data-today-link]")];
  const rowOf = (element) => element?.closest?.("[data-today-row]") || null;

  function close(row) {
    row.classList.remove("is-open");
    row.querySelector(".today-body").replaceChildren();
    row.querySelector("[data-today-link]").setAttribute("aria-expanded", "false");
  }

  function openRow() {
    return document.querySelector("[data-today-row].is-open");
  }

  function step(by) {
    const all = links();
    if (!all.length) return;
    const here = all.indexOf((rowOf(document.activeElement) || openRow())?.querySelector("[data-today-link]"));
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    // A row is there to be done: going to it opens it
    if (!rowOf(next).classList.contains("is-open")) next.click();
  }

  document.addEventListener("click", (event) => {
    const by = event.target.closest("[data-today-step]");
    if (by) step(Number(by.dataset.todayStep));
  });

  /* A row that is open already closes instead of being asked for again */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest("[data-today-link]");
    if (link && rowOf(link).classList.contains("is-open")) {
      event.preventDefault();
      close(rowOf(link));
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const body = event.detail.target;
    if (body.classList?.contains("today-body")) {
      for (const other of document.querySelectorAll("[data-today-row].is-open")) if (other !== rowOf(body)) close(other);
      rowOf(body).classList.add("is-open");
      rowOf(body).querySelector("[data-today-link]").setAttribute("aria-expanded", "true");
    }
  });

  /* After something was done the list is new: on to the row that the server has opened */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "today" && event.target.id !== "today") return;
    const next = openRow()?.querySelector("[data-today-link]") || list()?.querySelector("h2");
    if (next && !next.matches("a")) next.tabIndex = -1;
    next?.focus({ preventScroll: false });
  });
})();
