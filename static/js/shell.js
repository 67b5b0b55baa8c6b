/* The frame's behaviour: toasts, what to say when a request fails, forms sent once, copying, the offline banner. */
(() => {
  "use strict";
  const STAY = new Set(["error", "warning"]);
  const LEAVE_AFTER_MS = 6000;
  const UNDO_MS = 120000; // long enough to read the list of keys first

  /* Toasts */
  function leave(toast) {
    toast.classList.add("is-leaving");
    // What its form asked for may be under way: htmx finds where an answer belongs from where the form stands.
    const remove = () => (toast.querySelector(".htmx-request") ? setTimeout(remove, 250) : toast.remove());
    setTimeout(() => toast.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
    setTimeout(remove, 250);
  }

  function arm(toast) {
    if (toast.dataset.armed) return;
    toast.dataset.armed = "yes";
    const undoes = toast.querySelector("form") !== null;
    // What was done before is not what "u" takes back any more
    for (const old of document.querySelectorAll("[data-toast]")) if (undoes && old !== toast && old.querySelector("form")) old.remove();
    if (!STAY.has(toast.dataset.toast)) setTimeout(() => leave(toast), undoes ? UNDO_MS : LEAVE_AFTER_MS);
  }

  function say(words, kind = "info") {
    const place = document.getElementById("toasts");
    if (!place) return;
    for (const old of place.children) if (old.textContent.trim() === words) old.remove();
    const toast = document.createElement("div");
    toast.className = `toast-note toast-note-${kind}`;
    toast.dataset.toast = kind;
    const text = document.createElement("div");
    text.className = "toast-note-text";
    text.textContent = words;
    const close = document.createElement("button");
    close.className = "btn-close";
    close.type = "button";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", "Close");
    toast.append(text, close);
    place.append(toast);
    arm(toast);
  }

  window.baton = Object.assign(window.baton || {}, { say });

  /* Failed requests: the page stays as it is, so nothing typed is lost */
  const WORDS = {
    400: "The server did not understand that. Reload the page and try again.",
    403: "You may not do that, or this page is too old. Reload it and try again.",
    404: "That is not here any more. Reload the page to see what changed.",
    413: "That is too large to send.",
    429: "That was too quick. Wait a moment and try again.",
    500: "Something broke on our side. Nothing you typed is lost: try again.",
    503: "The server is restarting. Nothing you typed is lost: try again in a moment.",
  };

  function failed(status) {
    say(WORDS[status] || (status >= 500 ? WORDS[500] : `That did not work (${status}). Try again.`), "error");
  }

  document.addEventListener("htmx:responseError", (event) => failed(event.detail.xhr.status));
  document.addEventListener("htmx:sendError", () => {
    say("No connection to the server. Nothing you typed is lost: try again when you are back.", "error");
  });
  document.addEventListener("htmx:timeout", () => say("The server took too long. Try again.", "error"));

  /* Signed out meanwhile: the answer is a whole page, and must not land inside this one */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const isWholePage = /^\s*<!doctype/i.test(xhr.responseText.slice(0, 100));
    if (isWholePage && xhr.status < 400) {
      event.detail.shouldSwap = false;
      if (/\/login\//.test(xhr.responseURL)) {
        say("You are signed out. Sign in in another tab, then try again: nothing you typed is lost.", "error");
      } else {
        window.location.assign(xhr.responseURL);
      }
    }
  });

  /* Forms: sent once, and asked about first where it matters */
  function lock(form, isLocked) {
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      button.toggleAttribute("aria-busy", false);
      if (isLocked) button.setAttribute("aria-busy", "true");
      if (button.dataset.busyWords && isLocked) {
        button.dataset.restWords = button.innerHTML;
        button.textContent = button.dataset.busyWords;
      } else if (!isLocked && button.dataset.restWords) {
        button.innerHTML = button.dataset.restWords;
        delete button.dataset.restWords;
      }
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // Where Enter in a field cannot know which of several buttons is meant, the first one only says so
    if (event.submitter?.dataset.notByEnter) {
      event.preventDefault();
      event.stopImmediatePropagation();
      say(event.submitter.dataset.notByEnter, "warning");
      return;
    }
    if (form.dataset.pressed) sayPressed(form);
    if (!("once" in form.dataset)) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    // After this turn: a disabled or renamed button would not be part of what is sent
    setTimeout(() => lock(form, true));
  }, true);

  /* data-pressed="name value": a field that only a person's press sends, not a scanner that posts what it read */
  function sayPressed(form) {
    const [name, value] = form.dataset.pressed.split(" ", 2);
    if (navigator.userActivation?.isActive === false || form.elements[name]) return;
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", name, value];
    form.append(field);
  }

  /* A filter's address says what was chosen, and no field that was left empty */
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.getAttribute("method") !== "get") return;
    for (const name of new Set(formData.keys())) if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
  });

  function unlockAll() {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      lock(form, false);
    }
  }

  window.addEventListener("pageshow", unlockAll);
  document.addEventListener("htmx:afterRequest", unlockAll);

  /* Clicks that scripts answer */
  async function copy(button) {
    const source = button.dataset.copyFrom ? document.querySelector(button.dataset.copyFrom) : null;
    const text = button.dataset.copy || source?.value || source?.textContent || "";
    try {
      await navigator.clipboard.writeText(text.trim());
      say("Copied.", "success");
    } catch {
      say("Copying is blocked here. Select the text and copy it by hand.", "warning");
    }
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-toast-close]");
    if (close) leave(close.closest("[data-toast]"));
    const copier = event.target.closest("[data-copy], [data-copy-from]");
    if (copier) copy(copier);
    const login = event.target.closest("[data-fill-login]");
    if (login) fillLogin(login);
  });

  /* Demo logins on the sign-in page */
  function fillLogin(button) {
    const email = document.querySelector("input[name=login]");
    const password = document.querySelector("input[name=password]");
    if (!email || !password) return;
    email.value = button.dataset.fillLogin;
    password.value = button.dataset.fillPassword;
    email.form.querySelector("button[type=submit]").focus();
  }

  function showOffline() {
    const banner = document.querySelector("[data-offline-banner]");
    if (banner) banner.hidden = navigator.onLine;
  }

  window.addEventListener("online", showOffline);
  window.addEventListener("offline", showOffline);

  /* Tabs that do not fit: the open one is in sight, so that one knows where one is */
  function showOpenTab() {
    for (const open of document.querySelectorAll(".page-tabs [aria-current]")) {
      const [tab, bar] = [open.getBoundingClientRect(), open.parentElement.getBoundingClientRect()];
      open.parentElement.scrollLeft += tab.left - bar.left - (bar.width - tab.width) / 2;
    }
  }

  function start() {
    showOpenTab();
    for (const toast of document.querySelectorAll("[data-toast]")) arm(toast);
    showOffline();
    const place = document.getElementById("toasts");
    if (place) new MutationObserver(() => place.querySelectorAll("[data-toast]").forEach(arm)).observe(place, { childList: true });
  }

  start();
})();
