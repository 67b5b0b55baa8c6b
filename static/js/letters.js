/*
 * The six letters while somebody talks: Alt and a number goes to a letter, Alt N to the next open one; what is complete is
 * marked as it is saved ("lead-saved" and "letters-changed" carry the state of each letter), without touching what is being typed.
 */
(() => {
  "use strict";
  const FIELDS = "input:not([type=hidden]), textarea, select";

  function isSeen(field) {
    return !field.disabled && (field.offsetParent !== null || document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.offsetParent);
  }

  function goTo(letter) {
    const fields = [...(letter?.querySelectorAll(FIELDS) || [])].filter(isSeen);
    const first = fields.find((field) => field.type === "radio" && field.checked) || fields[0];
    if (!first) return;
    first.focus({ preventScroll: true });
    letter.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  function nextOpen() {
    return document.querySelector(".letter.is-next[data-letter]") || document.querySelector(".letter[data-letter]:not(.is-done)");
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-letter-go]");
    if (mark) goTo(document.getElementById(`letter-${mark.dataset.letterGo}`));
    if (event.target.closest("[data-next-letter]")) goTo(nextOpen());
  });

  function setText(element, words) {
    if (element && element.textContent !== words) element.textContent = words;
  }

  function draw(state) {
    const block = document.getElementById(`letter-${state.letter}`);
    for (const element of [block, document.querySelector(`[data-letter-bar="${state.letter}"]`)]) {
      element?.classList.toggle("is-done", state.isDone);
      element?.classList.toggle("is-next", state.isNext);
    }
    if (!block) return;
    const pill = block.querySelector("[data-letter-pill]");
    pill.classList.toggle("pill-ok", state.isDone);
    pill.classList.toggle("pill-wait", state.isNext);
    setText(pill, state.isDone ? "Complete" : state.isNext ? "Ask now" : "Open");
    setText(block.querySelector("[data-letter-lacks]"), state.detail);
    setText(block.querySelector("[data-letter-ask]"), `“${state.question}”`);
  }

  for (const name of ["lead-saved", "letters-changed"]) {
    document.body.addEventListener(name, (event) => {
      for (const state of event.detail?.letters || []) draw(state);
    });
  }
})();
