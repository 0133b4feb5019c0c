"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // Light and dark.
  const theme = document.getElementById("theme");
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light")) === "dark";
  const sayTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.setAttribute("aria-label", `Show in ${isDark() ? "light" : "dark"} colours`); };
  // A browser that keeps nothing, or not of files, throws.
  try { const kept = localStorage.getItem("recount-theme"); if (kept === "light" || kept === "dark") root.dataset.theme = kept; } catch { /* as the system has it */ }
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("recount-theme", root.dataset.theme); } catch { /* for now only */ }
    sayTheme();
  });
  matchMedia("(prefers-color-scheme:dark)").addEventListener("change", sayTheme);
  sayTheme();

  // Tables: sorted by a column, searched, filtered.
  const exact = (cell) => cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
  const asNumber = (text) => text === "" ? NaN : text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
  const sorted = (rows, column, isNumber, sign) => {
    const keyed = rows.map((row, place) => { const text = exact(row.cells[column]); return { row, place, text, key: isNumber ? asNumber(text) : text.toLowerCase() }; });
    const isMissing = (one) => isNumber ? Number.isNaN(one.key) : one.text === "";
    const collator = new Intl.Collator("en", { numeric: true });
    keyed.sort((a, b) => {
      // What is missing is last, whichever way.
      if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b) || a.place - b.place;
      const order = isNumber ? (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) : collator.compare(a.key, b.key);
      return sign * order || a.place - b.place;
    });
    return keyed.map((one) => one.row);
  };
  for (const table of document.querySelectorAll("table")) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      // Heads with buttons are not repeated on paper; text is.
      const printed = document.createElement("span");
      printed.className = "printed";
      printed.textContent = head.textContent;
      head.replaceChildren(printed, button);
      head.setAttribute("aria-sort", "none");
      const isNumber = head.classList.contains("n");
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        // Large numbers are what is looked for first, but for ranks.
        const first = isNumber && !/rank/.test(head.dataset.column) ? "descending" : "ascending";
        const next = before === "none" ? first : before === "ascending" ? "descending" : "ascending";
        heads.forEach((one) => one.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", next);
        body.append(...sorted([...body.rows], column, isNumber, next === "ascending" ? 1 : -1));
      });
    });
  }
  const inSize = (text, chosen) => {
    const size = asNumber(text), [least, most] = chosen.split(",").map(Number);
    return size >= least && size < most;
  };
  for (const holder of document.querySelectorAll("[data-filtered]")) {
    const form = holder.querySelector("form"), table = holder.querySelector("table"), count = form.querySelector("output");
    const heads = [...table.tHead.rows[0].cells].map((head) => head.dataset.column);
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: row.textContent.toLowerCase(), cells: [...row.cells].map(exact) }));
    const apply = () => {
      const words = (form.querySelector("input[type=search]")?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = [...form.querySelectorAll("select")].filter((select) => select.value !== "").map((select) => [heads.indexOf(select.dataset.column), select.value, select.dataset.column]);
      let n = 0;
      for (const one of rows) {
        const shown = words.every((word) => one.text.includes(word)) && chosen.every(([place, value, column]) => {
          const cell = one.cells[place];
          return value === "?" ? cell === "" : column === "total_parameters_b" ? inSize(cell, value) : cell === value;
        });
        one.row.hidden = !shown;
        n += shown;
      }
      count.textContent = n === rows.length ? `${n} rows` : `${n} of ${rows.length} rows`;
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", apply);
    apply();
  }

  // Figures: what a mark stands for, by pointer or arrow keys; a larger view; a file.
  const tip = document.getElementById("tip");
  const NEAR = 24;
  const say = (text, x, y) => {
    tip.textContent = text;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - width - 4))}px`;
    tip.style.top = `${y - height - 10 > 0 ? y - height - 10 : y + 16}px`;
  };
  let marked = null;
  const mark = (element) => { marked?.classList.remove("marked"); marked = element; marked?.classList.add("marked"); };
  const quiet = () => { tip.textContent = ""; mark(null); };
  const large = document.getElementById("large"), stage = large.querySelector(".stage");
  for (const figure of document.querySelectorAll("figure")) {
    const svg = figure.querySelector("svg");
    const marks = [...svg.querySelectorAll("title")].map((title) => { const element = title.parentNode, text = title.textContent; title.remove(); return { element, text }; }).filter((one) => one.text);
    const nearest = (x, y) => {
      let best = null, least = NEAR;
      for (const one of marks) {
        const box = one.element.getBoundingClientRect();
        const dx = Math.max(box.left - x, 0, x - box.right), dy = Math.max(box.top - y, 0, y - box.bottom);
        const away = Math.hypot(dx, dy);
        if (away < least) { least = away; best = one; }
      }
      return best;
    };
    svg.addEventListener("pointermove", (event) => {
      const one = nearest(event.clientX, event.clientY);
      if (!one) { quiet(); return; }
      if (one.element !== marked) mark(one.element);
      say(one.text, event.clientX, event.clientY);
    });
    svg.addEventListener("pointerleave", quiet);
    const tools = document.createElement("span");
    tools.className = "tools";
    const caption = figure.closest(".plate").querySelector(".caption").textContent.split(".")[0];
    for (const [label, act] of [["Enlarge", () => enlarge(figure, svg)], ["SVG", () => save(svg, `${figure.id}.svg`)]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.setAttribute("aria-label", `${label} ${caption}`);
      button.addEventListener("click", act);
      tools.append(button);
    }
    if (marks.length) {
      const walk = document.createElement("button");
      walk.type = "button";
      walk.textContent = "Values, by arrow keys";
      walk.setAttribute("aria-label", `${walk.textContent}, of ${caption}`);
      let place = -1;
      const show = () => { const one = marks[place], box = one.element.getBoundingClientRect(); mark(one.element); say(one.text, box.right, box.top); };
      walk.addEventListener("click", () => { place = Math.max(place, 0); show(); });
      walk.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") quiet();
        if (!step) return;
        event.preventDefault();
        place = (place + step + marks.length) % marks.length;
        show();
      });
      walk.addEventListener("blur", quiet);
      tools.append(walk);
    }
    figure.closest(".plate").querySelector(".foot").append(tools);
  }
  const save = (svg, name) => {
    const copy = svg.cloneNode(true);
    copy.removeAttribute("aria-hidden");
    // A variable is named after its colour on white paper.
    const text = new XMLSerializer().serializeToString(copy).replace(/var\(--c([0-9a-f]{6})\)/g, "#$1");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  // The larger view: the same element, moved, and its view box changed.
  let home = null, whole = null;
  const view = (box) => stage.firstChild.setAttribute("viewBox", box.join(" "));
  const box = () => stage.firstChild.getAttribute("viewBox").split(" ").map(Number);
  const enlarge = (figure, svg) => {
    home = figure; whole = svg.getAttribute("viewBox");
    const [x, y, w, h] = whole.split(" ").map(Number), scale = svg.getBoundingClientRect().width / w;
    stage.replaceChildren(svg); large.append(tip); large.showModal();
    // On a telephone the whole figure may be smaller here than in the page; then a part of it is shown.
    const area = stage.getBoundingClientRect(), larger = scale * 1.25;
    if (Math.min(area.width / w, area.height / h) < larger) view([x, y, Math.min(w, area.width / larger), Math.min(h, area.height / larger)]);
  };
  const zoom = (factor, fx = 0.5, fy = 0.5) => {
    const [x, y, w, h] = box(), all = whole.split(" ").map(Number);
    const width = Math.min(Math.max(all[2], all[3] * w / h), Math.max(all[2] / 40, w * factor)), height = width * h / w;
    view([x + (w - width) * fx, y + (h - height) * fy, width, height]);
  };
  const move = (dx, dy) => { const [x, y, w, h] = box(); view([x + dx * w, y + dy * h, w, h]); };
  large.addEventListener("close", () => { const svg = stage.firstChild; svg.setAttribute("viewBox", whole); home.append(svg); document.body.append(tip); quiet(); });
  large.addEventListener("click", (event) => {
    const act = event.target.dataset.zoom;
    if (act === "in") zoom(0.7);
    if (act === "out") zoom(1 / 0.7);
    if (act === "all") stage.firstChild.setAttribute("viewBox", whole);
    if (act === "close") large.close();
  });
  large.addEventListener("keydown", (event) => {
    const act = { "+": () => zoom(0.7), "-": () => zoom(1 / 0.7), "0": () => stage.firstChild.setAttribute("viewBox", whole), ArrowLeft: () => move(-0.1, 0), ArrowRight: () => move(0.1, 0), ArrowUp: () => move(0, -0.1), ArrowDown: () => move(0, 0.1) }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const area = stage.getBoundingClientRect();
    zoom(Math.exp(event.deltaY * 0.0015), (event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
  }, { passive: false });
  let drag = null;
  stage.addEventListener("pointerdown", (event) => { drag = [event.clientX, event.clientY]; stage.setPointerCapture(event.pointerId); });
  stage.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const area = stage.getBoundingClientRect();
    move((drag[0] - event.clientX) / area.width, (drag[1] - event.clientY) / area.height);
    drag = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { drag = null; });
})();
