// Search, sort and filter. Without this script the page is whole; nothing is loaded or stored.
"use strict";
(() => {
  const box = document.getElementById("search");
  const exhibits = [...document.querySelectorAll("section.chapter figure")];
  const say = box.dataset;
  const make = (tag, parts) => Object.assign(document.createElement(tag), parts);

  const words = (node) => {
    const spoken = [...node.querySelectorAll("[aria-label]")].map((one) => one.getAttribute("aria-label"));
    return [node.textContent, ...spoken, node.closest("section").querySelector("h2").textContent].join(" ").toLowerCase();
  };
  const texts = new Map(exhibits.map((one) => [one, words(one)]));
  const label = make("label", { htmlFor: "query", textContent: say.label });
  const query = make("input", { id: "query", type: "search" });
  const found = make("p", { className: "found" });
  found.setAttribute("role", "status");
  box.append(label, query, found);

  const search = () => {
    const asked = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [node, text] of texts) {
      node.hidden = !asked.every((word) => text.includes(word));
      shown += !node.hidden;
    }
    for (const section of document.querySelectorAll("section.chapter")) {
      const some = [...section.querySelectorAll("figure")].some((one) => !one.hidden);
      section.hidden = asked.length > 0 && !some;
      for (const node of section.querySelectorAll(":scope > p, :scope > h3")) node.hidden = asked.length > 0;
    }
    found.textContent = asked.length ? say.found.replace("{n}", shown).replace("{all}", texts.size) : "";
  };
  query.addEventListener("input", search);
  // A link into the page leads to something that a search may have hidden.
  window.addEventListener("hashchange", () => {
    if (query.value) { query.value = ""; search(); document.querySelector(location.hash)?.scrollIntoView(); }
  });

  const comma = document.documentElement.lang === "da";
  const value = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const plain = comma ? text.replace(/\./g, "").replace(",", ".") : text.replace(/,/g, "");
    const number = parseFloat(plain.replace("−", "-").replace(/^[<≥≤]\s*/, ""));
    return [Number.isNaN(number) ? null : number, text];
  };
  const order = (a, b) => {
    if (a[0] !== null && b[0] !== null) return a[0] - b[0];
    if (a[0] === null && b[0] === null) return a[1].localeCompare(b[1]);
    return a[0] === null ? 1 : -1;
  };
  // A blank heading of a row means the one above it, which another order would part from it.
  const fill = (body) => {
    let above = "";
    for (const row of body.rows) {
      const head = row.cells[0];
      if (head.tagName === "TH" && head.textContent.trim() === "") head.textContent = above;
      above = head.textContent;
    }
  };
  for (const table of document.querySelectorAll("section.chapter table")) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 3) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", title: say.sort });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        fill(body);
        const falls = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => (falls ? -1 : 1) * order(value(a, column), value(b, column)));
        body.append(...rows);
      });
    });
    if (body.rows.length < 8) continue;
    const filter = make("input", { className: "filter", type: "search", placeholder: say.filter });
    filter.setAttribute("aria-label", say.filter);
    table.closest(".scroll").before(filter);
    filter.addEventListener("input", () => {
      fill(body);
      const asked = filter.value.toLowerCase();
      for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(asked);
    });
  }
})();
