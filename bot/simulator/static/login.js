/* Choose as whom to log in: the same address again, with `as`. */

import { avatar, el, get } from "./dom.js";

const MOST = 60;
const query = document.getElementById("query");
const kinds = document.getElementById("kinds");
const list = document.getElementById("members");
const more = document.getElementById("more");
const { members } = await get("people");
let kind = "";

/* A title begins with what somebody is (`区人大代表 · 南门站`); representatives of every level are one kind. */
function kindOf({ title }) {
  const [first] = title.split(" · ");
  return first.endsWith("代表") ? "代表" : first;
}

function drawKinds() {
  const found = [...new Set(members.map(kindOf))].filter(Boolean);
  if (found.length < 2) return;
  kinds.replaceChildren(...["", ...found].map((name) => el("button", {
    type: "button", "aria-pressed": String(name === kind), data: { kind: name }, on: { click: () => choose(name) },
  }, name || "全部")));
}

function choose(name) {
  kind = name;
  for (const button of kinds.children) button.setAttribute("aria-pressed", String(button.dataset.kind === name));
  show();
}

function show() {
  const words = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = members.filter((each) => (!kind || kindOf(each) === kind)
    && words.every((word) => `${each.name} ${each.title} ${each.userid}`.toLowerCase().includes(word)));
  const leading = words.length || kind ? [] : found.filter((each) => each.hint);
  const rest = found.filter((each) => !leading.includes(each)).slice(0, MOST);
  const heading = (text) => el("li", { class: "heading" }, text);
  list.replaceChildren(
    ...(leading.length ? [heading("先看看这几位"), ...leading.map(row)] : []),
    ...(leading.length && rest.length ? [heading("全部")] : []), ...rest.map(row));
  list.scrollTop = 0;
  const hidden = found.length - leading.length - rest.length;
  more.hidden = found.length > 0 && hidden <= 0;
  more.textContent = found.length ? `还有 ${hidden} 位，写几个字来查找` : "没有找到这位成员，换个词试试";
}

function row(member) {
  const address = new URL(location.href);
  address.searchParams.set("as", member.userid);
  const what = [member.title, member.hint].filter(Boolean).join("　");
  return el("li", {}, el("a", { href: address.pathname + address.search }, avatar(member.name),
    el("span", { class: "text" }, el("span", {}, member.name), what ? el("small", {}, what) : "")));
}

query.addEventListener("input", show);
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) list.querySelector("a")?.click();
});
drawKinds();
show();
