// A gallery's one script. It runs from disk: nothing is fetched, marks are kept in the browser.
"use strict";
(() => {
  const CHUNK = 80;
  const AHEAD = "2500px";
  const $ = (id) => document.getElementById(id);

  const keep = {
    read(name, otherwise) {
      try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
    },
    write(name, value) {
      try { localStorage.setItem(name, JSON.stringify(value)); } catch { say("This browser keeps nothing for pages from disk."); }
    },
  };

  // light and dark, before anything is drawn
  const theme = keep.read("limner:theme", "");
  if (theme) document.documentElement.dataset.theme = theme;
  const dark = () => {
    const said = document.documentElement.dataset.theme;
    return said ? said === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const turn = () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    keep.write("limner:theme", next);
    say(next === "dark" ? "Dark" : "Light");
  };

  let hush;
  function say(text) {
    const toast = $("said");
    if (!toast) return;
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(hush);
    hush = setTimeout(() => toast.classList.remove("shown"), 1800);
  }

  function make(tag, set = {}, ...inside) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(set)) {
      if (name in node && name !== "list") node[name] = value; else node.setAttribute(name, value);
    }
    node.append(...inside);
    return node;
  }

  // marks: picked or rejected, stars, tags of one's own
  const marks = {
    key: "",
    all: {},
    open(token) { this.key = `limner:${token}:marks`; this.all = keep.read(this.key, {}); },
    of(id) { return this.all[id] ?? {}; },
    set(id, change) {
      this.all = keep.read(this.key, {}); // another page may have written meanwhile
      this.all[id] = { ...this.of(id), ...change };
      keep.write(this.key, this.all);
    },
    press(id, key) {
      const now = this.of(id);
      if (key === "p" || key === "x") {
        const word = key === "p" ? "pick" : "reject";
        this.set(id, { pick: now.pick === word ? "" : word });
      } else {
        this.set(id, { stars: now.stars === Number(key) ? 0 : Number(key) });
      }
      say(this.words(id) || "no mark");
    },
    words(id) {
      const { pick, stars } = this.of(id);
      const told = { pick: "picked", reject: "rejected" }[pick];
      return [told, stars ? `${stars} star${stars > 1 ? "s" : ""}` : ""].filter(Boolean).join(", ");
    },
  };
  const MARKS = /^[px1-5]$/;

  // where one came from: what the wall or a sweep showed, in its order
  const trail = {
    key: () => `limner:${document.body.dataset.token}:trail`,
    write(from) {
      try { sessionStorage.setItem(this.key(), JSON.stringify(from)); } catch { /* then pages follow one another as built */ }
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

  function picture(piece, up, sizes) {
    const [width, height, file] = piece.thumbs[0];
    return make("img", {
      loading: "lazy", decoding: "async", width, height, alt: piece.alt, sizes,
      srcset: piece.thumbs.map((thumb) => `${up}${thumb[2]} ${thumb[0]}w`).join(", "), src: up + file,
    });
  }

  // ---- the first page
  function index() {
    const pieces = window.limnerPieces ?? [];
    const wall = $("wall");
    const state = { chosen: {}, ranges: {}, shown: [], drawn: 0 };
    const tags = (piece) => [...piece.tags, ...(marks.of(piece.id).tags ?? [])];
    const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    for (const piece of pieces) {
      piece.text = plain([piece.title, piece.color, piece.seed, ...piece.stages].join(" "));
      const [width, height] = piece.thumbs[0];
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

    // a word is looked for anywhere; seed:7, tag:night, stars>=3 and psnr>30 are asked of what they name
    function asks(words) {
      return plain(words).replace(/\b(psnr|ssim|loss|stars)\s*(>=|<=|>|<|=)\s+|\b(psnr|ssim|loss|stars)\s+(>=|<=|>|<|=)/g, "$1$2$3$4").split(/\s+/).filter(Boolean).map((word) => {
        const [, name, sign, value] = word.match(/^(\w+)(:|>=|<=|>|<|=)(.+)$/) ?? [];
        const exact = {
          seed: (piece) => piece.seed === value,
          kin: (piece) => piece.kin.includes(value),
          tag: (piece) => tags(piece).some((tag) => plain(tag).includes(value)),
          color: (piece) => plain(piece.color) === value,
          stage: (piece) => piece.stages.some((stage) => plain(stage).includes(value)),
        };
        if (name && sign === ":" && Object.hasOwn(exact, name)) return exact[name];
        if (name && sign !== ":" && ["psnr", "ssim", "loss", "stars"].includes(name)) {
          const bound = Number(value);
          return (piece) => {
            const number = name === "stars" ? marks.of(piece.id).stars ?? 0 : piece.scores[name];
            return number !== undefined && { ">": number > bound, "<": number < bound, ">=": number >= bound, "<=": number <= bound, "=": number === bound }[sign];
          };
        }
        return (piece) => piece.text.includes(word) || tags(piece).some((tag) => plain(tag).includes(word));
      });
    }

    const STARS = [1, 2, 3, 4, 5].map((n) => "★".repeat(n)); // each stands for as many or more
    const always = { Marks: ["picked", "rejected", "undecided"], Stars: STARS };
    const groups = {
      Colour: (piece) => [piece.color],
      Network: (piece) => kinds(piece, "network"),
      Encoder: (piece) => kinds(piece, "encoder"),
      Warp: (piece) => kinds(piece, "warp"),
      Trainer: (piece) => kinds(piece, "trainer"),
      Tag: tags,
      Marks: (piece) => [{ pick: "picked", reject: "rejected" }[marks.of(piece.id).pick] ?? "undecided"],
      Stars: (piece) => STARS.slice(0, marks.of(piece.id).stars ?? 0),
    };
    function kinds(piece, role) {
      return piece.stages.filter((stage) => stage.startsWith(`${role} `)).map((stage) => stage.slice(role.length + 1));
    }

    function chips() {
      const parts = Object.entries(groups).map(([name, of]) => {
        const count = new Map();
        for (const piece of pieces) for (const value of new Set(of(piece))) if (value) count.set(value, (count.get(value) ?? 0) + 1);
        for (const value of always[name] ?? []) count.set(value, count.get(value) ?? 0);
        const fewer = always[name]?.map((value) => [value, count.get(value)])
          ?? [...count].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, 40);
        if (!fewer.length) return "";
        const buttons = fewer.map(([value, often]) => {
          const on = (state.chosen[name] ?? new Set()).has(value);
          const chip = make("button", { type: "button", ariaPressed: String(on) }, value, make("small", {}, String(often)));
          if (name === "Stars") chip.setAttribute("aria-label", `at least ${value.length} star${value.length > 1 ? "s" : ""}, ${often}`);
          chip.addEventListener("click", () => {
            const set = (state.chosen[name] ??= new Set());
            if (!set.delete(value)) set.add(value);
            chip.setAttribute("aria-pressed", String(set.has(value)));
            edited();
          });
          return chip;
        });
        return make("fieldset", {}, make("legend", {}, name), ...buttons);
      });
      $("chips").replaceChildren(make("div", { className: "ranges" }, ...Object.keys(FIGURES).map(range)), ...parts);
    }

    // a figure between two bounds: both handles on one line, and above it how many pictures there are
    const FIGURES = {
      psnr: { name: "PSNR", told: (value) => `${value.toFixed(1)} dB` },
      ssim: { name: "SSIM", told: (value) => value.toFixed(3) },
      loss: { name: "Loss", told: (value) => value.toPrecision(2), log: true },
    };
    const STEPS = 100;
    const BARS = 25;
    function range(score) {
      const { name, told, log } = FIGURES[score];
      const values = pieces.map((piece) => piece.scores[score]).filter((value) => value !== undefined && (!log || value > 0));
      const [low, high] = [Math.min(...values), Math.max(...values)];
      if (!(low < high)) return "";
      const scale = log ? Math.log : (value) => value;
      const place = (value) => (STEPS * (scale(value) - scale(low))) / (scale(high) - scale(low));
      const value = (at) => (at <= 0 ? low : at >= STEPS ? high : log ? low * (high / low) ** (at / STEPS) : low + ((high - low) * at) / STEPS);
      const often = Array(BARS).fill(0);
      for (const one of values) often[Math.min(BARS - 1, Math.floor((place(one) * BARS) / STEPS))] += 1;
      const most = Math.max(...often);
      const bars = make("span", { className: "bars", ariaHidden: "true" }, ...often.map((count) => {
        const bar = make("span");
        bar.style.height = count ? `${Math.max(6, (100 * count) / most)}%` : "0";
        return bar;
      }));
      const bound = state.ranges[score] ?? [-Infinity, Infinity];
      const ends = ["least", "most"].map((end, i) => make("input", {
        type: "range", min: "0", max: String(STEPS), className: end, ariaLabel: `${name} at ${end}`,
        value: String(Math.round(Math.min(STEPS, Math.max(0, place(Math.min(high, Math.max(low, bound[i]))))))),
      }));
      const output = make("output", { className: "quiet" });
      function tell() {
        const at = ends.map((end) => Number(end.value));
        ends.forEach((end, i) => end.setAttribute("aria-valuetext", told(value(at[i]))));
        bars.childNodes.forEach((bar, i) => bar.classList.toggle("out", (i + 1) * STEPS <= at[0] * BARS || i * STEPS >= at[1] * BARS));
        output.textContent = `${told(value(at[0]))} to ${told(value(at[1]))}`;
        ends[0].style.zIndex = at[0] > STEPS / 2 ? 2 : 1; // where both handles meet, the one that can still move is on top
        return at;
      }
      ends.forEach((end, i) => end.addEventListener("input", () => {
        if (Number(ends[0].value) > Number(ends[1].value)) end.value = ends[1 - i].value;
        const at = tell();
        if (at[0] <= 0 && at[1] >= STEPS) delete state.ranges[score];
        else state.ranges[score] = [at[0] <= 0 ? -Infinity : value(at[0]), at[1] >= STEPS ? Infinity : value(at[1])];
        edited();
      }));
      tell();
      return make("fieldset", { className: "range" }, make("legend", {}, name), output, make("span", { className: "slide" }, bars, ...ends));
    }

    const sets = () => Object.entries(state.chosen).filter(([, set]) => set.size);
    function wanted() {
      const asked = asks($("search").value);
      const chosen = sets();
      const ranges = Object.entries(state.ranges);
      return (piece) => asked.every((fits) => fits(piece))
        && chosen.every(([name, set]) => groups[name](piece).some((value) => set.has(value)))
        && ranges.every(([score, [least, most]]) => piece.scores[score] >= least && piece.scores[score] <= most);
    }
    function show() {
      state.shown = pieces.filter(wanted());
      state.shown.sort(orders[$("sort").value]);
      wall.replaceChildren();
      state.drawn = 0;
      draw();
      tell();
      remember();
    }
    function tell() {
      const all = state.shown.length === pieces.length;
      const noun = pieces.length === 1 ? "picture" : "pictures";
      $("count").textContent = all ? `${pieces.length} ${noun}` : `${state.shown.length} of ${pieces.length} ${noun}`;
      $("clear").hidden = all && !$("search").value && !sets().length && !Object.keys(state.ranges).length;
      $("none").hidden = state.shown.length > 0;
    }
    function weed() { // what a mark has put out of the filter leaves the wall, and the next has the focus
      const fits = wanted();
      const gone = new Set(state.shown.filter((piece) => !fits(piece)).map((piece) => piece.id));
      if (!gone.size) return;
      const at = [...wall.children].findIndex((item) => item.contains(document.activeElement));
      state.shown = state.shown.filter((piece) => !gone.has(piece.id));
      for (const item of [...wall.children]) if (gone.has(item.id)) { item.remove(); state.drawn -= 1; }
      if (at >= wall.children.length) draw();
      if (at >= 0 && !wall.contains(document.activeElement)) focus(wall.children[Math.min(at, wall.children.length - 1)]);
      tell();
    }

    // what is asked for stays while one looks at a picture and comes back
    const VIEW = `limner:${document.body.dataset.token}:view`;
    function remember() {
      const chosen = sets().map(([name, set]) => [name, [...set]]);
      const view = { asked: $("search").value, chosen, ranges: Object.entries(state.ranges).map(([name, ends]) => [name, ends.map(String)]) };
      try { sessionStorage.setItem(VIEW, JSON.stringify(view)); } catch { /* then it is forgotten */ }
    }
    function edited() { // what a link asked for is over: a reload shows what is asked for now
      if (location.hash) try { history.replaceState(null, "", location.href.split("#")[0]); } catch { /* it stays */ }
      show();
    }
    function recall() {
      const asked = /^#q=(.*)$/.exec(location.hash)?.[1];
      if (asked !== undefined) {
        try { $("search").value = decodeURIComponent(asked); } catch { $("search").value = asked; }
        return;
      }
      try {
        const view = JSON.parse(sessionStorage.getItem(VIEW)) ?? {};
        $("search").value = view.asked ?? "";
        for (const [name, values] of view.chosen ?? []) if (groups[name]) state.chosen[name] = new Set(values);
        for (const [name, ends] of view.ranges ?? []) if (FIGURES[name]) state.ranges[name] = ends.map(Number);
      } catch { /* a page that is opened anew */ }
    }

    function draw(least = 0) {
      const next = state.shown.slice(state.drawn, Math.max(state.drawn + CHUNK, least));
      wall.append(...next.map(tile));
      state.drawn += next.length;
    }

    function tile(piece) {
      const size = `(max-width: 40rem) ${Math.round(11 * piece.aspect)}rem, ${Math.round(18 * piece.aspect)}rem`;
      const about = [`seed ${piece.seed}`, piece.color, piece.scores.psnr ? `${piece.scores.psnr.toFixed(1)} dB` : "", piece.video ? "video-format" : ""];
      const link = make("a", { href: `pieces/${piece.id}.html` },
        picture(piece, "", size),
        make("span", { className: "caption", ariaHidden: "true" }, make("b", {}, piece.title), make("span", {}, about.filter(Boolean).join(" · "))),
        make("span", { className: "badge", ariaHidden: "true" }), make("span", { className: "unseen" }));
      const item = make("li", { className: "tile", id: piece.id }, link);
      item.style.setProperty("--a", piece.aspect);
      link.style.setProperty("--tone", piece.tone);
      mark(item);
      return item;
    }

    function mark(item) {
      const { pick, stars } = marks.of(item.id);
      item.dataset.pick = pick ?? "";
      item.querySelector(".badge").textContent = badge(pick, stars);
      item.querySelector(".unseen").textContent = marks.words(item.id);
    }

    function move(key) {
      const tiles = [...wall.children];
      const at = tiles.findIndex((item) => item.contains(document.activeElement));
      const beyond = (item) => { const { top, bottom } = item.getBoundingClientRect(); return bottom <= 0 || top >= innerHeight; };
      if (at < 0 || beyond(tiles[at])) { // begin where one looks, not where the wall begins
        const seen = tiles.filter((item) => !beyond(item));
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

    function hand() {
      const entries = pieces.filter((piece) => { const m = marks.of(piece.id); return m.pick || m.stars || m.tags?.length; })
        .map((piece) => ({ id: piece.id, title: piece.title, seed: piece.seed, file: piece.file, pick: marks.of(piece.id).pick || null, stars: marks.of(piece.id).stars ?? 0, tags: marks.of(piece.id).tags ?? [] }));
      const picked = entries.filter((entry) => entry.pick === "pick").length;
      if (!entries.length) return say("Nothing is marked yet: press p on a picture.");
      const text = JSON.stringify({ format: 1, site: document.body.dataset.token, pieces: entries }, null, 1);
      const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "picks.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      return say(`picks.json: ${picked} picked`);
    }

    wall.addEventListener("click", (event) => { if (event.target.closest("a")) trail.write({ ids: state.shown.map((one) => one.id) }); });
    $("search").addEventListener("input", edited);
    $("sort").addEventListener("change", () => { keep.write("limner:sort", $("sort").value); show(); });
    $("export").addEventListener("click", hand);
    $("filter").addEventListener("click", () => {
      const open = $("chips").hidden;
      $("chips").hidden = !open;
      $("filter").setAttribute("aria-expanded", String(open));
      if (open) chips();
    });
    $("clear").addEventListener("click", () => {
      $("search").value = "";
      state.chosen = {};
      state.ranges = {};
      if (!$("chips").hidden) chips();
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
      if (item && MARKS.test(event.key)) {
        marks.press(item.id, event.key);
        mark(item);
        if (!$("chips").hidden) chips();
        weed();
      }
      return undefined;
    });
    addEventListener("pageshow", () => {
      marks.open(document.body.dataset.token);
      [...wall.children].forEach(mark);
      weed();
    });
    new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) grow(); }, { rootMargin: AHEAD }).observe($("more"));
    function grow() {
      if (state.drawn >= state.shown.length) return;
      draw();
      requestAnimationFrame(() => { if ($("more").getBoundingClientRect().top < innerHeight + 2500) grow(); });
    }

    const sort = keep.read("limner:sort", "changed");
    $("sort").value = orders[sort] ? sort : "changed";
    recall();
    show();
    if (Object.values(state.chosen).some((set) => set.size) || Object.keys(state.ranges).length) $("filter").click();
    // no element has this name: to one that had, the browser would go itself, and take the focus away
    const back = location.hash.replace("#at=", "");
    const place = state.shown.findIndex((piece) => piece.id === back);
    if (place >= 0) { draw(place + 1); focus($(back)); }
  }

  // ---- a piece's page
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
      const real = view.classList.toggle("real");
      image.style.width = real ? `${image.naturalWidth / devicePixelRatio}px` : "";
      $("zoom").setAttribute("aria-pressed", String(real));
      if (real) { view.tabIndex = 0; view.scrollTo((view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2); }
      else view.removeAttribute("tabindex");
    }
    $("pick").addEventListener("click", () => press("p"));
    $("reject").addEventListener("click", () => press("x"));
    for (const star of $("stars").children) star.addEventListener("click", () => press(star.dataset.stars));
    const moving = $("still"); // a movie that is a picture to the browser can be stopped, and is where motion is unwanted
    const moves = image?.src;
    const still = (on) => {
      image.src = on ? new URL(moving.dataset.still, location.href).href : moves;
      moving.textContent = on ? "Play" : "Stop";
    };
    moving?.addEventListener("click", () => still(moving.textContent === "Stop"));
    if (moving && matchMedia("(prefers-reduced-motion: reduce)").matches) still(true);
    $("zoom")?.addEventListener("click", zoom);
    image?.addEventListener("click", zoom);
    const { ids, home } = trail.read();
    const place = ids.indexOf(id);
    if (place >= 0) { // the neighbours are those of the wall or the sweep that one came from
      const way = (to, name, sign) => (ids[to] === undefined ? make("span", { className: "end", ariaHidden: "true" }, sign)
        : make("a", { id: name, href: `${ids[to]}.html`, ariaLabel: name === "before" ? "Before" : "Next" }, sign));
      document.querySelector(".arrows")?.replaceChildren(way(place - 1, "before", "←"), way(place + 1, "after", "→"));
    }
    const leave = () => { if (home) location.href = `../${home}#at=${id}`; else $("home").click(); };
    $("tags").value = (marks.of(id).tags ?? []).join(", ");
    let later = 0; // a tag is kept soon after it is typed, and at the latest when the page is left
    function tagged() {
      if (!later) return;
      clearTimeout(later);
      later = 0;
      marks.set(id, { tags: [...new Set($("tags").value.split(",").map((tag) => tag.trim()).filter(Boolean))] });
    }
    $("tags").addEventListener("input", () => { clearTimeout(later); later = setTimeout(tagged, 300); });
    $("tags").addEventListener("change", tagged);
    $("tags").addEventListener("keydown", (event) => { if (event.key === "Escape") $("tags").blur(); });
    addEventListener("pagehide", tagged);
    addEventListener("keydown", (event) => {
      if (typing(event) || event.target.closest("pre, video") || (event.key.startsWith("Arrow") && view.classList.contains("real"))) return;
      if (MARKS.test(event.key)) press(event.key);
      else if (event.key === "z") zoom();
      else if (event.key === "ArrowLeft") $("before")?.click();
      else if (event.key === "ArrowRight") $("after")?.click();
      else if (event.key === "Escape") leave();
    });
    addEventListener("pageshow", () => { marks.open(document.body.dataset.token); mark(); });
    mark();
  }

  // ---- a sweep's page
  function sweep() {
    const { axes, cells } = window.limnerSweep;
    const chosen = { rows: axes.length > 1 ? 0 : -1, columns: axes.length > 1 ? 1 : axes.length - 1 };
    const step = axes.findIndex(([name]) => name === "step");
    if (axes.length > 2 && step >= 0 && step < 2) { // steps are played, others are laid out
      const others = axes.map((_, i) => i).filter((i) => i !== step);
      [chosen.rows, chosen.columns] = others;
    }
    const long = (i) => (i < 0 ? 0 : axes[i][1].length);
    if (long(chosen.columns) > 12 && long(chosen.columns) > long(chosen.rows) && chosen.rows >= 0) { // pages scroll down
      [chosen.rows, chosen.columns] = [chosen.columns, chosen.rows];
    }
    const held = axes.map(([, values], i) => {
      if (i === step) return values.length - 1;
      const often = values.map((_, k) => cells.filter((cell) => cell.at[i] === k).length);
      return often.indexOf(Math.max(...often));
    });
    const pair = [];
    let playing;

    function options(select, now) {
      select.replaceChildren(...[[-1, "none"], ...axes.map(([name], i) => [i, name])].map(([value, name]) =>
        make("option", { value: String(value), selected: value === now }, name)));
    }
    function choose(which, value) {
      const other = which === "rows" ? "columns" : "rows";
      if (value >= 0 && chosen[other] === value) chosen[other] = chosen[which];
      chosen[which] = value;
      all();
    }
    function all() { options($("rows"), chosen.rows); options($("columns"), chosen.columns); hold(); table(); }

    function hold() {
      clearInterval(playing);
      const rest = axes.map((_, i) => i).filter((i) => i !== chosen.rows && i !== chosen.columns);
      $("held").replaceChildren(...rest.map((i) => {
        const [name, values] = axes[i];
        const slider = make("input", { type: "range", min: "0", max: String(values.length - 1), value: String(held[i]) });
        const told = make("output", {}, values[held[i]]);
        const set = (value) => {
          held[i] = value;
          slider.value = String(value);
          slider.setAttribute("aria-valuetext", values[value]);
          told.textContent = values[value];
          table();
        };
        slider.setAttribute("aria-valuetext", values[held[i]]);
        slider.addEventListener("input", () => set(Number(slider.value)));
        const play = make("button", { type: "button", ariaPressed: "false" }, "Play");
        play.addEventListener("click", () => {
          const on = play.getAttribute("aria-pressed") !== "true";
          clearInterval(playing);
          for (const other of $("held").querySelectorAll("button")) { other.setAttribute("aria-pressed", "false"); other.textContent = "Play"; }
          if (!on) return;
          play.setAttribute("aria-pressed", "true");
          play.textContent = "Stop";
          for (const cell of cells) {
            const showing = axes.every((_, k) => k === i || k === chosen.rows || k === chosen.columns || cell.at[k] === held[k]);
            if (showing) square(cell).querySelector("img").loading = "eager"; // there before its turn comes
          }
          playing = setInterval(() => set((held[i] + 1) % values.length), 600);
        });
        return make("label", {}, name, slider, told, play);
      }));
    }

    const label = (cell) => axes.map(([name, values], i) => `${name} ${values[cell.at[i]]}`).join(", ");
    const places = new Map(cells.map((cell) => [cell.at.join(), cell]));
    function found(row, column) {
      return places.get(axes.map((_, i) => (i === chosen.rows ? row : i === chosen.columns ? column : held[i])).join());
    }
    function table() {
      const rows = chosen.rows < 0 ? [""] : axes[chosen.rows][1];
      const columns = chosen.columns < 0 ? [""] : axes[chosen.columns][1];
      const name = (i) => (i < 0 ? "" : axes[i][0]);
      const at = document.activeElement?.closest?.("td");
      const place = at ? [at.parentElement.rowIndex, at.cellIndex, document.activeElement.tagName] : null;
      const short = (i) => { // the last part says enough where no other axis ends so
        const last = name(i).split(".").pop();
        return axes.filter(([one]) => one.split(".").pop() === last).length > 1 ? name(i) : last;
      };
      const corner = [name(chosen.columns) && `${short(chosen.columns)}\u00a0→`, name(chosen.rows) && `${short(chosen.rows)}\u00a0↓`];
      const words = corner.filter(Boolean).map((text) => make("span", { className: "quiet" }, text));
      const head = make("tr", {}, make("td", { className: "corner" }, ...words), ...columns.map((value) => make("th", { scope: "col" }, value)));
      const body = rows.map((value, r) => make("tr", {}, make("th", { scope: "row" }, value), ...columns.map((_, c) => square(found(r, c)))));
      $("table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...body));
      if (place) $("table").rows[place[0]]?.cells[place[1]]?.querySelector(place[2])?.focus({ preventScroll: true });
    }
    const made = new Map(); // a cell is made once: what is played again does not flicker
    function square(cell) {
      if (!cell) return make("td", { className: "gone" }, "–");
      if (!made.has(cell)) made.set(cell, drawn(cell));
      made.get(cell).querySelector("button").setAttribute("aria-pressed", String(pair.includes(cell)));
      return made.get(cell);
    }
    function drawn(cell) {
      const link = make("a", { href: `../pieces/${cell.piece}.html` }, picture(cell, "../", "13rem"));
      link.style.setProperty("--tone", cell.tone);
      link.firstChild.alt = label(cell) || cell.alt;
      const beside = make("button", { type: "button", title: "Compare" }, "◐");
      beside.setAttribute("aria-label", `Compare ${label(cell)}`);
      beside.addEventListener("click", () => { compare(cell); table(); });
      link.append(make("span", { className: "badge", ariaHidden: "true" }), make("span", { className: "unseen" }));
      const out = make("td", {}, link, beside);
      out.dataset.piece = cell.piece;
      mark(out);
      if (cell.scores.psnr !== undefined) out.append(make("span", { className: "score" }, `${cell.scores.psnr.toFixed(1)} dB`));
      out.addEventListener("keydown", (event) => {
        if (typing(event)) return;
        if (event.key === "c") { compare(cell); table(); }
        else if (MARKS.test(event.key)) { marks.press(cell.piece, event.key); marked(); }
      });
      return out;
    }
    function mark(cell) {
      const { pick, stars } = marks.of(cell.dataset.piece);
      cell.dataset.pick = pick ?? "";
      cell.querySelector(".badge").textContent = badge(pick, stars);
      cell.querySelector(".unseen").textContent = marks.words(cell.dataset.piece);
    }
    const marked = () => made.forEach(mark);

    function compare(cell) {
      const at = pair.indexOf(cell);
      if (at >= 0) pair.splice(at, 1); else pair.push(cell);
      if (pair.length > 2) pair.shift();
      $("compare").hidden = pair.length < 2;
      if (pair.length < 2) return say(pair.length ? "Now another one" : "");
      $("said").classList.remove("shown");
      const [left, right] = pair;
      for (const [image, one] of [[$("over"), left], [$("under"), right]]) {
        [image.width, image.height] = one.size;
        image.src = `../${one.view}`;
        image.alt = label(one);
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
    $("swap").addEventListener("click", () => { [chosen.rows, chosen.columns] = [chosen.columns, chosen.rows]; all(); });
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
      const ids = [...new Set([...$("table").querySelectorAll("td[data-piece]")].map((cell) => cell.dataset.piece))];
      trail.write({ ids, home: here, view: { ...chosen, held } });
    });
    addEventListener("pageshow", () => { marks.open(document.body.dataset.token); marked(); });
    const back = /^#at=([a-z0-9-]+)$/.exec(location.hash)?.[1];
    const { home, view } = trail.read();
    if (back && home === here) { // the table is as one left it
      for (const which of ["rows", "columns"]) if (view[which] === -1 || axes[view[which]]) chosen[which] = view[which];
      axes.forEach(([, values], i) => { if (values[view.held?.[i]] !== undefined) held[i] = view.held[i]; });
    }
    all();
    if (back) $("table").querySelector(`td[data-piece="${back}"] a`)?.focus();
  }

  addEventListener("DOMContentLoaded", () => {
    marks.open(document.body.dataset.token);
    $("theme").addEventListener("click", turn);
    $("copy")?.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText($("command").textContent); say("Copied"); }
      catch { getSelection().selectAllChildren($("command")); say("Selected: copy it with Ctrl+C"); }
    });
    ({ index, piece, sweep })[document.body.dataset.page]?.();
  });
})();
