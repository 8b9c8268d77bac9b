// Keeps an open page of the preview up to date. Served by `gongkai serve` only; no page that is built knows it.
//
// 1. the server says how things are (an event stream); this script compares with what it shows;
// 2. when the page's bytes differ, the new page is fetched and the old one changed in place (`morph`), so that scroll
//    position, focus and open details stay; style sheets are swapped without a flash;
// 3. problems appear in a panel that leaves when they are mended.
"use strict";
(() => {
  const own = document.currentScript;
  const { base, lang } = own.dataset;
  let shown = own.dataset.page; // Fingerprint of the page as it stands here; empty for one that does not exist.
  let styles = null;
  const words = {
    zh: {
      errors: (n) => `错误 ${n} 处`, warnings: (n) => `提醒 ${n} 处`, kept: "改好之前，页面保持上一次的样子。",
      gone: "这一页已经不在网站里了。", home: "到首页", lost: "预览已断开，正在重新连接…", more: (n) => `另有 ${n} 处，见终端或 gongkai check。`,
      help: "办法：", see: "看页面", close: "收起", failure: "出错：",
    },
    en: {
      errors: (n) => `${n} errors`, warnings: (n) => `${n} warnings`, kept: "Until they are mended the page stays as it was.",
      gone: "This page is no longer part of the site.", home: "Home", lost: "The preview is gone; reconnecting…", more: (n) => `${n} more: see the terminal, or gongkai check.`,
      help: "Help: ", see: "see the page", close: "close", failure: "error: ",
    },
  }[lang === "zh" ? "zh" : "en"];

  // ---- The page, changed in place ----

  const isSheet = (node) => node.nodeName === "LINK" && node.rel === "stylesheet";
  const bare = (url) => url.split("?")[0];

  // Whether one node can become the other by changing its attributes and what is in it.
  function alike(a, b) {
    if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false;
    if (a.nodeType !== Node.ELEMENT_NODE) return true;
    if (a.id !== b.id) return false;
    return !isSheet(a) || bare(a.href) === bare(b.href);
  }

  function attributes(from, to) {
    for (const { name, value } of to.attributes) {
      // A swapped style sheet has a version in its address; what a reader opened stays open.
      if (isSheet(from) && name === "href" && bare(from.href) === bare(to.href)) continue;
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
    for (const { name } of [...from.attributes]) {
      if (to.hasAttribute(name) || (name === "open" && from.nodeName === "DETAILS")) continue;
      from.removeAttribute(name);
    }
  }

  function morph(from, to) {
    if (from.isEqualNode(to)) return;
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    attributes(from, to);
    children(from, to);
  }

  function children(from, to) {
    let at = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      const found = match(at, wanted);
      if (!found) {
        from.insertBefore(document.importNode(wanted, true), at);
        continue;
      }
      // What stands between is gone from the new page, or will be made again further down.
      while (at !== found) at = remove(at);
      morph(found, wanted);
      at = found.nextSibling;
    }
    while (at) at = remove(at);
  }

  function remove(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  // The node itself if it will do, else the nearest one after it: the same id, or nothing between that has one.
  function match(at, wanted) {
    for (let node = at, steps = 0; node && steps < 24; node = node.nextSibling, steps++) {
      if (node.isEqualNode(wanted)) return node;
    }
    if (at && alike(at, wanted)) return at;
    if (wanted.id) {
      for (let node = at; node; node = node.nextSibling) if (alike(node, wanted)) return node;
    }
    return null;
  }

  const scripts = (page) => [...page.querySelectorAll("script[src]")].map((one) => one.getAttribute("src")).join("\n");

  async function update(print) {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || scripts(next) !== scripts(document)) return location.reload();
    const [x, y] = [scrollX, scrollY];
    attributes(document.documentElement, next.documentElement);
    morph(document.head, next.head);
    morph(document.body, next.body);
    scrollTo({ left: x, top: y, behavior: "instant" });
    // The page fetched may be newer than the one announced; its own script says which it is.
    shown = next.querySelector("script[data-generation]")?.dataset.page ?? print;
    document.dispatchEvent(new CustomEvent("gongkai:updated"));
  }

  function swap(sheets) {
    const before = styles;
    styles = sheets;
    if (!before) return;
    for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
      const path = decodeURIComponent(new URL(link.href).pathname).slice(decodeURIComponent(base).length);
      if (!sheets[path] || sheets[path] === before[path]) continue;
      const next = link.cloneNode();
      next.href = `${bare(link.href)}?v=${sheets[path]}`;
      // Both stand there until the new one is loaded, so that nothing flashes.
      next.onload = () => link.remove();
      next.onerror = () => next.remove();
      link.after(next);
    }
  }

  // ---- Panel and badge, out of reach of the page's styles ----

  const host = document.createElement("gongkai-preview");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; inset: auto 0 0 0; z-index: 2147483647; pointer-events: none;
      font: 14px/1.6 system-ui, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; color: #1d1d1f; }
    @media print { :host { display: none; } }
    section, .badge, button.quiet { pointer-events: auto; }
    section { background: #fff; border-top: 4px solid #c62828; box-shadow: 0 -4px 24px #0004; max-height: 50vh; overflow: auto; padding: 8px 20px 14px; }
    section.quiet { border-color: #b26a00; }
    header { display: flex; gap: 1em; align-items: baseline; position: sticky; top: -8px; background: #fff; padding: 8px 0; }
    header strong { font-size: 16px; } header span { flex: 1; color: #555; }
    ol { margin: 0; padding: 0; list-style: none; } li { border-top: 1px solid #ddd; padding: 8px 0; }
    .error b { color: #c62828; } .warning b { color: #8a5200; }
    code, pre { font: 13px/1.5 ui-monospace, Consolas, "Noto Sans Mono CJK SC", monospace; }
    pre { margin: 2px 0 2px 0; padding: 2px 8px; background: #f5f5f7; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    mark { background: #ffd7d7; color: inherit; border-bottom: 2px solid #c62828; } .at { color: #555; }
    .badge, button { font: inherit; border: 1px solid #0003; border-radius: 6px; padding: 2px 10px; background: #fff; color: inherit; cursor: pointer; }
    button.quiet, .badge { position: fixed; right: 12px; bottom: 12px; box-shadow: 0 1px 6px #0003; }
    .badge { right: auto; left: 12px; background: #1d1d1f; color: #fff; cursor: default; }
    a { color: #0b57d0; }`);
  root.adoptedStyleSheets = [sheet];
  const [panel, notice, badge] = [0, 1, 2].map(() => root.appendChild(document.createElement("div")));
  const show = () => host.isConnected || document.documentElement.append(host);

  // Text goes in as text, never as markup: it is what authors wrote.
  function element(name, properties, ...inside) {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...inside.filter((one) => one !== null && one !== ""));
    return node;
  }

  function excerpt(one) {
    const at = element("span", { className: "at" }, `${one.file}:${one.line}:${one.column}`, one.text ? `  ${one.text}` : "");
    if (!one.before && !one.marked && !one.after) return element("div", {}, at);
    return element("div", {}, at, element("pre", {}, `${one.line} │ `, one.before, element("mark", {}, one.marked || "\u00a0"), one.after));
  }

  function problem(one) {
    const link = one.url === null ? null : element("a", { href: base + one.url }, words.see);
    return element("li", { className: one.severity }, element("div", {}, element("b", {}, one.word), ` ${one.message} `, element("code", {}, one.code), " ", link),
      ...one.places.map(excerpt), one.help ? element("div", {}, words.help + one.help) : null);
  }

  let open = false; // Warnings alone are shown in full only when asked for.
  let told = "";
  function problems(all, current) {
    const now = JSON.stringify([all, current, open]);
    if (now === told) return;
    told = now;
    const stuck = panel.querySelector("section")?.scrollTop ?? 0;
    panel.replaceChildren();
    if (!all || (!all.errors && !all.warnings && !all.failure)) return;
    show();
    const serious = all.errors > 0 || all.failure !== null;
    if (!serious && !open) {
      const unfold = () => { open = true; problems(all, current); };
      panel.append(element("button", { className: "quiet", onclick: unfold }, words.warnings(all.warnings)));
      return;
    }
    const fold = () => { open = false; problems(all, current); };
    const counts = [all.errors && words.errors(all.errors), all.warnings && words.warnings(all.warnings)].filter(Boolean).join(" · ");
    const head = element("header", {}, element("strong", {}, counts), element("span", {}, all.failure ? words.failure + all.failure : current ? "" : words.kept),
      serious ? null : element("button", { onclick: fold }, words.close));
    const more = all.errors + all.warnings - all.shown.length;
    panel.append(element("section", { className: serious ? "" : "quiet" }, head, element("ol", {}, ...all.shown.map(problem)), more > 0 ? words.more(more) : null));
    panel.querySelector("section").scrollTop = stuck;
  }

  const say = (text, ...more) => { show(); notice.replaceChildren(element("div", { className: "badge" }, text, ...more)); };
  const lost = (is) => { if (is) show(); badge.replaceChildren(...(is ? [element("div", { className: "badge" }, words.lost)] : [])); };

  // ---- The event stream ----

  // One at a time, and in the end the newest: what comes while a page is fetched is looked at after.
  let newest = null;
  let busy = false;
  async function take(state) {
    newest = state;
    if (busy) return;
    busy = true;
    while (newest) {
      const now = newest;
      newest = null;
      problems(now.problems, now.current);
      swap(now.styles);
      if (now.page === null) {
        // A page that never was says so itself.
        if (shown) say(words.gone + " ", element("a", { href: base, style: "color:#9cf" }, words.home));
      } else if (!shown) {
        location.reload();
      } else {
        notice.replaceChildren();
        // Should the server be gone again, the next event tells.
        if (now.page !== shown) await update(now.page).catch(() => {});
      }
    }
    busy = false;
  }

  function listen() {
    const events = new EventSource(`/__gongkai/events?page=${encodeURIComponent(location.pathname)}`);
    events.onopen = () => lost(false);
    events.onmessage = (event) => take(JSON.parse(event.data));
    events.onerror = () => {
      lost(true);
      // The browser tries again by itself, unless it has given up.
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    };
    addEventListener("pagehide", () => events.close(), { once: true });
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); }, { once: true });
  }
  listen();
})();
