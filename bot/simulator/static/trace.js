/* What happened in between, one group for each thing a person did. */

import { avatar, el, icon, secondTime } from "./dom.js";

const PATH = [
  ["bell", "通知", "企业微信告诉机器人：有新消息"],
  ["inbox", "收下", "消息和取信位置同一次写进数据库，不丢也不重"],
  ["fork", "判断", "归哪个联络站、哪位代表，理由写在旁边"],
  ["card", "送达", "代表手机上出现卡片，居民收到编号和期限"],
  ["book", "记录", "代表的答复回到微信，履职记录随之写好"],
];
const MOST_TURNS = 80;
const NOISE = ["gettoken", "getcallbackip", "kf/account/list", "kf/customer/batchget", "kf/service_state/get", "kf/add_contact_way", "user/get", "agent/get", "verify", "media/get", "living/get_living_info"];
const API_ICONS = {
  "kf/send_msg": "bubble", "kf/send_msg_on_event": "bubble", "message/send": "card", "message/update_template_card": "refresh",
  passive_reply: "refresh", "kf/sync_msg": "inbox", "media/upload": "clip", "media/get": "clip", gettoken: "key",
  "living/create": "live", "living/modify": "live", "living/cancel": "live", "living/get_living_info": "live", "living/get_watch_stat": "live",
};
const BOT_ICONS = { store: "inbox", decide: "fork", case: "folder", card: "card", duty: "book", send: "bubble", wait: "clock", alarm: "alert" };
const SAID = ["kf/send_msg", "kf/send_msg_on_event", "message/send"];
const WAYS = { callback: "企业微信 → 机器人", api: "机器人 → 企业微信", bot: "机器人" };
const FACT_NAMES = {
  msgid: "消息号", count: "条数", scene: "场景", bytes: "字节", case: "事项", case_id: "事项", number: "事项编号", representative: "代表", station: "联络站",
  rule: "规则", reason: "理由", reasons: "理由", evidence: "依据", topic: "主题", urgency: "缓急", kind: "类别", outbox_id: "发件号", inbox_id: "收件号",
  attempt: "第几次", external_userid: "居民", userid: "成员", due_at: "答复期限", entry: "履职记录", seconds: "秒", open_kfid: "客服账号", owner: "承办", livingid: "直播",
};

export class Trace {
  constructor(root, newest) {
    this.root = root;
    this.newest = newest;
    this.turns = [];
    this.root.classList.add("key");
    newest.addEventListener("click", () => this.toEnd());
    root.addEventListener("scroll", () => { if (this.atEnd()) newest.hidden = true; });
    this.root.replaceChildren(el("div", { class: "trace-empty" },
      el("p", {}, "居民说一句话，这里就一步一步写出来"),
      el("ol", {}, PATH.map(([sign, what, why]) => el("li", {}, el("span", { class: "path-icon" }, icon(sign)), el("span", {}, el("b", {}, what), why))))));
  }

  detail(which) {
    this.root.classList.toggle("key", which === "key");
    this.toEnd();
  }

  show(steps) {
    if (!steps.length) return;
    const follow = this.atEnd();
    if (!this.turns.length) this.root.replaceChildren();
    for (const step of steps) this.add(step);
    while (this.turns.length > MOST_TURNS) this.turns.shift().remove();
    if (follow) this.toEnd();
    else this.newest.hidden = false;
  }

  add(step) {
    if (step.direction === "person" || !this.turns.length) this.openTurn(step);
    if (step.direction !== "person") this.turns.at(-1).querySelector(".steps").append(drawStep(step));
  }

  openTurn(step) {
    const byPerson = step.direction === "person";
    const turn = el("section", { class: `turn ${byPerson ? "person" : "quiet"}` },
      el("div", { class: "turn-head" },
        byPerson ? avatar(step.who) : "",
        el("p", {}, byPerson ? step.sentence : "开始之前"), el("time", {}, secondTime(step.at))),
      el("div", { class: "steps" }));
    this.turns.push(turn);
    this.root.append(turn);
  }

  atEnd() { return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 60; }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
    this.newest.hidden = true;
  }
}

function isNoise(step) {
  if (step.errcode) return false;
  return NOISE.includes(step.what) || (step.what === "kf/sync_msg" && !step.facts.count) || step.facts.noise === true;
}

function drawStep(step) {
  const classes = ["step", step.direction];
  if (step.errcode) classes.push("bad");
  if (SAID.includes(step.what)) classes.push("said");
  if (isNoise(step)) classes.push("noise");
  const row = el("span", { class: "step-line" }, el("span", {}, step.sentence), el("time", {}, secondTime(step.at)));
  return el("div", { class: classes.join(" ") }, el("span", { class: "step-icon" }, icon(step.errcode ? "alert" : signOf(step))),
    el("details", {}, el("summary", {}, row), facts(step)));
}

function signOf(step) {
  if (step.direction === "callback") return "bell";
  return (step.direction === "bot" ? BOT_ICONS : API_ICONS)[step.what] || "dot";
}

function facts(step) {
  const rows = [["方向", WAYS[step.direction]]];
  if (step.direction !== "bot") rows.push(["接口", step.what]);
  if (step.errcode) rows.push(["错误码", step.errcode]);
  if (step.milliseconds) rows.push(["用时", `${step.milliseconds} 毫秒`]);
  for (const [name, value] of Object.entries(step.facts)) rows.push([FACT_NAMES[name] || name, value]);
  return el("dl", { class: "facts" }, rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]));
}
