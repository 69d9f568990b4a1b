/* Choose as whom to log in: the same address again, with `as`. */

import { avatar, el, get } from "./dom.js";

const MOST = 60;
const query = document.getElementById("query");
const list = document.getElementById("members");
const more = document.getElementById("more");
const { members } = await get("people");
members.sort((one, other) => Number(Boolean(other.hint)) - Number(Boolean(one.hint)));

function show() {
  const words = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = members.filter((each) => words.every((word) => `${each.name} ${each.title} ${each.userid}`.toLowerCase().includes(word)));
  list.replaceChildren(...found.slice(0, MOST).map(row));
  more.hidden = found.length > 0 && found.length <= MOST;
  more.textContent = found.length ? `还有 ${found.length - MOST} 位，写几个字来查找` : "没有找到这位成员";
}

function row(member) {
  const address = new URL(location.href);
  address.searchParams.set("as", member.userid);
  return el("li", {}, el("a", { href: address.pathname + address.search }, avatar(member.name),
    el("span", { class: "text" }, el("span", {}, member.name), member.title ? el("small", {}, member.title) : "")));
}

query.addEventListener("input", show);
show();
