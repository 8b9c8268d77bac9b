// Searches the archive in the browser; no server takes part. The index is made by the program (src/search.rs, where the
// files are described) and loaded piece by piece, as scripts, so that it also works from a disk and under
// Content-Security-Policy "default-src 'self'".
//
// A question is words and phrases ("…" keeps spaces together), all of which a document must have.
//   1. for each volume of documents, the postings of the question's grams are loaded and cut;
//   2. the documents left are put in order: the question in the title first, then newest year first;
//   3. as many as are shown are looked at in full, which also tells true finds from chance.
"use strict";
(() => {
  const page = document.getElementById("page-search");
  if (!page) return;
  const form = page.querySelector("form");
  const list = page.querySelector(".search-results");
  const status = page.querySelector("[role=status]");
  const more = page.querySelector(".search-more");
  const browse = page.querySelector(".search-browse");
  const say = page.dataset;
  const PAGE = 10; // results shown at a time
  const EXACT = 12; // files of texts that may be loaded to count exactly
  const MOST = 100; // documents looked at for one page of results, should most of them turn out wrong

  // Files of the index

  const waiting = new Map();
  const loaded = new Map();
  window.gongkaiSearch = (name, data) => waiting.get(name)?.(data);

  function load(name, version) {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `${name}.js?v=${version}`;
        script.onload = () => script.remove();
        script.onerror = () => {
          loaded.delete(name);
          reject(new Error(name));
        };
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  }

  // Numbers written as characters: src/search/code.rs

  const END = 33;

  function reader(text) {
    let at = 0;
    return {
      isEnd: () => at >= text.length || text.charCodeAt(at) === END,
      isOver: () => at >= text.length,
      skip: () => { at += 1; },
      skipList: () => { at = text.indexOf("!", at) + 1; },
      number: () => {
        let number = 0;
        for (let weight = 1; at < text.length; weight *= 46) {
          const code = text.charCodeAt(at++);
          const digit = code === 32 ? 57 : code - 35;
          number += (digit % 46) * weight;
          if (digit < 46) break;
        }
        return number;
      },
    };
  }

  // Characters: as in src/search/grams.rs

  const IGNORED = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/;
  const SPACE = /[ \t\r\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
  const CHARACTER = /[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
  const LETTER = /[\p{Alphabetic}\p{N}]/u;
  const DIVIDER = "|";

  const isDigit = (c) => c >= "0" && c <= "9";
  const isCharacter = (c) => (c >= "\u4e00" && c <= "\u9fff") || CHARACTER.test(c);
  const isWord = (c) => (c >= "a" && c <= "z") || (c > "~" && !isCharacter(c) && LETTER.test(c));

  function small(c) {
    const lower = c.toLowerCase();
    return [...lower].length === 1 ? lower : c;
  }

  // One character of a text as it is compared: itself, "" (not seen), " " or what divides.
  function folded(c) {
    if (c >= "\u4e00" && c <= "\u9fff") return c;
    if (c >= "\uff01" && c <= "\uff5e") c = String.fromCharCode(c.charCodeAt(0) - 0xfee0);
    if ((c >= "a" && c <= "z") || isDigit(c) || c === "." || c === "%" || c === ",") return c;
    if (SPACE.test(c)) return " ";
    if (IGNORED.test(c)) return "";
    if (CHARACTER.test(c)) return c;
    return LETTER.test(c) ? small(c) : DIVIDER;
  }

  // A text as it is compared, and for each of its characters (of 16 bits) where it stands in the text as written.
  function compared(written) {
    let text = "";
    let last = "";
    let space = -1;
    const from = [];
    const add = (c, at) => {
      text += c;
      last = c;
      for (let unit = 0; unit < c.length; unit++) from.push(at);
    };
    let at = 0;
    for (const raw of written) {
      let c = folded(raw);
      const isNumber = isDigit(last) && isDigit(written[at + 1] ?? "");
      // 1,234 is one number.
      if (c === ",") c = raw === "," && isNumber && /^\d{3}(?!\d)/.test(written.slice(at + 1, at + 5)) ? "" : DIVIDER;
      if (c === ".") c = isNumber ? "." : DIVIDER;
      if (c === "%") c = isDigit(last) ? "%" : DIVIDER;
      if (c === " ") {
        space = at;
      } else if (c !== "") {
        const joins = (one) => isDigit(one) || isWord(one);
        if (space >= 0 && joins(last) && joins(c)) add(" ", space);
        space = -1;
        if (c !== DIVIDER || last !== DIVIDER) add(c, at);
      }
      at += raw.length;
    }
    from.push(at);
    return { text, from };
  }

  function grams(term) {
    const step = (state, c) => {
      const mixed = Math.imul(state ^ c.codePointAt(0), 0x9e3779b1);
      return mixed ^ (mixed >>> 15);
    };
    const found = new Set();
    const all = runs(term);
    for (const [at, { kind, text }] of all.entries()) {
      const characters = [...text];
      if (kind === "number") {
        const number = characters.reduce(step, 0x4e550000);
        const [next, second] = [all[at + 1], all[at + 2]];
        found.add(number >>> 16);
        if (next?.kind === "character") found.add(step(number, [...next.text][0]) >>> 16);
        if (second?.kind === "number" && next.kind === "" && next.text !== " ") found.add([...second.text].reduce(step, step(number, "|")) >>> 16);
      }
      if (kind === "word") found.add(characters.slice(0, 8).reduce(step, 0x57410000) >>> 16);
      if (kind === "character" && characters.length === 1) found.add(step(0, characters[0]) >>> 16);
      if (kind === "character") {
        for (let after = 1; after < characters.length; after++) found.add(step(step(0, characters[after - 1]), characters[after]) >>> 16);
      }
    }
    return [...found];
  }

  // Runs of one kind.
  function runs(term) {
    const found = [];
    for (const c of term) {
      const kind = isDigit(c) ? "number" : isCharacter(c) ? "character" : isWord(c) ? "word" : "";
      const last = found[found.length - 1];
      if (last && last.kind === kind) last.text += c;
      else found.push({ kind, text: c });
    }
    return found;
  }

  // Questions

  function terms(question) {
    const quoted = question.replace(/[“”„‟＂]/g, '"');
    const parts = quoted.match(/"[^"]*"?|[^\s"\u3000]+/g) ?? [];
    const texts = parts.map((part) => compared(part).text.replace(/^[|.% ]+|[| ]+$/g, "")).filter((text) => text !== "");
    return [...new Set(texts)].map((text) => ({ text, grams: grams(text) }));
  }

  // Where a term stands in a compared text, from a place on; -1 if nowhere. Numbers are found as a whole, words by their beginning.
  function find(text, term, from) {
    for (let at = text.indexOf(term, from); at >= 0; at = text.indexOf(term, at + 1)) {
      const before = at > 0 ? text[at - 1] : "";
      const after = text[at + term.length] ?? "";
      const cutsNumber = (isDigit(term[0]) && isDigit(before)) || (isDigit(term[term.length - 1]) && isDigit(after));
      const cutsWord = isWord(term[0]) && isWord(before);
      if (!cutsNumber && !cutsWord) return at;
    }
    return -1;
  }

  // The catalog: src/search/catalog.rs

  function opened(catalog) {
    let plain = 0;
    const volumes = catalog.volumes.map((volume, number) => {
      const documents = [];
      let file = -1;
      for (const [year, codes] of volume.of) {
        const read = reader(codes);
        let unit = 0;
        while (!read.isOver()) {
          unit += read.number();
          const code = read.number();
          if (code % 2 === 1) file += 1;
          const pattern = (code - (code % 2)) / 2;
          const inFile = code % 2 === 1 ? 0 : documents[documents.length - 1].inFile + 1;
          const one = { unit, year, pattern, file, inFile, volume: number, page: year === 0 && pattern === 1 ? plain++ : -1 };
          documents.push(one);
        }
      }
      return { version: volume.v, files: volume.g, documents, years: volume.of.map(([year]) => year) };
    });
    return { ...catalog, volumes };
  }

  function title(catalog, one) {
    if (one.page >= 0) return catalog.pages[one.page][1];
    const unit = catalog.units[one.unit][1];
    if (one.year === 0) return unit;
    return catalog.titles[one.pattern].map((piece) => (piece === 0 ? unit : piece === 1 ? one.year : piece)).join("");
  }

  function address(catalog, one, anchor) {
    const parts = [catalog.units[one.unit][0]];
    if (one.page >= 0) parts.push(catalog.pages[one.page][0]);
    else if (one.year !== 0) parts.push(String(one.year));
    const path = parts.filter((part) => part !== "").join("/").split("/").map(encodeURIComponent).join("/");
    const fragment = anchor ? `#${encodeURIComponent(anchor)}` : "";
    return `${say.root}${path}${path ? "/" : ""}index.html${fragment}`;
  }

  // Documents that may have all grams of all terms

  async function candidates(volume, number, all) {
    const share = 65536 / volume.files;
    const files = [...new Set(all.map((gram) => Math.floor(gram / share)))];
    const texts = new Map();
    await Promise.all(files.map(async (file) => texts.set(file, await load(`${number}/g${file}`, volume.version))));
    let left = new Uint8Array(volume.documents.length).fill(1);
    for (const gram of all) {
      const file = Math.floor(gram / share);
      const has = having(texts.get(file), gram, file * share, left.length);
      left = left.map((is, at) => is & has[at]);
    }
    return volume.documents.filter((_, at) => left[at] === 1);
  }

  // For each document of a volume whether it has a gram.
  function having(postings, gram, first, count) {
    const read = reader(postings);
    let expected = first;
    while (!read.isOver()) {
      const head = read.number();
      expected += Math.floor(head / 2);
      if (expected >= gram) {
        if (expected > gram) break;
        const isListed = head % 2 === 1 ? 0 : 1;
        const has = new Uint8Array(count).fill(1 - isListed);
        for (let document = 0; !read.isEnd(); document++) {
          document += read.number();
          has[document] = isListed;
        }
        return has;
      }
      read.skipList();
      expected += 1;
    }
    return new Uint8Array(count);
  }

  // Looks at one document in full. null: it does not have the question after all.
  function match(catalog, one, parts, question) {
    const name = compared(title(catalog, one)).text;
    const missing = new Set(question.map((term) => term.text).filter((term) => find(name, term, 0) < 0));
    let best = null;
    const inTitle = missing.size === 0;
    for (let at = 0; at < parts.length; at += 3) {
      const [anchor, heading, written] = parts.slice(at, at + 3);
      const head = compared(heading).text;
      const body = compared(written);
      let count = 0;
      for (const { text } of question) {
        const inHead = find(head, text, 0) >= 0;
        const inBody = find(body.text, text, 0) >= 0;
        if (inHead || inBody) missing.delete(text);
        count += (inHead ? 1.5 : 0) + (inBody ? 1 : 0);
      }
      if (count > 0 && (!best || count > best.count)) best = { anchor, heading, written, body, count };
    }
    if (missing.size > 0) return null;
    if (!best || inTitle) {
      const written = parts.find((text, at) => at % 3 === 2 && text !== "") ?? "";
      best = best ?? { anchor: "", heading: "", written, body: compared(written) };
    }
    return { one, ...best };
  }

  // Elements: texts only ever become text

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  // The text with what was asked for marked.
  function marked(written, body, question, start, end) {
    const spots = [];
    for (const { text } of question) {
      for (let at = find(body.text, text, 0); at >= 0; at = find(body.text, text, at + text.length)) {
        spots.push([body.from[at], body.from[at + text.length - 1]]);
      }
    }
    spots.sort((a, b) => a[0] - b[0]);
    const pieces = [];
    let done = start;
    for (const [from, last] of spots) {
      const to = last + ([...written.slice(last, last + 2)][0]?.length ?? 1);
      if (from < done || to > end) continue;
      pieces.push(written.slice(done, from), element("mark", "", written.slice(from, to)));
      done = to;
    }
    pieces.push(written.slice(done, end));
    return pieces;
  }

  // Moves a cut out of the middle of a character.
  const whole = (text, at) => (at > 0 && at < text.length && /[\udc00-\udfff]/.test(text[at]) ? at - 1 : at);

  function excerpt(found, question) {
    const { written, body } = found;
    const places = question.map(({ text }) => find(body.text, text, 0)).filter((at) => at >= 0);
    const first = places.length > 0 ? body.from[Math.min(...places)] : 0;
    const start = whole(written, first > 40 ? first - 30 : 0);
    const end = whole(written, Math.min(written.length, start + 130));
    const pieces = marked(written, body, question, start, end);
    return [start > 0 ? "…" : "", ...pieces, end < written.length ? "…" : ""];
  }

  function result(catalog, found, question) {
    const { one } = found;
    const name = title(catalog, one);
    const link = element("a", "", ...marked(name, compared(name), question, 0, name.length));
    link.href = address(catalog, one, found.anchor);
    const own = { "page-indicators": say.indicators, "page-notes": say.notes, "page-attachments": say.attachments, "page-contact": say.contact, "fn-1": say.footnotes };
    const heading = found.heading || own[found.anchor] || "";
    const source = [catalog.units[one.unit][1], one.year === 0 ? "" : say.year.replace("{year}", one.year)].filter((text) => text !== "").join(" · ");
    const item = element("li", "search-result", element("h3", "", link), element("p", "search-source", source));
    if (heading) {
      item.lastChild.append(" · ", element("span", "search-heading", ...marked(heading, compared(heading), question, 0, heading.length)));
    }
    if (found.written) item.append(element("p", "search-excerpt", ...excerpt(found, question)));
    return item;
  }

  // The search

  let turn = 0; // only the newest question may show anything
  let showMore = null;

  async function search() {
    const mine = ++turn;
    const question = form.elements.q.value;
    remember(question);
    const asked = terms(question);
    more.hidden = true;
    browse.hidden = asked.length > 0;
    if (asked.length === 0) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    list.setAttribute("aria-busy", "true");
    try {
      const catalog = await open();
      const found = await inOrder(catalog, asked);
      if (mine !== turn) return;
      await show(catalog, found, asked, () => mine === turn);
    } catch {
      if (mine === turn) status.textContent = say.failed;
    }
    if (mine === turn) list.removeAttribute("aria-busy");
  }

  async function inOrder(catalog, asked) {
    const year = Number(form.elements.year.value) || 0;
    const unit = form.elements.unit.value === "" ? "" : catalog.units[Number(form.elements.unit.value)]?.[0] ?? "";
    const isBelow = (path) => unit === "" || path === unit || path.startsWith(`${unit}/`);
    const all = [...new Set(asked.flatMap((term) => term.grams))];
    const volumes = catalog.volumes.map(async (volume, number) => (
      year !== 0 && !volume.years.includes(year) ? [] : candidates(volume, number, all)
    ));
    const found = (await Promise.all(volumes)).flat();
    const kept = found.filter((one) => (year === 0 || one.year === year) && isBelow(catalog.units[one.unit][0]));
    const rank = (one) => {
      one.name ??= compared(title(catalog, one)).text;
      return asked.every((term) => find(one.name, term.text, 0) >= 0) ? 1 : 0;
    };
    const ranked = kept.map((one) => ({ one, rank: rank(one) }));
    const age = (one) => (one.year === 0 ? 10000 : one.year);
    ranked.sort((a, b) => b.rank - a.rank || age(b.one) - age(a.one) || a.one.unit - b.one.unit || a.one.inFile - b.one.inFile);
    return ranked.map(({ one }) => one);
  }

  // Shows the first results; the button shows more of them.
  async function show(catalog, found, asked, isCurrent) {
    let next = 0;
    let wrong = 0;
    let shown = 0;
    const checked = [];
    const file = (one) => load(`${one.volume}/t${one.file}`, catalog.volumes[one.volume].version);
    const files = () => new Set(found.slice(next).map((one) => `${one.volume}/${one.file}`)).size;
    const look = async (upTo) => {
      const last = next + MOST;
      while (next < found.length && ((checked.length < upTo && next < last) || files() <= EXACT)) {
        const batch = found.slice(next, next + PAGE);
        const parts = await Promise.all(batch.map(file));
        if (!isCurrent()) return;
        batch.forEach((one, at) => {
          const result = match(catalog, one, parts[at][one.inFile], asked);
          if (result) checked.push(result);
          else wrong += 1;
        });
        next += batch.length;
      }
    };
    const showUpTo = async (count) => {
      await look(count);
      if (!isCurrent()) return;
      const items = checked.slice(shown, count).map((one) => result(catalog, one, asked));
      if (shown === 0) list.replaceChildren(...items);
      else list.append(...items);
      const first = shown;
      shown += items.length;
      const total = found.length - wrong;
      const words = total === 0 ? say.none : next < found.length ? say.about : say.count;
      status.textContent = words.replace("{count}", total).replace("{shown}", shown);
      more.hidden = next >= found.length && shown >= total;
      showMore = async () => {
        await showUpTo(shown + PAGE);
        list.children[first + items.length]?.querySelector("a").focus(); // where the new ones begin
      };
    };
    await showUpTo(PAGE);
  }

  let catalog = null;

  // Loads the catalog once and fills the lists to choose from.
  function open() {
    catalog ??= load("catalog", say.version).then((data) => {
      const whole = opened(data);
      choices(whole);
      return whole;
    }).catch((error) => {
      catalog = null;
      throw error;
    });
    return catalog;
  }

  function choices(catalog) {
    const { unit, year } = form.elements;
    const option = (select, value, text) => {
      const made = element("option", "", text);
      made.value = value;
      select.append(made);
    };
    catalog.units.forEach(([path, name], number) => {
      const depth = path === "" ? 0 : path.split("/").length;
      if (number > 0) option(unit, String(number), "\u3000".repeat(Math.max(0, depth - 1)) + name);
    });
    const years = new Set(catalog.volumes.flatMap((volume) => volume.years).filter((one) => one !== 0));
    [...years].sort((a, b) => b - a).forEach((one) => option(year, String(one), say.year.replace("{year}", one)));
    const wanted = new URLSearchParams(location.search);
    const path = wanted.get("unit") ?? "";
    const number = catalog.units.findIndex((one, at) => at > 0 && one[0] === path);
    if (number > 0) unit.value = String(number);
    const asked = wanted.get("year") ?? "";
    if (years.has(Number(asked))) year.value = asked;
  }

  // The question in the address, to be sent to somebody or come back to.
  function remember(question) {
    const asked = new URLSearchParams();
    if (question.trim() !== "") asked.set("q", question);
    open().then((catalog) => {
      const unit = catalog.units[Number(form.elements.unit.value)];
      if (form.elements.unit.value !== "" && unit) asked.set("unit", unit[0]);
      if (form.elements.year.value !== "") asked.set("year", form.elements.year.value);
      const query = asked.toString();
      history.replaceState(null, "", query ? `?${query}` : location.pathname);
    }).catch(() => {}); // some browsers refuse it for files on a disk
  }

  let typing = 0;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    search();
  });
  form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(search, 150);
  });
  more.addEventListener("click", () => showMore?.());

  form.elements.q.value = new URLSearchParams(location.search).get("q") ?? "";
  page.classList.add("is-ready");
  page.querySelectorAll("[data-needs-script]").forEach((one) => { one.hidden = false; });
  open().then(search, () => { status.textContent = say.failed; });
})();
