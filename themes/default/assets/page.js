// Every page can be read without this. It remembers how pages are shown, marks the section being read, sorts tables.
"use strict";
(() => {
  const root = document.documentElement;
  const KEY = "gongkai-display";
  const CHOICES = { colours: ["light", "dark", "contrast"], size: ["large", "larger"] };
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Where nothing may be stored (some browsers with pages from a disk), a choice lasts as long as the page.
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem(KEY)) || {};
  } catch { /* as if nothing had been chosen */ }

  function apply() {
    for (const [name, values] of Object.entries(CHOICES)) {
      if (values.includes(chosen[name])) root.setAttribute("data-" + name, chosen[name]);
      else root.removeAttribute("data-" + name);
    }
  }

  function display() {
    const control = document.querySelector(".display");
    if (!control) return;
    control.hidden = false;
    for (const input of all("input", control)) {
      input.checked = input.value === (root.getAttribute("data-" + input.name) || "");
      input.onchange = () => {
        chosen[input.name] = input.value;
        apply();
        try {
          localStorage.setItem(KEY, JSON.stringify(chosen));
        } catch { /* it lasts as long as the page */ }
      };
    }
    control.onkeydown = (event) => {
      if (event.key !== "Escape" || !control.open) return;
      control.open = false;
      control.querySelector("summary").focus();
    };
    document.onclick = (event) => {
      if (!control.contains(event.target)) control.open = false;
    };
  }

  // The entry of the contents whose section stands under the reader's eyes.
  function follow() {
    const links = all(".contents a");
    if (!links.length) return;
    const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    let waiting = false;
    const mark = () => {
      waiting = false;
      const passed = parts.filter((part) => part && part.getBoundingClientRect().top < innerHeight / 4);
      const at = parts.indexOf(passed[passed.length - 1]);
      links.forEach((link, number) => {
        if (number === at) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    };
    onscroll = () => {
      if (!waiting) requestAnimationFrame(mark);
      waiting = true;
    };
    mark();
  }

  // What a cell is sorted by: a number where it is one; what is no number stands last, whichever way.
  function key(cell) {
    const text = (cell.firstChild?.textContent ?? "").trim();
    const number = Number(text);
    return cell.classList.contains("figure") ? (text !== "" && Number.isFinite(number) ? number : null) : cell.textContent.trim() || null;
  }

  function sortable(table) {
    const [body, heads] = [table.tBodies[0], [...table.tHead.rows[0].cells]];
    const order = [...body.rows];
    heads.forEach((head, column) => {
      if (head.querySelector("button")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.onclick = () => {
        const figures = head.classList.contains("figure");
        const turns = figures ? ["descending", "ascending", null] : ["ascending", "descending", null];
        const next = turns[(turns.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        if (next) head.setAttribute("aria-sort", next);
        const sign = next === "descending" ? -1 : 1;
        const rows = order.map((row) => [key(row.cells[column]), row]);
        if (next) {
          rows.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : sign * (figures ? a - b : a.localeCompare(b, root.lang))));
        }
        body.append(...rows.map(([, row]) => row));
      };
    });
  }

  function ready() {
    display();
    follow();
    all("table.sortable").forEach(sortable);
    for (const table of all(".compare-table")) table.parentElement.scrollLeft = table.parentElement.scrollWidth;
  }

  apply();
  document.addEventListener("DOMContentLoaded", ready);
  // The preview changes a page in place.
  document.addEventListener("gongkai:updated", () => {
    apply();
    ready();
  });
})();
