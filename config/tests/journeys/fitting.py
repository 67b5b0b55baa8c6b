"""What does not fit a narrow window, and what a thumb does not find: asked of the page itself."""

#: What sticks out of the window, and words that are cut without an ellipsis. What scrolls by itself may be wider.
CUT = """() => {
    const told = (element) => `${element.tagName}.${element.className} “${element.textContent.trim().slice(0, 50)}”`;
    const wrong = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) wrong.push(`${wide} px wider than the window`);
    const scrolls = (element) => {
        for (let each = element.parentElement; each; each = each.parentElement) {
            if (["auto", "scroll"].includes(getComputedStyle(each).overflowX) && each !== document.body) return true;
        }
        return false;
    };
    for (const element of document.body.querySelectorAll("*")) {
        const hasWords = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!hasWords || !element.checkVisibility({ visibilityProperty: true })) continue;
        if (element.closest(".visually-hidden, .skip-link, .rail, .toasts, option, script")) continue;
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        if (box.width < 2 || style.clipPath !== "none") continue;
        if (!scrolls(element) && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`outside: ${told(element)}`);
        const isCut = element.scrollWidth > element.clientWidth + 1 && style.display !== "inline";
        if (isCut && ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis") {
            wrong.push(`cut: ${told(element)}`);
        }
    }
    return [...new Set(wrong)];
}"""

#: What is pressed and is less than 44 px high, the field around it counted, or too narrow to hit. Running text
#: is left out, and so is what stands on a row that can be pressed as a whole.
SMALL = """() => {
    const small = [];
    for (const element of document.querySelectorAll("a, button, summary, select, input, textarea, .form-check-label")) {
        if (!element.checkVisibility({ visibilityProperty: true }) || element.closest(":disabled")) continue;
        if (element.matches("[type=hidden], [type=checkbox], [type=radio], .row-link, .row-title")) continue;
        if (element.closest(".visually-hidden, .skip-link, .rail, p, .free-text, .callout, .toasts")) continue;
        const box = element.getBoundingClientRect();
        const field = getComputedStyle(element, "::after");
        const isWider = field.content !== "none" && field.position === "absolute";
        const grown = (one, other) => (isWider ? -parseFloat(field[one]) - parseFloat(field[other]) : 0);
        const [width, height] = [box.width + grown("left", "right"), box.height + grown("top", "bottom")];
        if (width > 1 && (height < 43.5 || width < 32)) {
            const words = (element.textContent.trim() || element.name || "").slice(0, 40);
            small.push(`${element.tagName}.${element.className} “${words}” ${width} x ${height}`);
        }
    }
    return [...new Set(small)];
}"""

#: Buttons whose words are wider than they are. At 320 px words wrap; a little wider they do not.
BURST = """() => [...document.querySelectorAll("main .btn")]
    .filter((button) => button.checkVisibility() && button.scrollWidth > button.clientWidth + 1)
    .map((button) => button.textContent.trim())"""

#: Keys that mean two things: one key on two controls that do not lead to the same place, or a key that acts at once
#: although it begins another one. A menu that holds its key pressed may begin others: they are in it.
KEYS = """() => {
    const wrong = [];
    const isUsable = (element) => !element.disabled && (element.offsetParent !== null || element.closest(".rail"));
    const all = [...document.querySelectorAll("[data-key]")].filter(isUsable);
    const named = (element) => `${element.dataset.key}: ${element.dataset.keyLabel || element.textContent.trim()}`;
    for (const one of all) {
        for (const other of all) {
            const isSame = one.dataset.key === other.dataset.key && !(one.href && one.href === other.href);
            const begins = !("keyMenu" in one.dataset) && other.dataset.key.startsWith(`${one.dataset.key} `);
            if (one !== other && (isSame || begins)) wrong.push(`${named(one)} / ${named(other)}`);
        }
    }
    return [...new Set(wrong)];
}"""
