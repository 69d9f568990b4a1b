/* A broadcast as one row on a phone: what, who, how it stands, and the one thing to do with it. */

import { chatTime, el, icon } from "./dom.js";

export function drawLiving(living, now, { name, style, run }) {
  const state = living.status
    ? [el("em", {}, "直播中"), `${living.anchor_name} · ${living.viewers} 人看过`]
    : [`${chatTime(living.starts_at, now)} 开始`];
  const button = el("button", { type: "button", class: style, on: { click: act } }, name);
  async function act() {
    button.disabled = true;
    try { await run(); } finally { button.disabled = false; }
  }
  return el("li", { class: living.status ? "living live" : "living" }, icon("live"),
    el("span", { class: "living-text" }, el("strong", { title: living.theme }, living.theme), el("small", {}, state)), button);
}
