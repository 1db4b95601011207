// What axe-core finds against the page, by all its rules or by contrast alone: a list of sentences.
// Changes the page: look at it before.
async (all) => {
  // A formula is one text in one colour to axe, in its place; piece by piece it would take minutes.
  const formulas = [...document.querySelectorAll(".katex-html")];
  const boxes = formulas.map((formula) => formula.getBoundingClientRect());
  for (const [n, { width, height }] of boxes.entries()) {
    formulas[n].style.cssText = `display: inline-block; overflow: clip; white-space: nowrap;
      width: ${width}px; height: ${height}px`;
  }
  for (const part of document.querySelectorAll(".katex-html, .katex-mathml")) {
    part.replaceChildren(part.textContent);
  }

  // Contrast takes longest, and is measured once for each kind of element: by its tag, classes and
  // style, and those of all that it is in.
  const kinds = new Map();
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!text || !element.checkVisibility()) continue;
    let kind = "";
    for (let up = element; up; up = up.parentElement) {
      const style = up.matches(".katex-html") ? "" : up.getAttribute("style");
      kind += `${up.localName} ${up.getAttribute("class")} ${style};`;
    }
    if (!kinds.has(kind)) kinds.set(kind, element);
  }

  const resultTypes = ["violations"];
  const rules = { "color-contrast": { enabled: false } };
  const found = [
    all ? await axe.run({ resultTypes, rules }) : { violations: [] },
    await axe.run({ include: [...kinds.values()] }, { resultTypes, runOnly: ["color-contrast"] }),
  ];
  return found.flatMap(({ violations }) => violations).flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) =>
      `axe, ${id}: ${target.join(" ")}: ${failureSummary.replaceAll("\n", " ")}`));
}
