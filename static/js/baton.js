/*
 * The board is drawn anew while somebody looks at it: the focus, the place on the screen and what was unfolded stay.
 * htmx gives the focus back to the element of the same id; a row that is gone passes it on to the one that took its place.
 */
(() => {
  "use strict";
  const board = () => document.getElementById("baton");
  const rows = () => [...board().querySelectorAll(".baton-row[id]")];
  let kept = null;

  function seenRow() {
    const focused = document.activeElement?.closest?.(".baton-row[id]");
    return focused || rows().find((row) => row.getBoundingClientRect().bottom > 0);
  }

  function keep() {
    const row = seenRow();
    const inside = board().contains(document.activeElement);
    kept = {
      id: row?.id,
      top: row?.getBoundingClientRect().top,
      after: row ? rows().slice(rows().indexOf(row) + 1).map((each) => each.id) : [],
      hadFocus: inside,
      isUnfolded: document.getElementById("baton-calm")?.open,
    };
  }

  function restore() {
    if (!kept) return;
    const calm = document.getElementById("baton-calm");
    if (calm && kept.isUnfolded) calm.open = true;
    const next = [kept.id, ...kept.after].map((id) => id && document.getElementById(id)).find(Boolean);
    if (kept.hadFocus && !board().contains(document.activeElement)) {
      const target = next?.querySelector("a, button") || document.getElementById("baton-list");
      target?.focus({ preventScroll: true });
    }
    if (next && next.id === kept.id) window.scrollBy({ top: next.getBoundingClientRect().top - kept.top, behavior: "instant" });
    kept = null;
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === board() && event.detail.shouldSwap) keep();
  });
  document.addEventListener("htmx:afterSettle", restore);

  /* Nobody looks at a hidden page: it looks again when it is shown */
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target === board()) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) board().dispatchEvent(new CustomEvent("baton-look"));
  });
})();
