/*
 * The handoff panel draws itself anew whenever something was saved. What the person chose or typed while that was under way is
 * newer than the answer: it is put back before anybody sees it gone. Declared by data-kept on the panel.
 */
(() => {
  "use strict";
  let kept = null;
  let isOutdated = false;

  function isRedrawn(event) {
    return event.detail.requestConfig?.verb === "get" && event.detail.target?.hasAttribute("data-kept");
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    kept = null;
    if (!event.detail.shouldSwap || !isRedrawn(event)) return;
    const panel = event.detail.target;
    kept = {
      picked: panel.querySelector("input[name=slot]:checked")?.id,
      ticked: [...panel.querySelectorAll("input[type=checkbox][id]:checked")].map((each) => each.id),
      typed: [...panel.querySelectorAll("input[type=text]")].map((field) => [field.id, field.value]),
      opened: [...panel.querySelectorAll("details[id][open]")].map((each) => each.id),
    };
  });

  // Not afterSettle: between the swap and it, an Enter would post a form without its choice
  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    const { picked, ticked, typed, opened } = kept;
    kept = null;
    const slot = picked && document.getElementById(picked);
    if (slot) {
      slot.checked = true;
      if (document.activeElement === document.body) slot.focus(); // Enter has to hold it
    }
    ticked.forEach((id) => {
      const box = document.getElementById(id);
      if (box) box.checked = true;
    });
    typed.forEach(([id, value]) => {
      const field = value && document.getElementById(id);
      if (field) field.value = value;
    });
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  });

  // htmx drops what the panel asks for while something is on its way to it, and that may have been drawn before the save
  document.addEventListener("lead-saved", () => {
    isOutdated ||= Boolean(document.querySelector("#handoff-panel.htmx-request, #handoff-panel .htmx-request"));
  }, { capture: true });

  document.addEventListener("htmx:afterSettle", () => {
    const panel = document.getElementById("handoff-panel");
    if (!isOutdated || panel?.matches(".htmx-request, :has(.htmx-request)")) return;
    isOutdated = false;
    window.htmx.trigger(panel, "outdated");
  });

  // What was asked for may lie below the edge, where focus alone brings no more than its heading
  document.addEventListener("htmx:afterSettle", () => {
    const asked = document.querySelector("#handoff-panel [data-look-here]");
    asked?.removeAttribute("data-look-here");
    asked?.scrollIntoView({ block: "start" });
  });
})();
