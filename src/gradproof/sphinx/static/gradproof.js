/* Copying, and finding identities.  Without it the pages are complete. */
"use strict";
(() => {
  const said = document.createElement("div");
  said.className = "gp-said";
  said.setAttribute("role", "status");
  document.body.append(said);

  function say(text) {
    said.textContent = text;
    clearTimeout(say.later);
    say.later = setTimeout(() => { said.textContent = ""; }, 4000);
  }

  // Pages opened from a disk have no clipboard to ask for, but an older way to it.
  async function toClipboard(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "gp-unseen";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  async function copy(button, text, what) {
    const done = await toClipboard(text);
    say(done ? `${what} copied` : `${what} could not be copied: select it by hand`);
    if (!done) return;
    button.classList.add("gp-done");
    setTimeout(() => button.classList.remove("gp-done"), 2000);
    button.focus();
  }

  // What opens to be read becomes a button that copies it.
  for (const source of document.querySelectorAll("details.gp-source")) {
    const [summary, text] = source.children;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gp-do";
    button.textContent = summary.textContent;
    button.setAttribute("aria-label", `Copy ${summary.dataset.copy}`);
    button.addEventListener("click", () => copy(button, text.textContent, summary.dataset.copy));
    source.replaceWith(button);
  }

  for (const link of document.querySelectorAll("a[data-copy]")) {
    link.setAttribute("aria-label", `Copy ${link.dataset.copy}`);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      copy(link, link.href, link.dataset.copy);
    });
  }

  for (const cite of document.querySelectorAll("details.gp-cite")) {
    for (const heading of cite.querySelectorAll("h6, dt")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "gp-do";
      button.textContent = "Copy";
      button.setAttribute("aria-label", `Copy ${heading.textContent}`);
      const name = heading.textContent;
      button.addEventListener("click", () => {
        copy(button, heading.nextElementSibling.textContent, name);
      });
      heading.append(button);
    }
    cite.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !cite.open) return;
      cite.open = false;
      cite.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (cite.open && !cite.contains(event.target)) cite.open = false;
    });
  }

  // What scrolls by itself is reached by the keyboard, too.
  const wide = "div.math > .katex-display, .gp-step, .gp-start, .gp-facts dd > p, " +
    ".gp-counterexample > p, div.highlight > pre, .gp-shapes, .table-wrapper";
  function reach(boxes) {
    // To measure what is not drawn yet would be to lay it out; its turn comes with its drawing.
    const drawn = [...boxes].filter((box) =>
      box.matches(wide) && box.checkVisibility?.({ contentVisibilityAuto: true }) !== false);
    const wider = drawn.map((box) => box.scrollWidth > box.clientWidth + 1);
    drawn.forEach((box, index) => {
      if (wider[index]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  const sizes = new ResizeObserver((changes) => reach(changes.map(({ target }) => target)));
  for (const box of document.querySelectorAll(wide)) sizes.observe(box);
  document.fonts.addEventListener("loadingdone", () => reach(document.querySelectorAll(wide)));
  // What is drawn only as it comes into view has its width from then on.
  document.addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => {
    if (!skipped) reach([target, ...target.querySelectorAll(wide)]);
  });

  // What is drawn on the way to an address takes its true height; the place that was asked for stays
  // where it is until the reader scrolls.  Where one goes back or loads anew, the browser knows best.
  let followed = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  let sought = null;
  function seek() {
    sought = followed ? document.querySelector(":target") : null;
    followed = false;
  }
  for (const action of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(action, () => { sought = null; }, { passive: true });
  }
  addEventListener("click", ({ target }) => { followed = target.closest("a") !== null; });
  addEventListener("hashchange", seek);
  document.addEventListener("contentvisibilityautostatechange", () => {
    sought?.scrollIntoView({ behavior: "instant" });
  });
  addEventListener("load", seek);

  // A second after the page stands, the rest of it is laid out piece by piece whenever there is
  // time, so that what is jumped to is where it is thought to be.
  const later = getComputedStyle(document.body).getPropertyValue("--gp-later");
  if (later) addEventListener("load", () => {
    const rest = document.querySelectorAll(
      "article section section, .gp-card, div.cell, div.math > .katex-display",
    ).values();
    function lay() {
      const { value, done } = rest.next();
      if (done) return;
      value.style.contentVisibility = "visible";
      requestIdleCallback(lay);
    }
    setTimeout(lay, 1000);
  });

  // A version that is no longer the newest says so: what was cited may have been corrected since.
  const version = DOCUMENTATION_OPTIONS.VERSION;
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  if (root.protocol !== "file:" && root.pathname.endsWith(`/v${version}/`)) outdated();
  async function outdated() {
    const answer = await fetch(new URL("../newest.json", root), { cache: "no-cache" });
    const newest = answer.ok && (await answer.json()).version;
    if (!newest || newest === version) return;
    const note = document.createElement("aside");
    note.className = "gp-newer";
    note.setAttribute("aria-label", "Versions");
    const link = document.createElement("a");
    link.href = new URL(`../latest/${location.href.slice(root.href.length)}`, root);
    link.textContent = `This page in version ${newest}`;
    note.append(`You read version ${version}, which stays as it was. `, link);
    document.body.append(note);
  }

  // The search splits an id into words; the identity that bears the very name comes first.
  if (typeof Scorer !== "undefined") {
    const query = new URLSearchParams(location.search).get("q")?.trim().toLowerCase();
    Scorer.score = ([, name, , , score]) => score + (name.toLowerCase() === query ? 100 : 0);
  }

  const form = document.querySelector("form.gp-filter");
  if (form) ledger(form);

  function ledger(form) {
    const lines = [...document.querySelectorAll("table.gp-ledger tbody tr")];
    // The words are gathered when something is first sought, not while the page is drawn.
    let gathered = null;
    function gather(row) {
      const text = (cell, kind) => row.cells[cell].querySelector(kind).textContent;
      const page = text(0, ".gp-page");
      const words = [text(0, "code"), page, text(0, ".gp-find"), text(5, "p")].join(" ");
      const verdict = row.querySelector(".gp-word").textContent;
      return { row, page, verdict, plain: words.toLowerCase(), exact: tokens(words) };
    }
    // A single letter is a symbol, capital or not; a number is one of the Matrix Cookbook.
    function tokens(words) {
      return new Set(words.split(/[^\p{L}\p{N}]+/u));
    }
    function fits(entry, term) {
      if (/^\d+$/.test(term)) return entry.exact.has(`MC${term}`);
      if ([...term].length === 1) return entry.exact.has(term);
      return entry.plain.includes(term.toLowerCase());
    }
    function search() {
      const { q, on, verdict } = Object.fromEntries(new FormData(form));
      const terms = q.replace(/\bMC\s*\(?(\d+)\)?/gi, "$1").split(/\s+/).filter(Boolean);
      let count = 0;
      gathered ??= lines.map(gather);
      for (const entry of gathered) {
        const shown = (!on || entry.page === on) && (!verdict || entry.verdict === verdict) &&
          terms.every((term) => fits(entry, term));
        entry.row.hidden = !shown;
        count += shown;
      }
      form.querySelector("output").textContent = `${count} of ${lines.length}`;
    }
    form.elements.q.value = new URLSearchParams(location.search).get("q") || form.elements.q.value;
    form.addEventListener("input", search);
    form.addEventListener("submit", (event) => event.preventDefault());
    if ([...form.elements].some(({ value }) => value)) search();
    else form.querySelector("output").textContent = `${lines.length} of ${lines.length}`;
  }
})();
