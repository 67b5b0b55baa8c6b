/* The offline page goes away by itself: it stands at the address that was asked for. */
(() => {
  "use strict";
  window.addEventListener("online", () => window.location.reload());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-try-again]")) window.location.reload();
  });
})();
