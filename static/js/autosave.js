/*
 * A form with data-autosave="address" is saved as it is typed. Each change is first kept in this browser, then sent; it is
 * forgotten here only when the server has it. Failed tries are repeated with growing pauses, and at once when the network is back.
 * X-Autosave-Changed names the fields that differ from what the server last had from here: the others may be older than what it has now.
 * Answers: 200 or 204 saved; 422 {"errors": {field: [words]}} refused fields (whatever else was sent is saved); 409 changed by somebody else; 403 or a login page signed out.
 */
(() => {
  "use strict";
  const PAUSE_MS = 700;
  const RETRY_MS = [1500, 3000, 6000, 12000, 30000];
  const HIDDEN = new Set(["csrfmiddlewaretoken"]);

  function clock() {
    return new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  }

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave || form.action;
      this.key = `baton:draft:${document.body.dataset.person}:${this.url}`;
      this.saved = this.snapshot();
      this.tries = 0;
      this.timer = 0;
      this.isSending = false;
      this.restore();
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.changed());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.send();
      });
    }

    snapshot() {
      const pairs = [...new FormData(this.form)].filter(([name, value]) => !HIDDEN.has(name) && typeof value === "string");
      return new URLSearchParams(pairs).toString();
    }

    namesChanged(text) {
      const [now, before] = [new URLSearchParams(text), new URLSearchParams(this.saved)];
      const names = new Set([...now.keys(), ...before.keys()]);
      return [...names].filter((name) => now.getAll(name).join("\n") !== before.getAll(name).join("\n"));
    }

    get isDirty() {
      return this.snapshot() !== this.saved;
    }

    keep(text) {
      try {
        if (text === null) localStorage.removeItem(this.key);
        else localStorage.setItem(this.key, JSON.stringify({ text, base: this.saved }));
      } catch {
        // Storage is full or blocked: the page itself still holds the text
      }
    }

    /* What a closed page could not send is put back: only the fields changed there, over whatever the server has by now */
    restore() {
      let draft = null;
      try {
        draft = JSON.parse(localStorage.getItem(this.key));
      } catch {
        return;
      }
      if (!draft || draft.text === this.saved) return this.keep(null);
      const [mine, base] = [new URLSearchParams(draft.text), new URLSearchParams(draft.base)];
      const names = new Set([...mine.keys(), ...base.keys()]);
      this.fill(mine, new Set([...names].filter((name) => mine.getAll(name).join("\n") !== base.getAll(name).join("\n"))));
      this.tell("waiting", "Restored what was not saved");
      this.send();
    }

    fill(values, names) {
      for (const field of this.form.elements) {
        if (!names.has(field.name) || field.type === "submit" || field.type === "file") continue;
        const given = values.getAll(field.name);
        if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
        else if (field.multiple) for (const option of field.options) option.selected = given.includes(option.value);
        else field.value = given[0] ?? "";
      }
    }

    changed() {
      if (!this.isDirty) {
        clearTimeout(this.timer);
        this.keep(null);
        return;
      }
      this.keep(this.snapshot());
      this.tell("saving", "Saving…");
      this.later(PAUSE_MS);
    }

    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), wait);
    }

    async send({ leaving = false } = {}) {
      clearTimeout(this.timer);
      if (!this.isDirty || (this.isSending && !leaving)) return;
      const sent = this.snapshot();
      this.isSending = true;
      let response = null;
      try {
        response = await fetch(this.url, {
          method: "POST",
          body: new FormData(this.form),
          headers: { "X-Autosave": "1", "X-Autosave-Changed": this.namesChanged(sent).join(","), "X-CSRFToken": this.token(), Accept: "application/json, text/html" },
          credentials: "same-origin",
          keepalive: leaving,
        });
      } catch {
        // No network: the same as a server that is down
      }
      this.isSending = false;
      await this.heard(response, sent);
    }

    token() {
      return this.form.elements.csrfmiddlewaretoken?.value || JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    }

    async heard(response, sent) {
      if (!response || response.status >= 500 || response.status === 429) return this.again();
      const isSignedOut = response.redirected && /\/login\//.test(response.url);
      if (isSignedOut || response.status === 403 || response.status === 401) {
        this.tell("failed", "Not saved: you are signed out. Sign in in another tab");
        return this.later(RETRY_MS.at(-1));
      }
      this.tries = 0;
      if (response.ok) return this.done(sent, response);
      this.keep(this.snapshot());
      if (response.status === 422) {
        announce(response.headers.get("HX-Trigger"));
        return this.refuse(await errorsOf(response));
      }
      if (response.status === 409) return this.tell("refused", "Not saved: somebody else changed this. Copy your text and reload");
      return this.tell("refused", `Not saved (${response.status}). Copy your text and reload`);
    }

    done(sent, response) {
      this.saved = sent;
      this.mark({});
      announce(response.headers.get("HX-Trigger"));
      this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
      if (this.isDirty) {
        this.keep(this.snapshot());
        return this.later(PAUSE_MS);
      }
      this.keep(null);
      this.tell("saved", `Saved ${clock()}`);
    }

    again() {
      const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
      this.tries += 1;
      this.tell("failed", "Not saved yet, trying again. Your text is kept here");
      this.later(wait);
    }

    refuse(errors) {
      const count = Object.keys(errors).length;
      this.mark(errors);
      this.tell("refused", count === 1 ? "All saved but one field" : `All saved but ${count || "some"} fields`);
    }

    mark(errors) {
      for (const note of this.form.querySelectorAll("[data-autosave-error]")) note.remove();
      for (const field of this.form.querySelectorAll(".is-invalid")) {
        field.classList.remove("is-invalid");
        field.removeAttribute("aria-invalid");
      }
      for (const [name, words] of Object.entries(errors)) {
        const found = this.form.elements[name];
        const field = found instanceof RadioNodeList ? found[0] : found;
        if (!field) continue;
        field.classList.add("is-invalid");
        field.setAttribute("aria-invalid", "true");
        const note = document.createElement("div");
        note.className = "invalid-feedback d-block";
        note.dataset.autosaveError = "";
        note.textContent = [words].flat().join(" ");
        (field.closest(".seg, .chips, .input-group") || field).after(note);
      }
    }

    tell(state, words) {
      const place = this.form.querySelector("[data-autosave-state]") || document.querySelector(`[data-autosave-state="${this.form.id}"]`);
      if (!place) return;
      place.dataset.state = state;
      place.setAttribute("role", state === "failed" || state === "refused" ? "alert" : "status");
      place.textContent = words;
    }
  }

  async function errorsOf(response) {
    try {
      return (await response.json()).errors || {};
    } catch {
      return {};
    }
  }

  /* HX-Trigger works as with htmx: names, or JSON of name to detail */
  function announce(header) {
    if (!header) return;
    let events = {};
    try {
      events = JSON.parse(header);
    } catch {
      for (const name of header.split(",")) events[name.trim()] = null;
    }
    for (const [name, detail] of Object.entries(events)) document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  const running = new Set();

  function start() {
    for (const form of document.querySelectorAll("form[data-autosave]")) {
      if (form.autosave) continue;
      form.autosave = new Autosave(form);
      running.add(form.autosave);
    }
    for (const one of running) if (!one.form.isConnected) running.delete(one);
  }

  start();
  document.addEventListener("htmx:afterSettle", start);
  window.addEventListener("online", () => running.forEach((one) => one.send()));
  document.addEventListener("visibilitychange", () => document.hidden && running.forEach((one) => one.send({ leaving: true })));
  window.addEventListener("beforeunload", (event) => {
    if ([...running].some((one) => one.isDirty)) event.preventDefault();
  });
})();
