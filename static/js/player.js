/* The recording player: speeds (remembered, twice at first), fifteen seconds back and forth, jumps to where an answer was given. */
(() => {
  "use strict";
  const SPEED_KEY = "baton:speed";

  function clock(seconds) {
    if (!Number.isFinite(seconds)) return "0:00";
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  function lastSpeed() {
    try {
      return Number(localStorage.getItem(SPEED_KEY)) || 2;
    } catch {
      return 2;
    }
  }

  class Player {
    constructor(box) {
      this.box = box;
      this.audio = box.querySelector("audio");
      this.position = box.querySelector("[data-position]");
      this.time = box.querySelector("[data-time]");
      this.audio.controls = false;
      this.audio.hidden = true;
      box.querySelector("[data-player-controls]").hidden = false;
      this.setSpeed(lastSpeed());
      this.listen();
      this.draw();
    }

    listen() {
      const { audio, box } = this;
      box.addEventListener("click", (event) => this.clicked(event.target));
      this.position.addEventListener("input", () => { audio.currentTime = Number(this.position.value); });
      for (const name of ["timeupdate", "durationchange", "seeked"]) audio.addEventListener(name, () => this.draw());
      audio.addEventListener("play", () => this.started());
      audio.addEventListener("pause", () => this.stopped());
      audio.addEventListener("error", () => this.gone());
      if (box.dataset.heardUrl) this.tellWhatIsHeard();
      if (audio.error) this.gone();
    }

    clicked(target) {
      if (target.closest("[data-play]")) this.toggle();
      const skip = target.closest("[data-skip]");
      if (skip) this.audio.currentTime = Math.max(0, this.audio.currentTime + Number(skip.dataset.skip));
      const speed = target.closest("[data-speed]");
      if (speed) this.setSpeed(Number(speed.dataset.speed), { remember: true });
    }

    toggle() {
      if (this.audio.paused) this.audio.play().catch(() => this.gone());
      else this.audio.pause();
    }

    seek(second) {
      this.audio.currentTime = second;
      if (this.audio.paused) this.toggle();
    }

    setSpeed(speed, { remember = false } = {}) {
      // A new source resets playbackRate to defaultPlaybackRate, so both are set
      this.audio.defaultPlaybackRate = speed;
      this.audio.playbackRate = speed;
      this.audio.preservesPitch = true;
      for (const button of this.box.querySelectorAll("[data-speed]")) {
        button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
      }
      if (!remember) return;
      try {
        localStorage.setItem(SPEED_KEY, String(speed));
      } catch {
        // Blocked storage: the speed lasts as long as the page
      }
    }

    draw() {
      const { currentTime, duration } = this.audio;
      const length = Number.isFinite(duration) ? duration : 0;
      this.position.max = String(Math.max(1, Math.ceil(length)));
      this.position.value = String(Math.floor(currentTime));
      this.position.setAttribute("aria-valuetext", `${clock(currentTime)} of ${clock(length)}`);
      this.time.textContent = length ? `${clock(currentTime)} / ${clock(length)}` : clock(currentTime);
    }

    started() {
      this.box.classList.add("is-playing");
      this.box.querySelector("[data-play]").setAttribute("aria-label", "Pause the recording");
    }

    stopped() {
      this.box.classList.remove("is-playing");
      this.box.querySelector("[data-play]").setAttribute("aria-label", "Play the recording");
    }

    gone() {
      this.box.classList.add("player-gone");
      this.box.querySelector("[data-player-note]").hidden = false;
    }

    /*
     * The listened receipt: what this page has played so far, every ten seconds while it plays and whenever it stops. Told
     * whole each time, so a word that is lost is made good by the next; what was jumped over was not played.
     */
    tellWhatIsHeard() {
      const { audio } = this;
      const tell = () => this.tell();
      audio.addEventListener("play", () => {
        tell();
        this.telling ||= setInterval(tell, 10000);
      });
      for (const name of ["pause", "ended", "error"]) {
        audio.addEventListener(name, () => {
          clearInterval(this.telling);
          this.telling = null;
          tell();
        });
      }
      window.addEventListener("pagehide", tell);
      document.addEventListener("visibilitychange", () => document.hidden && tell());
    }

    tell() {
      const { played, duration } = this.audio;
      if (!Number.isFinite(duration) || duration < 1) return;
      const spans = [];
      for (let at = 0; at < played.length; at += 1) {
        const [from, to] = [Math.round(played.start(at)), Math.round(played.end(at))];
        if (from < to) spans.push(`${from}-${to}`);
      }
      const told = { length: Math.round(duration), spans: spans.slice(0, 200).join(",") };
      const isSame = JSON.stringify(told) === this.told && this.audio.paused;
      this.told = JSON.stringify(told);
      if (!isSame && (spans.length || !this.audio.paused)) post(this.box.dataset.heardUrl, told);
    }
  }

  /* Kept alive when the page goes, as a beacon is; and unlike one it carries the headers of every other request */
  function post(url, told) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    const body = new URLSearchParams(told);
    fetch(url, { method: "POST", headers, body, credentials: "same-origin", keepalive: true }).catch(() => {});
  }

  function start() {
    for (const box of document.querySelectorAll("[data-player]")) box.player ||= new Player(box);
  }

  document.addEventListener("click", (event) => {
    const opened = event.target.closest("[data-opened-url]");
    if (opened) post(opened.dataset.openedUrl, { opened: "1" });
    const jump = event.target.closest("[data-seek]");
    if (!jump) return;
    const box = jump.dataset.player ? document.getElementById(jump.dataset.player) : jump.closest("[data-player]") || document.querySelector("[data-player]");
    box?.player?.seek(Number(jump.dataset.seek));
  });

  start();
  document.addEventListener("htmx:afterSettle", start);
})();
