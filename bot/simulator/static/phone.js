/* A phone on the page: whose it is, its chat, its composer. */

import { avatar, chatTime, clockTime, el, icon, post, toast } from "./dom.js";
import { drawLine } from "./lines.js";
import { samplePicture } from "./sample.js";

const PAUSE = 5 * 60 * 1000;

export class Phone {
  /* `side`: {root, noun, nudges, who() → {id, name, title, hint}, idField, saysPath, pick(), onMenu, onTap, empty(), tools} */
  constructor(side) {
    this.side = side;
    this.chat = side.root.querySelector(".chat");
    this.owner = side.root.querySelector(".owner");
    this.arrivals = side.root.querySelector(".arrivals");
    this.livings = side.root.querySelector(".livings");
    this.nudges = side.root.querySelector(".nudges");
    this.composer = side.root.querySelector(".composer");
    this.lines = new Map();
    this.lastAt = 0;
    this.drawComposer();
  }

  get draft() { return this.input.value.trim(); }

  /* Show somebody else's phone: nothing on it until lines come. */
  clear() {
    this.lines.clear();
    this.lastAt = 0;
    const who = this.side.who();
    const name = who ? who.name : "还没有人";
    this.chat.replaceChildren(this.side.empty());
    this.pickButton = el("button", { type: "button", class: "owner-pick", "aria-haspopup": "dialog", on: { click: this.side.pick } },
      avatar(name),
      el("span", { class: "owner-text" }, el("span", { class: "owner-name" }, name), el("span", { class: "owner-title" }, who?.title || who?.hint || this.side.noun)),
      el("span", { class: "switch-word" }, `换一位${this.side.noun}`), icon("down"));
    this.owner.replaceChildren(this.pickButton);
    this.drawNudges(who);
  }

  drawNudges(who) {
    const words = [...(who?.hint && this.side.hintIsWords ? [{ text: who.hint, hint: true }] : []), ...this.side.nudges.map((text) => ({ text }))];
    this.nudges.replaceChildren(...words.map(({ text, hint }) => el("button", {
      type: "button", class: hint ? "hint" : "", title: text,
      on: { click: () => { if (hint) { this.input.value = text; this.refresh(); this.input.focus(); } else this.say(text); } },
    }, hint ? `试着说：${text}` : text)));
  }

  setTime(now) {
    this.now = now;
    this.side.root.querySelector(".phone-time").textContent = clockTime(now);
  }

  /* New and changed lines; the view stays where the reader is unless at the end. */
  show(lines) {
    if (!lines.length) return;
    const atEnd = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 80 || !this.lines.size;
    if (!this.lines.size) this.chat.replaceChildren();
    const who = this.side.who();
    const phone = { owner: { name: who.name }, onMenu: this.side.onMenu, onTap: this.side.onTap };
    for (const line of lines) this.put(line, drawLine(line, phone));
    if (atEnd) this.toEnd();
  }

  put(line, node) {
    const known = this.lines.get(line.id);
    this.lines.set(line.id, { line, node });
    if (known) {
      known.node.replaceWith(node);
      return;
    }
    const at = Date.parse(line.at);
    if (at - this.lastAt > PAUSE && line.kind !== "enter") this.chat.append(el("div", { class: "when" }, chatTime(line.at, this.now)));
    this.lastAt = at;
    this.chat.append(node);
    node.querySelector("img.picture")?.addEventListener("load", () => this.toEnd());
  }

  /* The end of the chat, or the head of a last line that is taller than the screen. */
  toEnd() {
    const last = this.chat.lastElementChild;
    const tall = last && last.offsetHeight > this.chat.clientHeight - 16;
    this.chat.scrollTop = tall ? last.offsetTop - this.chat.offsetTop - 6 : this.chat.scrollHeight;
  }

  has(test) { return [...this.lines.values()].some(({ line }) => test(line)); }

  drawComposer() {
    this.input = el("input", {
      type: "text", "aria-label": this.side.inputLabel, placeholder: this.side.placeholder, enterkeyhint: "send", maxlength: 4000,
      on: { input: () => this.refresh() },
    });
    this.sendButton = el("button", { type: "submit", disabled: true }, "发送");
    this.file = el("input", { type: "file", accept: "image/png,image/jpeg", hidden: true, on: { change: () => this.sendFile() } });
    const common = [
      { name: "照片", sign: "image", run: () => this.file.click() },
      { name: "示例照片", sign: "lamp", run: async () => this.sendPicture(await samplePicture(), "路灯不亮.jpg") },
    ];
    const tools = [...this.side.tools.before, ...common, ...this.side.tools.after];
    this.composer.append(
      el("div", { class: "compose-row" }, this.input, this.sendButton, this.file),
      el("div", { class: "tools" }, tools.map((tool) =>
        el("button", { type: "button", class: tool.class || "", on: { click: tool.run } }, icon(tool.sign), tool.name))));
    this.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.draft) this.say(this.draft);
    });
  }

  refresh() { this.sendButton.disabled = !this.draft; }

  target() {
    const who = this.side.who();
    if (!who) toast(`先选一位${this.side.noun}`);
    return who ? { [this.side.idField]: who.id } : null;
  }

  async say(text, more = {}) {
    const target = this.target();
    if (!target) return;
    if (text === this.draft) this.input.value = "";
    this.refresh();
    await post(this.side.saysPath, { ...target, text, ...more });
  }

  async sendFile() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) await this.sendPicture(file, file.name);
  }

  async sendPicture(blob, name) {
    const target = this.target();
    if (!target) return;
    const form = new FormData();
    for (const [field, value] of Object.entries(target)) form.append(field, value);
    form.append("kind", "image");
    form.append("media", blob, name);
    await post("media", form);
  }

  async sendPlace(place) {
    const target = this.target();
    if (target) await post("location", { ...target, ...place });
  }
}
