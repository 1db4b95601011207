// What is wrong with the page as it stands, at this width: a list of sentences.
() => {
  const found = [];
  const root = document.documentElement;
  const view = root.clientWidth;

  const name = (element) => {
    const near = element.closest("[id]");
    const own = [element.tagName.toLowerCase(), ...element.classList].join(".");
    return near && near !== element ? `${own} in #${near.id}` : own;
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const clips = (element) => getComputedStyle(element).overflowX !== "visible";

  // The box of an element and its text, as far as its ancestors let them be seen.
  const visible = (element) => {
    let { left, right, top, bottom } = element.getBoundingClientRect();
    if (!clips(element)) right = Math.max(right, left + element.scrollWidth);
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (!clips(up)) continue;
      const box = up.getBoundingClientRect();
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
    }
    return { left, right, top, bottom };
  };
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;

  if (root.scrollWidth > view) found.push(`scrolls sideways, to ${root.scrollWidth}`);

  // Nothing reaches out of the text, unless it is in a box that scrolls.
  const article = document.querySelector("article") ?? document.body;
  const edge = Math.min(view, article.getBoundingClientRect().right) + 1;
  const solid = "p, pre, table, img, svg, dl, ul, ol, form, button, .katex-html > .base";
  for (const element of article.querySelectorAll(solid)) {
    if (!seen(element) || getComputedStyle(element).position === "absolute") continue;
    const { left, right } = visible(element);
    if (right > edge && right > left) {
      found.push(`${name(element)} reaches to ${Math.round(right)}, the text to ${edge - 1}`);
    }
  }

  // What is cut off must scroll.
  for (const element of article.querySelectorAll(":not(.katex *, svg *)")) {
    const style = getComputedStyle(element);
    if (!["hidden", "clip"].includes(style.overflowX)) continue;
    if (style.clipPath !== "none" || element.clientWidth <= 1 || !seen(element)) continue;
    if (element.scrollWidth > element.clientWidth + 1) found.push(`${name(element)} is cut off`);
  }

  for (const number of document.querySelectorAll(".eqno, .katex-html .tag")) {
    const formula = number.closest("div.math").querySelectorAll(".katex-html > .base");
    if ([...formula].some((part) => overlap(visible(part), visible(number)))) {
      found.push(`the number ${number.textContent} lies on its formula`);
    }
  }

  // The parts of a card, of a chain and of a row of buttons lie beside or below each other.
  const boxes = ".gp-card, .gp-head, .gp-foot, .gp-actions, .gp-chain, .gp-facts, .gp-filter";
  for (const box of document.querySelectorAll(boxes)) {
    const parts = [...box.children].filter(
      (part) => seen(part) && !["absolute", "fixed"].includes(getComputedStyle(part).position),
    );
    for (const [n, part] of parts.entries()) {
      const other = parts.slice(n + 1).find((next) => overlap(visible(part), visible(next)));
      if (other) found.push(`${name(part)} lies on ${name(other)}`);
    }
  }
  return found;
}
