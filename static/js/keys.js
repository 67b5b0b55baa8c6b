/*
 * Keyboard shortcuts, declared in the page: data-key="g l" on a link or button is a click, on a field it is focus.
 * "/" or "d" is one key, "g l" two in a row, "ctrl+enter" and "alt+2" a combination. Plain keys rest while somebody types;
 * combinations marked data-key-in-fields work there too. A menu button with data-key-menu keeps its key pressed, so to say,
 * for as long as the menu is open: "c", and "n" whenever one has read enough, is "c n". "?" lists them all.
 */
(() => {
  "use strict";
  const SEQUENCE_MS = 1200;
  const SINGLE_KEY = "baton:single-keys";
  const FIELDS = "input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=range]), textarea, select, [contenteditable]";
  let before = "";
  let beforeAt = 0;

  function singlesAllowed() {
    try {
      return localStorage.getItem(SINGLE_KEY) !== "off";
    } catch {
      return true;
    }
  }

  function nameOf(event) {
    const parts = [];
    if (event.ctrlKey || event.metaKey) parts.push("ctrl");
    if (event.altKey) parts.push("alt");
    // With Alt some systems type another character; the physical key says what was meant
    const isCoded = event.altKey && /^(Key|Digit)/.test(event.code);
    parts.push(isCoded ? event.code.replace(/^(Key|Digit)/, "").toLowerCase() : event.key.toLowerCase());
    return parts.join("+");
  }

  function isUsable(element) {
    return !element.disabled && (element.offsetParent !== null || element.closest(".rail") !== null);
  }

  /* What the page at hand declares goes before the rail */
  function declared() {
    const all = [...document.querySelectorAll("[data-key]")].filter(isUsable);
    return [...all.filter((el) => !el.closest(".rail")), ...all.filter((el) => el.closest(".rail"))];
  }

  function find(keys) {
    return declared().find((el) => el.dataset.key.toLowerCase() === keys);
  }

  function hasPrefix(key) {
    return [...document.querySelectorAll("[data-key]")].some((el) => el.dataset.key.toLowerCase().startsWith(`${key} `));
  }

  function act(element) {
    if (element.matches(FIELDS)) {
      element.focus();
      element.select?.();
    } else {
      element.control?.focus(); // a label stands for its field: arrows and Enter go on from there
      element.click();
    }
  }

  function labelOf(element) {
    const words = element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent;
    return words.replace(/\s+/g, " ").trim();
  }

  function openHelp() {
    const dialog = document.getElementById("keys-dialog");
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("[data-keys-list]");
    const seen = new Map([["?", "This list"]]);
    for (const element of declared()) {
      if (!seen.has(element.dataset.key)) seen.set(element.dataset.key, labelOf(element));
    }
    list.replaceChildren(...[...seen].map(([keys, words]) => row(keys, words)));
    dialog.querySelector("[data-keys-single]").checked = singlesAllowed();
    dialog.showModal();
  }

  function row(keys, words) {
    const line = document.createElement("div");
    const what = document.createElement("dt");
    const how = document.createElement("dd");
    what.textContent = words;
    for (const part of keys.split(" ")) {
      const key = document.createElement("kbd");
      key.textContent = part.replace("ctrl+", "Ctrl ").replace("alt+", "Alt ").replace("enter", "↵");
      how.append(key, " ");
    }
    line.append(what, how);
    return line;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    const isCombination = event.ctrlKey || event.metaKey || event.altKey;
    const isTyping = event.target instanceof Element && event.target.matches(FIELDS);

    if (isTyping && !isCombination) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!isCombination && !singlesAllowed()) return;
    if (name === "?") {
      event.preventDefault();
      openHelp();
      return;
    }

    const now = Date.now();
    const menu = document.querySelector("[data-key-menu][aria-expanded=true]");
    const first = menu ? menu.dataset.key : before && now - beforeAt < SEQUENCE_MS ? before : "";
    const sequence = first ? `${first} ${name}` : "";
    const target = (sequence && find(sequence)) || find(name);
    before = "";
    if (target) {
      if (isTyping && name.startsWith("ctrl") && !("keyInFields" in target.dataset)) return;
      event.preventDefault();
      act(target);
    } else if (!isCombination && hasPrefix(name)) {
      before = name;
      beforeAt = now;
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) openHelp();
    if (event.target.id === "keys-dialog") event.target.close(); // the backdrop
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-single]")) return;
    try {
      localStorage.setItem(SINGLE_KEY, event.target.checked ? "on" : "off");
    } catch {
      // Blocked storage: the choice lasts as long as the page
    }
  });
})();
