/*
 * Hears at once what changed, and says it on the body: "pushed:ring", "pushed:transfer", "pushed:presence" or
 * "pushed:handoff", with detail.ref, which one. The same is said as "pushed:transfer-12", for who waits for that one alone. An empty
 * ref means: much was missed, look at everything again.
 *
 *   <div hx-get="…" hx-trigger="pushed:transfer-12 from:body">
 *
 * One tab of the browser holds the stream and tells the others. While there is none, whoever is looked at asks every few seconds.
 * body[data-pushed] says how it stands: "live", "asking", or "away" while the server does not know us.
 */
(() => {
  "use strict";
  const { body } = document;
  const me = body.dataset.membership;
  if (!me) return;
  const [TICKET, SINCE] = body.dataset.events.split(" ");
  const NAME = `baton-stream-${me}`;
  const ASK_EVERY = 3000;
  const SILENCE = 40_000; // the server says something every 15 s
  const OPENING = 10_000;
  const LONGEST_PAUSE = 30_000;
  const REMEMBERED = 500; // ids, so that nothing is said twice
  const KEPT_FOR = 60_000; // what is told again to a tab that has just opened
  const TOO_LONG = 50 * 60_000; // the server forgets what is older than an hour

  const seen = new Set();
  const recent = [];
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  let after = null; // the last frame we know
  let upUntil = 0; // when we stop believing that there is a stream
  let knownAt = Date.now(); // when we last were sure to have missed nothing
  let isLeader = false;
  let isAway = false;
  let wake = null; // ends the pause before the next try
  let cut = null; // ends the stream

  const age = () => Math.ceil(performance.now() / 1000);
  const cursor = () => (after === null ? `age=${age()}` : `after=${after}`);
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  /* Saying it */
  function say(topic, ref) {
    const names = ref ? [`pushed:${topic}`, `pushed:${topic}-${ref}`] : [`pushed:${topic}`];
    for (const name of names) body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { ref } }));
  }

  function hear(frame) {
    after = Math.max(after ?? 0, frame.id);
    if (seen.has(frame.id)) return;
    seen.add(frame.id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value);
    say(frame.topic, frame.ref);
    if (isLeader) {
      recent.push({ frame, at: Date.now() });
      while (Date.now() - recent[0].at > KEPT_FOR) recent.shift();
      channel?.postMessage({ frame });
    }
  }

  function caughtUp() {
    const wasGone = Date.now() - knownAt > TOO_LONG;
    knownAt = Date.now();
    if (wasGone) for (const topic of ["ring", "transfer", "presence", "handoff"]) say(topic, "");
  }

  const isUp = () => Date.now() < upUntil;

  function show() {
    body.dataset.pushed = isUp() ? "live" : isAway ? "away" : "asking";
  }

  function noteUp(is) {
    upUntil = is ? Date.now() + SILENCE : 0;
    if (is) caughtUp();
    if (isLeader) channel?.postMessage({ up: is });
    show();
  }

  /* Asking */
  async function get(path, options) {
    const answer = await fetch(`${path}?${cursor()}`, { redirect: "manual", cache: "no-store", ...options });
    if (!answer.ok) {
      isAway = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403; // signed out, or out of the team
      throw new Error(`${path}: ${answer.status}`);
    }
    const found = await answer.json();
    isAway = String(found.membership) !== me; // another team was chosen in another tab: these are not this page's
    if (isAway) throw new Error("Another team");
    return found;
  }

  async function askOnce() {
    const found = await get(SINCE, { signal: AbortSignal.timeout(OPENING) });
    after = Math.max(after ?? 0, found.after);
    found.frames.forEach(hear);
    caughtUp();
  }

  async function keepAsking() {
    for (;;) {
      await sleep(ASK_EVERY);
      const isWanted = (isLeader || !document.hidden) && navigator.onLine && !isAway;
      if (isWanted && !isUp()) await askOnce().catch(() => {});
      show();
    }
  }

  /* The stream */
  async function read(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      noteUp(true);
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const lines = Object.fromEntries(part.split("\n").map((line) => line.split(/:\s?(.*)/s, 2)));
        if (lines.data) hear({ id: Number(lines.id), ...JSON.parse(lines.data) });
      }
    }
  }

  async function stream() {
    const stopper = new AbortController();
    cut = () => stopper.abort();
    const began = Date.now();
    const watch = setInterval(() => {
      if (!isUp() && Date.now() - began > OPENING) stopper.abort(); // it never opened, or fell silent
    }, 1000);
    try {
      const way = await get(TICKET, { signal: stopper.signal });
      if (!way.ticket) throw new Error("No ticket");
      after = Math.max(after ?? 0, way.after);
      const url = `${way.url}?ticket=${encodeURIComponent(way.ticket)}&after=${after}`;
      const answer = await fetch(url, { credentials: "omit", cache: "no-store", signal: stopper.signal });
      if (!answer.ok) throw new Error(`Stream: ${answer.status}`);
      await read(answer);
    } finally {
      clearInterval(watch);
      cut = null;
      noteUp(false);
    }
  }

  function pause(tries) {
    const longest = isAway ? 2 * LONGEST_PAUSE : Math.min(LONGEST_PAUSE, 1000 * 2 ** tries);
    return new Promise((done) => {
      wake = done;
      setTimeout(done, longest * (0.5 + Math.random() / 2)); // not everybody at once after a restart
    });
  }

  async function lead() {
    isLeader = true;
    for (let tries = 0; ; tries += 1) {
      const began = Date.now();
      await stream().catch(() => {});
      if (Date.now() - began > LONGEST_PAUSE) tries = 0;
      await pause(tries);
    }
  }

  /* The tabs among each other */
  function listen({ data }) {
    if (data.frame) hear(data.frame);
    if ("up" in data && !isLeader) noteUp(data.up);
    if (data.hello && isLeader) {
      for (const each of recent) if (Date.now() - each.at < data.hello) channel.postMessage({ frame: each.frame });
      channel.postMessage({ up: isUp() });
    }
  }

  function lookAgain() {
    if (document.hidden) return;
    isAway = false;
    if (upUntil - Date.now() < SILENCE / 2) cut?.(); // it slept: do not trust the line
    wake?.();
    if (isLeader) return;
    channel?.postMessage({ hello: 0 });
    askOnce().catch(() => {}); // a tab that slept was told nothing
  }

  document.addEventListener("visibilitychange", lookAgain);
  window.addEventListener("online", lookAgain);
  window.addEventListener("pageshow", (event) => event.persisted && lookAgain());
  channel?.addEventListener("message", listen);
  show();
  keepAsking();
  if (channel && navigator.locks) {
    navigator.locks.request(NAME, lead);
    channel.postMessage({ hello: performance.now() + 2000 });
  } else {
    lead();
  }
})();
