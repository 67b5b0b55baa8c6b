/*
 * Says that there is no connection, and does nothing else. KEPT is written above by the server: version, page, parts. A page of
 * somebody's is never kept: leads do not belong into the cache of a phone that may be lost.
 */
/* global KEPT */
(() => {
  "use strict";
  const NAME = `baton-offline-${KEPT.version}`;
  const ALL = [KEPT.page, ...KEPT.parts];

  async function keep() {
    const cache = await caches.open(NAME);
    await cache.addAll(ALL.map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
    await self.skipWaiting();
  }

  async function takeOver() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
    // The page's own request starts at once, not only when this script is awake
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  }

  async function orOfflinePage(event) {
    try {
      return (await event.preloadResponse) || (await fetch(event.request));
    } catch {
      return (await caches.match(KEPT.page)) || Response.error();
    }
  }

  async function orKept(request) {
    try {
      return await fetch(request);
    } catch {
      return (await caches.match(request.url)) || Response.error();
    }
  }

  async function comeForward() {
    const pages = await self.clients.matchAll({ type: "window" });
    await (pages[0] ? pages[0].focus() : self.clients.openWindow("/"));
  }

  /* A ring (ring.js) that was tapped */
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(comeForward());
  });
  self.addEventListener("install", (event) => event.waitUntil(keep()));
  self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    if (request.mode === "navigate") event.respondWith(orOfflinePage(event));
    else if (KEPT.parts.includes(new URL(request.url).pathname)) event.respondWith(orKept(request));
  });
})();
