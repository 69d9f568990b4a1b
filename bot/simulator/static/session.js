/* A chat that waits for a person, or that this member has: one row with what can be done with it. */

import { el, icon } from "./dom.js";

export function drawSession(session, acts) {
  const buttons = acts.map(({ name, style, run }) => {
    const button = el("button", { type: "button", class: style || "", on: { click: act } }, name);
    async function act() {
      button.disabled = true;
      try { await run(); } finally { button.disabled = false; }
    }
    return button;
  });
  const state = session.taken ? "您在接待" : "在等人工";
  return el("li", { class: session.taken ? "living live" : "living" }, icon("card"),
    el("span", { class: "living-text" }, el("strong", { title: session.last }, session.nickname), el("small", {}, el("em", {}, state), session.last)),
    ...buttons);
}
