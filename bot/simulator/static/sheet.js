/* One searchable list in a dialog, for people, codes and places. */

import { el } from "./dom.js";

const MOST = 80;
const dialog = document.getElementById("sheet");
const query = document.getElementById("sheet-query");
const list = document.getElementById("sheet-list");
const filters = document.getElementById("sheet-filters");
const more = document.getElementById("sheet-more");
let current = null;

/* items: {title, subtitle, tag, badge, group, words, lead: () => node, choose: () => void} */
export function openSheet({ title, placeholder, items, groups = [], first = "" }) {
  current = { items, group: "", first };
  document.getElementById("sheet-title").textContent = title;
  query.placeholder = placeholder;
  query.value = "";
  filters.replaceChildren(...(groups.length ? [["", "全部"], ...groups].map(filterButton) : []));
  show();
  dialog.showModal();
  if (window.matchMedia("(hover: hover)").matches) query.focus();
}

function filterButton([name, label]) {
  const choose = () => {
    current.group = name;
    for (const button of filters.children) button.setAttribute("aria-pressed", String(button.dataset.group === name));
    show();
  };
  return el("button", { type: "button", "aria-pressed": String(name === ""), data: { group: name }, on: { click: choose } }, label);
}

function show() {
  const words = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = current.items.filter((item) =>
    (!current.group || item.group === current.group) && words.every((word) => item.words.toLowerCase().includes(word)));
  const searching = words.length > 0 || current.group;
  const leading = searching ? [] : found.filter((item) => item.leading);
  const rest = found.filter((item) => !leading.includes(item)).slice(0, MOST);
  const rows = [];
  if (leading.length) rows.push(el("li", { class: "heading" }, current.first), ...leading.map(row));
  if (leading.length && rest.length) rows.push(el("li", { class: "heading" }, "全部"));
  list.replaceChildren(...rows, ...rest.map(row));
  list.scrollTop = 0;
  const hidden = found.length - leading.length - rest.length;
  more.hidden = found.length > 0 && hidden <= 0;
  more.textContent = found.length ? `还有 ${hidden} 项，写几个字来查找` : "没有找到，换个词试试";
}

function row(item) {
  const choose = () => { dialog.close(); item.choose(); };
  return el("li", {}, el("button", { type: "button", on: { click: choose } },
    item.lead(),
    el("span", { class: "text" }, el("span", {}, item.title), item.subtitle ? el("small", {}, item.subtitle) : ""),
    item.badge ? el("em", { class: "badge", "aria-label": `${item.badge} 条未读` }, String(item.badge)) : "",
    item.tag ? el("span", { class: "tag" }, item.tag) : ""));
}

query.addEventListener("input", show);
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    list.querySelector("button")?.click();
  }
});
document.getElementById("sheet-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
