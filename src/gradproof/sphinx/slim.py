"""KaTeX's drawing of a formula with fewer elements, which a browser need not read and lay out.

KaTeX marks every sign by its kind, which its style sheet says nothing about, puts spaces into
elements of their own, and an index or exponent into a table.  A mark without a style goes, a space
becomes the margin of the sign beside it, and an index of plain signs is set lower, an exponent
higher, by its style; what is seen stays where it was, to the pixel.  What is spoken stays too, and
its LaTeX is marked as not to be spoken: it is not displayed, but of MathML that is not laid out
yet, a browser does not know that.
"""

from __future__ import annotations

SLIM = r"""(() => {
  const {Span, SymbolNode} = katex.__domTree;
  const KINDS =
    ["", "mord", "mop", "mbin", "mrel", "mopen", "mclose", "mpunct", "minner", "mtight"];
  // Of their children the style sheet says nothing, whatever these are.
  const LOOSE = /^(base|sizing|reset-size\d+|size\d+)$/;
  // What the sizes 1 to 11 of its style sheet multiply a font by.
  const SIZES = [.5, .6, .7, .8, .9, 1, 1.2, 1.44, 1.728, 2.074, 2.488];
  const hanging = new WeakSet();
  const kind = (name) => KINDS.includes(name);
  const bare = (node) => !Object.keys(node.style).length && node.classes.every(kind);
  const named = (node, ...names) => node instanceof Span && node.classes.join() === names.join();
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  // A span whose marks alone are its reason to be is as good as what is in it.
  function opened(node) {
    if (!(node instanceof Span)) return [node];
    const parts = slim(node);
    if (named(node, "msupsub") && parts.length === 1 && !Object.keys(node.style).length) {
      const script = hung(parts[0]);
      if (!script) parts[0].classes.push("msupsub");
      return [script ?? parts[0]];
    }
    return bare(node) && !Object.keys(node.attributes).length ? parts : [node];
  }

  // An index or exponent alone, of plain signs, without the table in which it stands.
  function hung(table) {
    const [wrap, ...others] = table.children[0].children[0].children;
    const [strut, script] = wrap.children ?? [];
    if (others.length || !named(strut, "pstrut") || !(script instanceof Span)) return null;
    const [of, to] = ["reset-size", "size"].map((word) =>
      script.classes.find((name) => name.match(`^${word}\\d+$`))?.slice(word.length));
    const plain = (node) => !(node instanceof Span) || hanging.has(node);
    if (!script.classes.includes("sizing") || !script.children.every(plain)) return null;
    const ratio = SIZES[to - 1] / SIZES[of - 1];
    const scaled = (length) => `${+(length / ratio).toFixed(4)}em`;
    const {top, ...margins} = wrap.style;
    script.style.position = "relative";
    script.style.top = scaled(parseFloat(top) + parseFloat(strut.style.height));
    for (const [side, length] of Object.entries(margins)) {
      if (parseFloat(length)) script.style[side] = scaled(parseFloat(length));
    }
    hanging.add(script);
    return script;
  }

  function widened(sign, side, space) {
    const own = side === "marginRight" ? sign.italic : 0;
    sign.style[side] = `${+(parseFloat(space) + own).toFixed(4)}em`;
    if (own) sign.italic = 0;
  }

  function spaced(nodes) {
    const kept = [];
    const takes = (node, side) =>
      node instanceof SymbolNode && !(side in node.style) && node.italic >= 0;
    nodes.forEach((node, index) => {
      const last = kept[kept.length - 1], next = nodes[index + 1];
      const space = named(node, "mspace") && Object.keys(node.style).join() === "marginRight" &&
        /^-?[\d.]+em$/.test(node.style.marginRight) && node.style.marginRight;
      if (space && next && takes(next, "marginLeft")) widened(next, "marginLeft", space);
      else if (space && last === nodes[index - 1] && last && takes(last, "marginRight")) {
        widened(last, "marginRight", space);
      } else kept.push(node);
    });
    return kept;
  }

  // A fraction without delimiters stands between two empty ones.
  function unfenced(nodes) {
    return nodes.filter((node, index) => {
      const fraction = named(node, "mopen", "nulldelimiter") ? nodes[index + 1]
        : named(node, "mclose", "nulldelimiter") ? nodes[index - 1] : null;
      const fenced = (at) => named(nodes[at - 1] ?? node, "mopen", "nulldelimiter") &&
        named(nodes[at + 1] ?? node, "mclose", "nulldelimiter");
      if (!fraction || !named(fraction, "mfrac") || !fenced(nodes.indexOf(fraction))) return true;
      fraction.style.margin = "0 .12em";
      return false;
    });
  }

  function text(node) {
    if (!(node instanceof SymbolNode) || !bare(node) || node.italic > 0) return node;
    return {toMarkup: () => escaped(node.text)};
  }

  function slim(node) {
    const loose = node.classes.every((name) => kind(name) || LOOSE.test(name));
    if (!loose) for (const child of node.children) if (child instanceof Span) slim(child);
    if (loose) node.children = unfenced(spaced(node.children.flatMap(opened))).map(text);
    return node.children;
  }

  return (tree) => {
    if (tree.classes.includes("katex-mathml")) {
      const [semantics] = tree.children[0].children;
      semantics.children[1].setAttribute("aria-hidden", "true");
    } else if (tree.classes.includes("katex-html")) slim(tree);
    else tree.children.forEach((child) => child.classes && globalThis.slimmed(child));
    return tree;
  };
})()"""
