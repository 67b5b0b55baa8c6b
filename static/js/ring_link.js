/* A ring's page by its link: once somebody else has taken the client, or it was called off, it says so by itself. Looking changes nothing. */
(() => {
  "use strict";
  const EVERY = 3000;
  const GONE = 410;

  async function look() {
    if (document.hidden || !navigator.onLine) return;
    const answer = await fetch(window.location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.status === GONE) window.location.reload();
  }

  if (document.querySelector(".ring-link [data-ends-at]")) setInterval(look, EVERY);
})();
