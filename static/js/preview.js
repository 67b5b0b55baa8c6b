/*
 * A mail is drawn anew while it is written: the form is sent to the frame beside it, as its Preview button does without this script.
 */
(() => {
  "use strict";
  const form = document.querySelector("form[data-preview]");
  const button = form?.querySelector("[data-preview-now]");
  if (!button) return;
  let waiting;
  const draw = () => form.requestSubmit(button);
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 400);
  });
  draw();
})();
