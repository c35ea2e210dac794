// The script of a gallery. It runs from disk: it fetches nothing, and stores marks in the browser.
"use strict";
(() => {
  const CHUNK = 80;
  const AHEAD = "2500px";
  const $ = (id) => document.getElementById(id);

  const storage = {
    read(name, fallback) {
      try { return JSON.parse(localStorage.getItem(name)) ?? fallback; } catch { return fallback; }
    },
    write(name, value) {
      try { localStorage.setItem(name, JSON.stringify(value)); } catch { announce("This browser does not save data for pages opened from disk."); }
    },
  };

  // the theme is set before anything is drawn
  const theme = storage.read("limner:theme", "");
  if (theme) document.documentElement.dataset.theme = theme;
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const switchTheme = () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    storage.write("limner:theme", next);
    announce(next === "dark" ? "Dark theme" : "Light theme");
  };

  let hideTimer;
  function announce(text) {
    const toast = $("toast");
    if (!toast) return;
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(hideTimer);
    hideTimer = setTimeout(() => toast.classList.remove("shown"), 1800);
  }

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name in node && name !== "list") node[name] = value; else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  // marks of the viewer: picked or rejected, stars, tags
  const marks = {
    key: "",
    all: {},
    open(token) { this.key = `limner:${token}:marks`; this.all = storage.read(this.key, {}); },
    of(id) { return this.all[id] ?? {}; },
    set(id, change) {
      this.all = storage.read(this.key, {}); // another page may have changed it meanwhile
      this.all[id] = { ...this.of(id), ...change };
      storage.write(this.key, this.all);
    },
    press(id, key) {
      const now = this.of(id);
      if (key === "p" || key === "x") {
        const word = key === "p" ? "pick" : "reject";
        this.set(id, { pick: now.pick === word ? "" : word });
      } else {
        this.set(id, { stars: now.stars === Number(key) ? 0 : Number(key) });
      }
      announce(this.describe(id) || "No mark");
    },
    describe(id) {
      const { pick, stars } = this.of(id);
      const decision = { pick: "picked", reject: "rejected" }[pick];
      return [decision, stars ? `${stars} star${stars > 1 ? "s" : ""}` : ""].filter(Boolean).join(", ");
    },
  };
  const MARK_KEYS = /^[px1-5]$/;

  // the page that the viewer came from: the ids that the start page or a sweep showed, in order
  const origin = {
    key: () => `limner:${document.body.dataset.token}:trail`,
    write(from) {
      try { sessionStorage.setItem(this.key(), JSON.stringify(from)); } catch { /* then the order of the build applies */ }
    },
    read() {
      try {
        const { ids = [], home = "", view = {} } = JSON.parse(sessionStorage.getItem(this.key())) ?? {};
        return { ids: ids.filter((id) => /^[a-z0-9-]+$/.test(id)), home: /^sweeps\/[a-z0-9-]+\.html$/.test(home) ? home : "", view };
      } catch { return { ids: [], home: "", view: {} }; }
    },
  };
  const typing = (event) =>
    event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);

  const badge = (pick, stars) =>
    [pick === "pick" ? "✓" : pick === "reject" ? "✕" : "", "★".repeat(stars ?? 0)].filter(Boolean).join(" ");

  function picture(piece, root, sizes) {
    const [width, height, file] = piece.thumbnails[0];
    return element("img", {
      loading: "lazy", decoding: "async", width, height, alt: piece.alt, sizes,
      srcset: piece.thumbnails.map((thumbnail) => `${root}${thumbnail[2]} ${thumbnail[0]}w`).join(", "), src: root + file,
    });
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // a movie plays over its thumbnail while the pointer or the keyboard focus is on it
  function playOver(link, file) {
    let movie;
    const stop = () => { movie?.remove(); movie = undefined; };
    const start = () => {
      if (movie || calm()) return;
      const video = /\.(mp4|webm)$/.test(file);
      movie = video ? element("video", { muted: true, loop: true, playsInline: true, src: file }) : element("img", { alt: "", src: file });
      movie.className = "movie";
      movie.setAttribute("aria-hidden", "true");
      link.firstElementChild.after(movie);
      if (video) movie.play().catch(stop);
    };
    const end = () => { if (!link.matches(":hover, :focus-visible")) stop(); };
    for (const name of ["pointerenter", "focus"]) link.addEventListener(name, start);
    for (const name of ["pointerleave", "blur"]) link.addEventListener(name, end);
  }

  // ---- start page
  function index() {
    const pieces = window.limnerPieces ?? [];
    const wall = $("wall");
    const state = { chosen: {}, ranges: {}, shown: [], drawn: 0 };
    const tags = (piece) => [...piece.tags, ...(marks.of(piece.id).tags ?? [])];
    const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const type = (piece) => [piece.video ? "movie" : "picture", piece.file.split(".").pop()];
    for (const piece of pieces) {
      piece.text = plain([piece.title, piece.color, piece.seed, ...piece.stages, ...piece.palettes, ...type(piece).filter((word) => word !== "picture")].join(" "));
      const [width, height] = piece.thumbnails[0];
      piece.aspect = Math.min(3, Math.max(0.4, width / height));
    }
    const score = (piece) => piece.scores.psnr ?? piece.scores.ssim ?? -Infinity;
    const natural = new Intl.Collator(undefined, { numeric: true });
    const big = (text) => BigInt(text);
    const bySeed = (a, b) => (big(a.seed) < big(b.seed) ? -1 : big(a.seed) > big(b.seed) ? 1 : 0);
    const orders = {
      changed: (a, b) => b.changed - a.changed,
      title: (a, b) => natural.compare(a.title, b.title) || bySeed(a, b),
      seed: bySeed,
      score: (a, b) => (score(b) > score(a) ? 1 : score(b) < score(a) ? -1 : 0),
      stars: (a, b) => (marks.of(b.id).stars ?? 0) - (marks.of(a.id).stars ?? 0),
    };

    // words match anywhere; tag:night matches a field, psnr>30 a number. What cannot be searched is reported in words.
    const has = (values, word) => values.some((value) => plain(value).includes(word));
    const FIELDS = {
      seed: (piece, word) => piece.seed === word,
      tag: (piece, word) => has(tags(piece), word),
      color: (piece, word) => plain(piece.color) === word,
      stage: (piece, word) => has(piece.stages, word),
      palette: (piece, word) => has(piece.palettes, word),
      type: (piece, word) => type(piece).includes(word),
      related: (piece, word) => piece.related.includes(word),
    };
    const NUMBERS = {
      psnr: (piece) => piece.scores.psnr,
      ssim: (piece) => piece.scores.ssim,
      loss: (piece) => piece.scores.loss,
      steps: (piece) => piece.step || undefined,
      stars: (piece) => marks.of(piece.id).stars ?? 0,
      width: (piece) => piece.size[0],
      height: (piece) => piece.size[1],
      seed: (piece) => Number(piece.seed),
    };
    const SIGNS = { ">": (a, b) => a > b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, "=": (a, b) => a === b };
    const ALIASES = { colour: "color", step: "steps", format: "type" };
    const NAMES = [...Object.keys(FIELDS), ...Object.keys(NUMBERS), ...Object.keys(ALIASES)].join("|");
    const SPACED = new RegExp(`\\b(${NAMES})\\s*(>=|<=|>|<|=)\\s*`, "g");
    function numberExample(name) { // a comparison that some pieces match
      const values = pieces.map(NUMBERS[name]).filter((value) => value !== undefined).sort((a, b) => a - b);
      const middle = values[values.length >> 1] ?? 30;
      return name === "loss" || name === "seed" ? `${name}<${Number((2 * middle || 1).toPrecision(2))}` : `${name}>=${Math.floor(middle)}`;
    }
    function fieldExample(name) { // a word of the field that some pieces have
      const words = { seed: (piece) => [piece.seed], tag: tags, color: (piece) => [piece.color], stage: (piece) => piece.stages, palette: (piece) => piece.palettes, type }[name];
      const word = words && pieces.flatMap(words).map((text) => plain(text).split(" ").pop())[0];
      return word ? `, such as ${name}:${word}` : "";
    }
    function parseQuery(words) {
      const conditions = [], notes = [], unknown = [];
      const reject = (note) => { notes.push(note); conditions.push(() => false); };
      for (const word of plain(words).replace(SPACED, "$1$2").replace(/(\d)\s+db\b/g, "$1").split(/\s+/).filter(Boolean)) {
        const [, written, sign, value] = word.match(/^([a-z]+)(:|>=|<=|>|<|=)(.*)$/) ?? [];
        const name = Object.hasOwn(ALIASES, written ?? "") ? ALIASES[written] : written ?? "";
        const [isField, isNumber] = [Object.hasOwn(FIELDS, name), Object.hasOwn(NUMBERS, name)];
        if (isField && (sign === ":" || (sign === "=" && !isNumber))) {
          if (value) conditions.push((piece) => FIELDS[name](piece, value));
          else notes.push(`${written}: add a word${fieldExample(name)}`);
        } else if (isNumber && sign !== ":") {
          const bound = Number(value.replace(/db$/, ""));
          if (!value) notes.push(`${written}: add a number, such as ${numberExample(name)}`);
          else if (Number.isNaN(bound)) reject(`${written}: ${value} is not a number`);
          else if (!pieces.some((piece) => NUMBERS[name](piece) !== undefined)) reject(`${written}: no piece of this gallery has it`);
          else conditions.push((piece) => NUMBERS[name](piece) !== undefined && SIGNS[sign](NUMBERS[name](piece), bound));
        } else if (isNumber) reject(`${written}: compare it, such as ${numberExample(name)}`);
        else if (isField) reject(`${written}: write it with a colon${fieldExample(name)}`);
        else {
          if (written) unknown.push(`${written}: neither a field (${Object.keys(FIELDS).filter((field) => field !== "related").join(", ")}) nor a number (${Object.keys(NUMBERS).join(", ")})`);
          conditions.push((piece) => piece.text.includes(word) || has(tags(piece), word));
        }
      }
      return { conditions, notes, unknown };
    }

    const STARS = [1, 2, 3, 4, 5].map((n) => "★".repeat(n)); // each means: at least this many
    const alwaysShown = { Marks: ["picked", "rejected", "undecided"], Stars: STARS };
    const mixed = new Set(pieces.map((piece) => piece.video)).size > 1;
    const groups = {
      Colour: (piece) => [piece.color],
      Network: (piece) => kinds(piece, "network"),
      Encoder: (piece) => kinds(piece, "encoder"),
      Warp: (piece) => kinds(piece, "warp"),
      Trainer: (piece) => kinds(piece, "trainer"),
      Motion: (piece) => kinds(piece, "motion"),
      Palette: (piece) => piece.palettes,
      Type: (piece) => (mixed ? type(piece).slice(0, 1) : []),
      Tag: tags,
      Marks: (piece) => [{ pick: "picked", reject: "rejected" }[marks.of(piece.id).pick] ?? "undecided"],
      Stars: (piece) => STARS.slice(0, marks.of(piece.id).stars ?? 0),
    };
    function kinds(piece, role) {
      return piece.stages.filter((stage) => stage.startsWith(`${role} `)).map((stage) => stage.slice(role.length + 1));
    }

    function renderFilters() {
      const parts = Object.entries(groups).map(([name, of]) => {
        const count = new Map();
        for (const piece of pieces) for (const value of new Set(of(piece))) if (value) count.set(value, (count.get(value) ?? 0) + 1);
        for (const value of alwaysShown[name] ?? []) count.set(value, count.get(value) ?? 0);
        const choices = alwaysShown[name]?.map((value) => [value, count.get(value)])
          ?? [...count].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, 40);
        if (!choices.length) return "";
        const buttons = choices.map(([value, frequency]) => {
          const on = (state.chosen[name] ?? new Set()).has(value);
          const chip = element("button", { type: "button", ariaPressed: String(on) }, value, element("small", {}, String(frequency)));
          if (name === "Stars") chip.setAttribute("aria-label", `at least ${value.length} star${value.length > 1 ? "s" : ""}, ${frequency}`);
          chip.addEventListener("click", () => {
            const set = (state.chosen[name] ??= new Set());
            if (!set.delete(value)) set.add(value);
            chip.setAttribute("aria-pressed", String(set.has(value)));
            edited();
          });
          return chip;
        });
        return element("fieldset", {}, element("legend", {}, name), ...buttons);
      });
      $("chips").replaceChildren(element("div", { className: "ranges" }, ...Object.keys(METRICS).map(range)), ...parts);
    }

    // a metric between two bounds: two handles below a histogram
    const METRICS = {
      psnr: { name: "PSNR", format: (value) => (value < 200 ? `${value.toFixed(1)} dB` : "exact") },
      ssim: { name: "SSIM", format: (value) => value.toFixed(3) },
      loss: { name: "Loss", format: (value) => value.toPrecision(2), log: true },
    };
    const STEPS = 100;
    const BARS = 25;
    function range(score) {
      const { name, format, log } = METRICS[score];
      const values = pieces.map((piece) => piece.scores[score]).filter((value) => value !== undefined && (!log || value > 0));
      const [low, high] = [Math.min(...values), Math.max(...values)];
      if (!(low < high)) return "";
      const scale = log ? Math.log : (value) => value;
      const place = (value) => (STEPS * (scale(value) - scale(low))) / (scale(high) - scale(low));
      const value = (at) => (at <= 0 ? low : at >= STEPS ? high : log ? low * (high / low) ** (at / STEPS) : low + ((high - low) * at) / STEPS);
      const counts = Array(BARS).fill(0);
      for (const number of values) counts[Math.min(BARS - 1, Math.floor((place(number) * BARS) / STEPS))] += 1;
      const highest = Math.max(...counts);
      const bars = element("span", { className: "bars", ariaHidden: "true" }, ...counts.map((count) => {
        const bar = element("span");
        bar.style.height = count ? `${Math.max(6, (100 * count) / highest)}%` : "0";
        return bar;
      }));
      const bound = state.ranges[score] ?? [-Infinity, Infinity];
      const ends = ["least", "most"].map((end, i) => element("input", {
        type: "range", min: "0", max: String(STEPS), className: end, ariaLabel: `${name} at ${end}`,
        value: String(Math.round(Math.min(STEPS, Math.max(0, place(Math.min(high, Math.max(low, bound[i]))))))),
      }));
      const output = element("output", { className: "quiet" });
      function showBounds() {
        const at = ends.map((end) => Number(end.value));
        ends.forEach((end, i) => end.setAttribute("aria-valuetext", format(value(at[i]))));
        bars.childNodes.forEach((bar, i) => bar.classList.toggle("out", (i + 1) * STEPS <= at[0] * BARS || i * STEPS >= at[1] * BARS));
        output.textContent = `${format(value(at[0]))} to ${format(value(at[1]))}`;
        ends[0].style.zIndex = at[0] > STEPS / 2 ? 2 : 1; // where both handles meet, the one that can move is on top
        return at;
      }
      ends.forEach((end, i) => end.addEventListener("input", () => {
        if (Number(ends[0].value) > Number(ends[1].value)) end.value = ends[1 - i].value;
        const at = showBounds();
        if (at[0] <= 0 && at[1] >= STEPS) delete state.ranges[score];
        else state.ranges[score] = [at[0] <= 0 ? -Infinity : value(at[0]), at[1] >= STEPS ? Infinity : value(at[1])];
        edited();
      }));
      showBounds();
      return element("fieldset", { className: "range" }, element("legend", {}, name), output, element("span", { className: "slide" }, bars, ...ends));
    }

    const chosenFilters = () => Object.entries(state.chosen).filter(([, set]) => set.size);
    function matcher() {
      const { conditions } = parseQuery($("search").value);
      const chosen = chosenFilters();
      const ranges = Object.entries(state.ranges);
      return (piece) => conditions.every((matches) => matches(piece))
        && chosen.every(([name, set]) => groups[name](piece).some((value) => set.has(value)))
        && ranges.every(([score, [least, most]]) => piece.scores[score] >= least && piece.scores[score] <= most);
    }
    function show() {
      state.shown = pieces.filter(matcher());
      state.shown.sort(orders[$("sort").value]);
      wall.replaceChildren();
      state.drawn = 0;
      draw();
      showCount();
      remember();
    }
    function showCount() {
      const all = state.shown.length === pieces.length;
      const noun = pieces.length === 1 ? "piece" : "pieces";
      const { notes, unknown } = parseQuery($("search").value);
      const problems = state.shown.length ? notes : [...notes, ...unknown];
      const count = all ? `${pieces.length} ${noun}` : `${state.shown.length} of ${pieces.length} ${noun}`;
      $("count").textContent = [count, ...problems].join(" · ");
      $("clear").hidden = all && !$("search").value && !chosenFilters().length && !Object.keys(state.ranges).length;
      $("none").hidden = state.shown.length > 0;
    }
    function removeUnmatched() { // pieces that no longer match after a mark disappear, and the next one gets the focus
      const matches = matcher();
      const removed = new Set(state.shown.filter((piece) => !matches(piece)).map((piece) => piece.id));
      if (!removed.size) return;
      const at = [...wall.children].findIndex((item) => item.contains(document.activeElement));
      state.shown = state.shown.filter((piece) => !removed.has(piece.id));
      for (const item of [...wall.children]) if (removed.has(item.id)) { item.remove(); state.drawn -= 1; }
      if (at >= wall.children.length) draw();
      if (at >= 0 && !wall.contains(document.activeElement)) focus(wall.children[Math.min(at, wall.children.length - 1)]);
      showCount();
    }

    // search and filters are restored when the viewer comes back from a piece
    const VIEW = `limner:${document.body.dataset.token}:view`;
    function remember() {
      const chosen = chosenFilters().map(([name, set]) => [name, [...set]]);
      const view = { query: $("search").value, chosen, ranges: Object.entries(state.ranges).map(([name, ends]) => [name, ends.map(String)]) };
      try { sessionStorage.setItem(VIEW, JSON.stringify(view)); } catch { /* then it is not restored */ }
    }
    function edited() { // forget the query of a link, so that a reload shows the current one
      if (location.hash) try { history.replaceState(null, "", location.href.split("#")[0]); } catch { /* then the link keeps its query */ }
      show();
    }
    function recall() {
      const query = /^#q=(.*)$/.exec(location.hash)?.[1];
      if (query !== undefined) {
        try { $("search").value = decodeURIComponent(query); } catch { $("search").value = query; }
        return;
      }
      try {
        const view = JSON.parse(sessionStorage.getItem(VIEW)) ?? {};
        $("search").value = view.query ?? "";
        for (const [name, values] of view.chosen ?? []) if (groups[name]) state.chosen[name] = new Set(values);
        for (const [name, ends] of view.ranges ?? []) if (METRICS[name]) state.ranges[name] = ends.map(Number);
      } catch { /* nothing to restore */ }
    }

    function draw(minimum = 0) {
      const next = state.shown.slice(state.drawn, Math.max(state.drawn + CHUNK, minimum));
      wall.append(...next.map(tile));
      state.drawn += next.length;
    }

    function tile(piece) {
      const size = `(max-width: 40rem) ${Math.round(11 * piece.aspect)}rem, ${Math.round(18 * piece.aspect)}rem`;
      const link = element("a", { href: `pieces/${piece.id}.html` },
        picture(piece, "", size),
        element("span", { className: "caption", ariaHidden: "true" }, element("b", {}, piece.title), element("span", {}, piece.caption)),
        element("span", { className: "badge", ariaHidden: "true" }), element("span", { className: "visually-hidden" }));
      const item = element("li", { className: "tile", id: piece.id }, link);
      if (piece.movie) {
        link.append(element("span", { className: "play", ariaHidden: "true" }));
        playOver(link, piece.movie);
      }
      item.style.setProperty("--a", piece.aspect);
      link.style.setProperty("--mean-color", piece.mean_color);
      mark(item);
      return item;
    }

    function mark(item) {
      const { pick, stars } = marks.of(item.id);
      item.dataset.pick = pick ?? "";
      item.querySelector(".badge").textContent = badge(pick, stars);
      item.querySelector(".visually-hidden").textContent = marks.describe(item.id);
    }

    function move(key) {
      const tiles = [...wall.children];
      const at = tiles.findIndex((item) => item.contains(document.activeElement));
      const outside = (item) => { const { top, bottom } = item.getBoundingClientRect(); return bottom <= 0 || top >= innerHeight; };
      if (at < 0 || outside(tiles[at])) { // start at what is visible, not at the first piece
        const seen = tiles.filter((item) => !outside(item));
        return focus(seen.find((item) => item.getBoundingClientRect().top >= 0) ?? seen[0] ?? tiles[0]);
      }
      if (key === "ArrowRight") {
        if (at + 1 >= tiles.length) draw();
        return focus(wall.children[at + 1]);
      }
      if (key === "ArrowLeft") return focus(tiles[at - 1]);
      const down = key === "ArrowDown";
      const here = tiles[at].getBoundingClientRect();
      const middle = here.left + here.width / 2;
      if (down && at > tiles.length - 20) draw();
      const others = [...wall.children].map((item) => [item, item.getBoundingClientRect()])
        .filter(([, box]) => (down ? box.top > here.top + 2 : box.top < here.top - 2));
      if (!others.length) return undefined;
      const row = (down ? others[0] : others[others.length - 1])[1].top;
      const near = others.filter(([, box]) => Math.abs(box.top - row) < 2)
        .sort(([, a], [, b]) => Math.abs(a.left + a.width / 2 - middle) - Math.abs(b.left + b.width / 2 - middle));
      return focus(near[0][0]);
    }
    function focus(item) {
      const link = item?.querySelector("a");
      link?.focus({ preventScroll: true });
      item?.scrollIntoView({ block: "nearest" });
    }

    function exportPicks() {
      const entries = pieces.filter((piece) => { const m = marks.of(piece.id); return m.pick || m.stars || m.tags?.length; })
        .map((piece) => ({ id: piece.id, title: piece.title, seed: piece.seed, file: piece.file, pick: marks.of(piece.id).pick || null, stars: marks.of(piece.id).stars ?? 0, tags: marks.of(piece.id).tags ?? [] }));
      const picked = entries.filter((entry) => entry.pick === "pick").length;
      if (!entries.length) return announce("Nothing to export yet: press p on a piece to pick it.");
      const text = JSON.stringify({ format: 1, site: document.body.dataset.token, pieces: entries }, null, 1);
      const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "picks.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      return announce(`picks.json: ${picked} picked`);
    }

    wall.addEventListener("click", (event) => { if (event.target.closest("a")) origin.write({ ids: state.shown.map((piece) => piece.id) }); });
    $("search").addEventListener("input", edited);
    $("sort").addEventListener("change", () => { storage.write("limner:sort", $("sort").value); show(); });
    $("export").addEventListener("click", exportPicks);
    $("filter").addEventListener("click", () => {
      const open = $("chips").hidden;
      $("chips").hidden = !open;
      $("filter").setAttribute("aria-expanded", String(open));
      if (open) renderFilters();
    });
    $("clear").addEventListener("click", () => {
      $("search").value = "";
      state.chosen = {};
      state.ranges = {};
      if (!$("chips").hidden) renderFilters();
      edited();
      $("search").focus();
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && event.target === $("search")) return $("search").blur();
      if (event.key === "ArrowDown" && event.target === $("search")) { event.preventDefault(); return focus(wall.firstElementChild); }
      if (typing(event)) return undefined;
      if (event.key === "/") { event.preventDefault(); return $("search").focus(); }
      if (event.key.startsWith("Arrow")) { event.preventDefault(); return move(event.key); }
      const item = document.activeElement?.closest?.(".tile");
      if (item && MARK_KEYS.test(event.key)) {
        marks.press(item.id, event.key);
        mark(item);
        if (!$("chips").hidden) renderFilters();
        removeUnmatched();
      }
      return undefined;
    });
    addEventListener("pageshow", () => {
      marks.open(document.body.dataset.token);
      [...wall.children].forEach(mark);
      removeUnmatched();
    });
    new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) drawMore(); }, { rootMargin: AHEAD }).observe($("more"));
    function drawMore() {
      if (state.drawn >= state.shown.length) return;
      draw();
      requestAnimationFrame(() => { if ($("more").getBoundingClientRect().top < innerHeight + 2500) drawMore(); });
    }

    const sort = storage.read("limner:sort", "changed");
    $("sort").value = orders[sort] ? sort : "changed";
    recall();
    show();
    if (Object.values(state.chosen).some((set) => set.size) || Object.keys(state.ranges).length) $("filter").click();
    // no element has the id at=...: otherwise the browser would jump to it, and take the focus away
    const back = location.hash.replace("#at=", "");
    const position = state.shown.findIndex((piece) => piece.id === back);
    if (position >= 0) { draw(position + 1); focus($(back)); }
  }

  // ---- page of a piece
  function piece() {
    const id = document.body.dataset.piece;
    const view = $("view");
    const image = $("picture");
    function mark() {
      const { pick, stars } = marks.of(id);
      $("pick").setAttribute("aria-pressed", String(pick === "pick"));
      $("reject").setAttribute("aria-pressed", String(pick === "reject"));
      for (const star of $("stars").children) star.setAttribute("aria-pressed", String(Number(star.dataset.stars) <= (stars ?? 0)));
    }
    const press = (key) => { marks.press(id, key); mark(); };
    function zoom() {
      if (!image) return;
      const actual = view.classList.toggle("real");
      image.style.width = actual ? `${image.naturalWidth / devicePixelRatio}px` : "";
      $("zoom").setAttribute("aria-pressed", String(actual));
      if (actual) { view.tabIndex = 0; view.scrollTo((view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2); }
      else view.removeAttribute("tabindex");
    }
    $("pick").addEventListener("click", () => press("p"));
    $("reject").addEventListener("click", () => press("x"));
    for (const star of $("stars").children) star.addEventListener("click", () => press(star.dataset.stars));
    const stopButton = $("still"); // an animated picture can be stopped, and is stopped if reduced motion is preferred
    const animated = image?.src;
    const stop = (on) => {
      image.src = on ? new URL(stopButton.dataset.still, location.href).href : animated;
      stopButton.textContent = on ? "Play" : "Stop";
    };
    stopButton?.addEventListener("click", () => stop(stopButton.textContent === "Stop"));
    if (stopButton && calm()) stop(true);
    const video = view.querySelector("video");
    if (video && calm()) { video.autoplay = false; video.pause(); }
    $("zoom")?.addEventListener("click", zoom);
    image?.addEventListener("click", zoom);
    const { ids, home } = origin.read();
    const index = ids.indexOf(id);
    if (index >= 0) { // the neighbours are those on the start page or sweep that the viewer came from
      const arrow = (to, name, sign) => (ids[to] === undefined ? element("span", { className: "end", ariaHidden: "true" }, sign)
        : element("a", { id: name, href: `${ids[to]}.html`, ariaLabel: name === "previous" ? "Previous" : "Next" }, sign));
      document.querySelector(".arrows")?.replaceChildren(arrow(index - 1, "previous", "←"), arrow(index + 1, "next", "→"));
    }
    const leave = () => { if (home) location.href = `../${home}#at=${id}`; else $("home").click(); };
    $("tags").value = (marks.of(id).tags ?? []).join(", ");
    let saveTimer = 0; // tags are saved shortly after typing, at the latest when the page is left
    function saveTags() {
      if (!saveTimer) return;
      clearTimeout(saveTimer);
      saveTimer = 0;
      marks.set(id, { tags: [...new Set($("tags").value.split(",").map((tag) => tag.trim()).filter(Boolean))] });
    }
    $("tags").addEventListener("input", () => { clearTimeout(saveTimer); saveTimer = setTimeout(saveTags, 300); });
    $("tags").addEventListener("change", saveTags);
    $("tags").addEventListener("keydown", (event) => { if (event.key === "Escape") $("tags").blur(); });
    addEventListener("pagehide", saveTags);
    addEventListener("keydown", (event) => {
      if (typing(event) || event.target.closest("pre, video") || (event.key.startsWith("Arrow") && view.classList.contains("real"))) return;
      if (MARK_KEYS.test(event.key)) press(event.key);
      else if (event.key === "z") zoom();
      else if (event.key === "ArrowLeft") $("previous")?.click();
      else if (event.key === "ArrowRight") $("next")?.click();
      else if (event.key === "Escape") leave();
    });
    addEventListener("pageshow", () => { marks.open(document.body.dataset.token); mark(); });
    mark();
  }

  // ---- page of a sweep
  function sweep() {
    const { axes, trials } = window.limnerSweep;
    const chosen = { rows: axes.length > 1 ? 0 : -1, columns: axes.length > 1 ? 1 : axes.length - 1 };
    const step = axes.findIndex(([name]) => name === "step");
    if (axes.length > 2 && step >= 0 && step < 2) { // steps get a slider, other axes get rows and columns
      const others = axes.map((_, i) => i).filter((i) => i !== step);
      [chosen.rows, chosen.columns] = others;
    }
    const length = (i) => (i < 0 ? 0 : axes[i][1].length);
    if (length(chosen.columns) > 12 && length(chosen.columns) > length(chosen.rows) && chosen.rows >= 0) { // long axes go down, as pages scroll vertically
      [chosen.rows, chosen.columns] = [chosen.columns, chosen.rows];
    }
    const fixed = axes.map(([, values], i) => {
      if (i === step) return values.length - 1;
      const counts = values.map((_, k) => trials.filter((trial) => trial.indices[i] === k).length);
      return counts.indexOf(Math.max(...counts));
    });
    const pair = [];
    let playing;

    function options(select, now) {
      select.replaceChildren(...[[-1, "none"], ...axes.map(([name], i) => [i, name])].map(([value, name]) =>
        element("option", { value: String(value), selected: value === now }, name)));
    }
    function choose(which, value) {
      const other = which === "rows" ? "columns" : "rows";
      if (value >= 0 && chosen[other] === value) chosen[other] = chosen[which];
      chosen[which] = value;
      renderAll();
    }
    function renderAll() { options($("rows"), chosen.rows); options($("columns"), chosen.columns); renderSliders(); table(); }

    function renderSliders() {
      clearInterval(playing);
      const rest = axes.map((_, i) => i).filter((i) => i !== chosen.rows && i !== chosen.columns);
      $("sliders").replaceChildren(...rest.map((i) => {
        const [name, values] = axes[i];
        const slider = element("input", { type: "range", min: "0", max: String(values.length - 1), value: String(fixed[i]) });
        const output = element("output", {}, values[fixed[i]]);
        const set = (value) => {
          fixed[i] = value;
          slider.value = String(value);
          slider.setAttribute("aria-valuetext", values[value]);
          output.textContent = values[value];
          table();
        };
        slider.setAttribute("aria-valuetext", values[fixed[i]]);
        slider.addEventListener("input", () => set(Number(slider.value)));
        const play = element("button", { type: "button", ariaPressed: "false" }, "Play");
        play.addEventListener("click", () => {
          const on = play.getAttribute("aria-pressed") !== "true";
          clearInterval(playing);
          for (const other of $("sliders").querySelectorAll("button")) { other.setAttribute("aria-pressed", "false"); other.textContent = "Play"; }
          if (!on) return;
          play.setAttribute("aria-pressed", "true");
          play.textContent = "Stop";
          for (const trial of trials) {
            const visible = axes.every((_, k) => k === i || k === chosen.rows || k === chosen.columns || trial.indices[k] === fixed[k]);
            if (visible) square(trial).querySelector("img").loading = "eager"; // load it before its turn comes
          }
          playing = setInterval(() => set((fixed[i] + 1) % values.length), 600);
        });
        return element("label", {}, name, slider, output, play);
      }));
    }

    const label = (trial) => axes.map(([name, values], i) => `${name} ${values[trial.indices[i]]}`).join(", ");
    const byIndices = new Map(trials.map((trial) => [trial.indices.join(), trial]));
    function trialAt(row, column) {
      return byIndices.get(axes.map((_, i) => (i === chosen.rows ? row : i === chosen.columns ? column : fixed[i])).join());
    }
    function table() {
      const rows = chosen.rows < 0 ? [""] : axes[chosen.rows][1];
      const columns = chosen.columns < 0 ? [""] : axes[chosen.columns][1];
      const name = (i) => (i < 0 ? "" : axes[i][0]);
      const at = document.activeElement?.closest?.("td");
      const place = at ? [at.parentElement.rowIndex, at.cellIndex, document.activeElement.tagName] : null;
      const short = (i) => { // the last part is enough if no other axis ends in it
        const last = name(i).split(".").pop();
        return axes.filter(([path]) => path.split(".").pop() === last).length > 1 ? name(i) : last;
      };
      const corner = [name(chosen.columns) && `${short(chosen.columns)}\u00a0→`, name(chosen.rows) && `${short(chosen.rows)}\u00a0↓`];
      const words = corner.filter(Boolean).map((text) => element("span", { className: "quiet" }, text));
      const head = element("tr", {}, element("td", { className: "corner" }, ...words), ...columns.map((value) => element("th", { scope: "col" }, value)));
      const body = rows.map((value, r) => element("tr", {}, element("th", { scope: "row" }, value), ...columns.map((_, c) => square(trialAt(r, c)))));
      $("table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
      if (place) $("table").rows[place[0]]?.cells[place[1]]?.querySelector(place[2])?.focus({ preventScroll: true });
    }
    const squares = new Map(); // each is created once, so that playing does not flicker
    function square(trial) {
      if (!trial) return element("td", { className: "missing" }, "–");
      if (!squares.has(trial)) squares.set(trial, createSquare(trial));
      squares.get(trial).querySelector("button").setAttribute("aria-pressed", String(pair.includes(trial)));
      return squares.get(trial);
    }
    function createSquare(trial) {
      const link = element("a", { href: `../pieces/${trial.piece}.html` }, picture(trial, "../", "13rem"));
      link.style.setProperty("--mean-color", trial.mean_color);
      link.firstChild.alt = label(trial) || trial.alt;
      const compareButton = element("button", { type: "button", title: "Compare" }, "◐");
      compareButton.setAttribute("aria-label", `Compare ${label(trial)}`);
      compareButton.addEventListener("click", () => { compare(trial); table(); });
      link.append(element("span", { className: "badge", ariaHidden: "true" }), element("span", { className: "visually-hidden" }));
      const square = element("td", {}, link, compareButton);
      square.dataset.piece = trial.piece;
      mark(square);
      if (trial.scores.psnr !== undefined) square.append(element("span", { className: "score" }, `${trial.scores.psnr.toFixed(1)} dB`));
      square.addEventListener("keydown", (event) => {
        if (typing(event)) return;
        if (event.key === "c") { compare(trial); table(); }
        else if (MARK_KEYS.test(event.key)) { marks.press(trial.piece, event.key); updateMarks(); }
      });
      return square;
    }
    function mark(square) {
      const { pick, stars } = marks.of(square.dataset.piece);
      square.dataset.pick = pick ?? "";
      square.querySelector(".badge").textContent = badge(pick, stars);
      square.querySelector(".visually-hidden").textContent = marks.describe(square.dataset.piece);
    }
    const updateMarks = () => squares.forEach(mark);

    function compare(trial) {
      const at = pair.indexOf(trial);
      if (at >= 0) pair.splice(at, 1); else pair.push(trial);
      if (pair.length > 2) pair.shift();
      $("compare").hidden = pair.length < 2;
      if (pair.length < 2) return announce(pair.length ? "Select a second trial to compare" : "");
      $("toast").classList.remove("shown");
      const [left, right] = pair;
      for (const [image, trial] of [[$("over"), left], [$("under"), right]]) {
        [image.width, image.height] = trial.size;
        image.src = `../${trial.view}`;
        image.alt = label(trial);
      }
      $("left").textContent = label(left);
      $("right").textContent = label(right);
      share();
      return $("compare").scrollIntoView({ block: "nearest" });
    }
    function share() {
      const part = Number($("share").value);
      $("over").style.clipPath = `inset(0 ${100 - part}% 0 0)`;
      $("edge").style.left = `${part}%`;
    }
    $("share").addEventListener("input", share);
    $("done").addEventListener("click", () => { pair.length = 0; $("compare").hidden = true; table(); });
    $("rows").addEventListener("change", () => choose("rows", Number($("rows").value)));
    $("columns").addEventListener("change", () => choose("columns", Number($("columns").value)));
    $("swap").addEventListener("click", () => { [chosen.rows, chosen.columns] = [chosen.columns, chosen.rows]; renderAll(); });
    const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") return $("home").click();
      const [down, right] = ARROWS[event.key] ?? [];
      const at = document.activeElement?.closest?.("td");
      if (down === undefined || !at || typing(event)) return undefined;
      event.preventDefault();
      const next = $("table").rows[at.parentElement.rowIndex + down]?.cells[at.cellIndex + right]?.querySelector("a");
      next?.focus({ preventScroll: true });
      return next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    const here = `sweeps/${location.pathname.split("/").pop()}`;
    $("table").addEventListener("click", (event) => {
      if (!event.target.closest("a")) return;
      const ids = [...new Set([...$("table").querySelectorAll("td[data-piece]")].map((square) => square.dataset.piece))];
      origin.write({ ids, home: here, view: { ...chosen, fixed } });
    });
    addEventListener("pageshow", () => { marks.open(document.body.dataset.token); updateMarks(); });
    const back = /^#at=([a-z0-9-]+)$/.exec(location.hash)?.[1];
    const { home, view } = origin.read();
    if (back && home === here) { // restore the table as the viewer left it
      for (const which of ["rows", "columns"]) if (view[which] === -1 || axes[view[which]]) chosen[which] = view[which];
      axes.forEach(([, values], i) => { if (values[view.fixed?.[i]] !== undefined) fixed[i] = view.fixed[i]; });
    }
    renderAll();
    if (back) $("table").querySelector(`td[data-piece="${back}"] a`)?.focus();
  }

  addEventListener("DOMContentLoaded", () => {
    marks.open(document.body.dataset.token);
    $("theme").addEventListener("click", switchTheme);
    $("copy")?.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText($("command").textContent); announce("Copied"); }
      catch { getSelection().selectAllChildren($("command")); announce("Selected; copy it with Ctrl+C"); }
    });
    ({ index, piece, sweep })[document.body.dataset.page]?.();
  });
})();
