// Zoom, drag and neighbours of the graph.  Without this script it is read by scrolling.

for (const frame of document.querySelectorAll(".gp-graph-frame")) {
  const view = frame.querySelector(".gp-graph");
  const drawing = view.querySelector("svg");
  const { width, height } = drawing.viewBox.baseVal;
  let scale = 1;

  // Keeps the point (x, y) of the view where it is.
  const zoom = (wanted, x = view.clientWidth / 2, y = view.clientHeight / 2) => {
    const next = Math.min(3, Math.max(0.1, wanted));
    const left = ((view.scrollLeft + x) * next) / scale - x;
    const top = ((view.scrollTop + y) * next) / scale - y;
    scale = next;
    drawing.setAttribute("width", width * scale);
    drawing.setAttribute("height", height * scale);
    view.scrollTo(left, top);
  };
  const whole = () => {
    const style = getComputedStyle(view);
    const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    zoom(Math.min(1, (view.clientWidth - padding) / width));
  };

  const tools = frame.querySelector(".gp-graph-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const wanted = event.target.dataset?.zoom;
    if (wanted === "fit") whole();
    else if (wanted) zoom(scale * Number(wanted));
  });
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale * 0.8);
    else if (event.key === "0") whole();
  });
  view.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = view.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY / 300);
      zoom(scale * factor, event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );

  // Fingers scroll by themselves; a mouse drags, and a drag is not a click.
  let grabbed = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    grabbed = { x: event.clientX, y: event.clientY, moved: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (!grabbed) return;
    const dx = event.clientX - grabbed.x;
    const dy = event.clientY - grabbed.y;
    if (!grabbed.moved && Math.hypot(dx, dy) < 4) return;
    view.scrollBy(-dx, -dy);
    view.classList.add("gp-grabbed");
    grabbed = { x: event.clientX, y: event.clientY, moved: true };
  });
  window.addEventListener("pointerup", () => {
    const moved = grabbed?.moved;
    grabbed = null;
    view.classList.remove("gp-grabbed");
    if (moved) {
      const stop = (event) => event.preventDefault();
      view.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => view.removeEventListener("click", stop, { capture: true }), 0);
    }
  });
  view.addEventListener("dragstart", (event) => event.preventDefault());

  // What a box rests on and what rests on it.
  const nodes = new Map([...view.querySelectorAll("[data-node]")].map((n) => [n.dataset.node, n]));
  const near = (number, on) => {
    for (const edge of view.querySelectorAll(".gp-edge")) {
      const { from, to } = edge.dataset;
      if (from !== number && to !== number) continue;
      edge.classList.toggle("gp-near", on);
      nodes.get(from === number ? to : from).classList.toggle("gp-near", on);
    }
  };
  for (const [number, node] of nodes) {
    for (const kind of ["pointerenter", "focusin"]) {
      node.addEventListener(kind, () => near(number, true));
    }
    for (const kind of ["pointerleave", "focusout"]) {
      node.addEventListener(kind, () => near(number, false));
    }
  }
}
