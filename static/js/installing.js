/* Baton on a phone: the script that shows the offline page. Where a browser does not take it, all else works as before. */
(() => {
  "use strict";
  if (!("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js").catch(() => {
      // Private windows and strict policies refuse it: then there is no offline page
    });
  });
})();
