/*
 * Makes a ring heard: a tone of our own, the title that blinks, vibration, and a notification while the page is hidden. Asks what there
 * is to see every few seconds while the agent is on call, every five minutes where stream.js hears of it at once. And says what this browser
 * lacks: [data-ring-lacks="permission|blocked|sound"] are shown where that is so; [data-ring-allow] and [data-ring-try] put it right.
 */
(() => {
  "use strict";
  const ASK_EVERY = 3000;
  const SELDOM = { live: 100, asking: 5, away: 5 }; // of these, where stream.js hears what changed, or asks for it itself
  const TONE_EVERY = 2400;
  const TWO_TAPS = 400; // between the two of a double tap
  const TITLE = document.title;
  const LOCK = "baton-ring"; // of several tabs one rings
  let ticks = 0;
  let ringing = ""; // the ring that is being announced
  let beat = null;
  let release = null;
  let audio = null;
  let heardAt = 0; // when something new was said of what the console shows
  let askedAt = 0; // when it last asked

  const sheet = () => document.querySelector("#console [data-ring]");
  const hasTouched = () => navigator.userActivation?.hasBeenActive ?? true;
  const isHeard = () => audio?.state === "running";

  /* The tone: two notes, twice */
  function note(hertz, at) {
    const [voice, loudness] = [audio.createOscillator(), audio.createGain()];
    voice.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.35, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.38);
    voice.connect(loudness).connect(audio.destination);
    voice.start(at);
    voice.stop(at + 0.4);
  }

  function sound() {
    if (!isHeard()) return;
    const now = audio.currentTime;
    [784, 988, 784, 988].forEach((hertz, index) => note(hertz, now + index * 0.22 + (index > 1 ? 0.25 : 0)));
  }

  async function wakeAudio() {
    if (!window.AudioContext || !hasTouched()) return; // a browser lets no page sound that nobody has touched
    audio ??= new AudioContext();
    if (audio.state === "suspended") await audio.resume().catch(() => {});
    showLacks();
  }

  /* What this browser lacks */
  function lacks() {
    const may = "Notification" in window ? Notification.permission : "granted";
    return { permission: may === "default", blocked: may === "denied", sound: Boolean(window.AudioContext) && !isHeard() };
  }

  function showLacks() {
    const now = lacks();
    for (const told of document.querySelectorAll("[data-ring-lacks]")) told.hidden = !now[told.dataset.ringLacks];
  }

  /* Announcing */
  async function notify(words, tag) {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    const options = { tag, renotify: true, requireInteraction: true, body: "Open Baton: the brief and the buttons are there." };
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker) {
      await worker.showNotification(words, options);
      return;
    }
    const shown = new Notification(words, options);
    shown.onclick = () => window.focus();
  }

  function once(words) {
    document.title = document.title === TITLE ? `☎ ${words}` : TITLE;
    sound();
    if (hasTouched()) navigator.vibrate?.([400, 200, 400]);
  }

  function alone(then) {
    if (!navigator.locks) return then();
    return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (!lock || !ringing) return undefined;
      then();
      return new Promise((done) => { release = done; });
    });
  }

  async function begin(element) {
    const words = element.dataset.ringTitle;
    ringing = element.dataset.ring;
    await wakeAudio();
    alone(() => {
      notify(words, `ring-${ringing}`).catch(() => {});
      once(words);
      beat = setInterval(() => once(words), TONE_EVERY);
    });
  }

  async function end() {
    ringing = "";
    clearInterval(beat);
    release?.();
    release = null;
    document.title = TITLE;
    if (hasTouched()) navigator.vibrate?.(0);
    const worker = await navigator.serviceWorker?.getRegistration();
    for (const each of (await worker?.getNotifications?.()) || []) if (each.tag.startsWith("ring-")) each.close();
  }

  /* The server counts a ring as shown once it is before somebody's eyes */
  function saySeen() {
    const seen = document.querySelector("#console [data-ring-seen]");
    if (seen && !document.hidden) window.htmx?.trigger(seen, "ring-seen");
  }

  function look() {
    const now = sheet();
    const shell = document.querySelector(".shell");
    const isOver = Boolean(now) && !now.closest(".console-page");
    if (shell.inert !== isOver) shell.inert = isOver;
    if (now && now.dataset.ring !== ringing) {
      if (ringing) end();
      begin(now);
      if (isOver) now.focus();
    } else if (!now && ringing) {
      end();
    }
    saySeen();
    showLacks();
    askAgain();
  }

  /* What was said while an answer was under way is not in it, and the element that was to ask went with the answer */
  function askAgain() {
    if (heardAt <= askedAt) return;
    heardAt = 0;
    window.htmx?.trigger(document.getElementById("console"), "ring-ask");
  }

  function ask() {
    ticks += 1;
    const place = document.getElementById("console");
    if (!place || !("asks" in place.dataset) || !navigator.onLine) return;
    if (ticks % (SELDOM[document.body.dataset.pushed] ?? 1)) return;
    window.htmx?.trigger(place, "ring-ask");
  }

  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-ring-try]")) {
      await wakeAudio();
      sound();
    }
    if (event.target.closest("[data-ring-allow]")) {
      await Notification.requestPermission();
      showLacks();
    }
  });
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => isHeard() || wakeAudio());
  // The reasons open where the finger is: the second tap of two is none of them
  document.addEventListener("toggle", (event) => {
    const reasons = event.target.matches?.(".sheet-pass[open]") && event.target.querySelector(".sheet-reasons");
    if (!reasons) return;
    reasons.inert = true;
    setTimeout(() => { reasons.inert = false; }, TWO_TAPS);
  }, true);
  document.body.addEventListener("passed-on", (event) => window.baton?.say(event.detail.value, "success"));
  for (const news of ["pushed:ring", "pushed:transfer", "presence-changed"]) {
    document.body.addEventListener(news, () => { heardAt = performance.now(); }, true); // before htmx asks because of it
  }
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "console") askedAt = performance.now();
  });
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("visibilitychange", saySeen);
  // Nothing that was typed is lost by a question that nobody asked; the next one comes in seconds
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failure, (event) => event.target.id === "console" && event.stopPropagation());
  }
  setInterval(ask, ASK_EVERY);
  wakeAudio();
  look();
})();
