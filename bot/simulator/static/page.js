/* The demo page: two phones, what happens between them, and the loop that keeps all three fresh. */

import { avatar, el, get, icon, post, toast } from "./dom.js";
import { drawLiving } from "./living.js";
import { Phone } from "./phone.js";
import { drawSession } from "./session.js";
import { openSheet } from "./sheet.js";
import { Trace } from "./trace.js";

const byId = (id) => document.getElementById(id);
const view = {
  people: { constituents: [], members: [] }, catalog: { codes: [], places: [], doors: [] },
  constituent: "", member: "", revision: 0, traceRevision: 0, unread: { constituents: {}, members: {} }, receivers: [],
};
let polling = new AbortController();

const constituents = () => view.people.constituents.map((each) => ({ id: each.external_userid, name: each.nickname, title: "微信用户", hint: each.hint }));
const members = () => view.people.members.map((each) => ({ id: each.userid, name: each.name, title: each.title, hint: each.hint }));
const find = (all, id) => all.find((each) => each.id === id);

/* --- the two phones -------------------------------------------------------------------------------- */

const wechat = new Phone({
  root: byId("wechat"), noun: "居民", hintIsWords: true, idField: "external_userid", saysPath: "says", inputLabel: "以居民身份写", placeholder: "说说身边的事…",
  nudges: ["进度"],
  who: () => find(constituents(), view.constituent),
  pick: () => pickPerson("constituents"),
  onMenu: (item) => wechat.say(item.content, { menu_id: item.id || "" }),
  onTap: () => {},
  empty: () => el("div", { class: "empty" }, icon("scan"), el("strong", {}, "还没有对话"),
    el("span", {}, "现实里，居民扫社区里的代表码或联络站码进来"), el("button", { type: "button", on: { click: scan } }, "扫码")),
  tools: {
    before: [{ name: "扫码", sign: "scan", class: "scan", run: scan }],
    after: [{ name: "位置", sign: "place", run: () => pickPlace(wechat) }],
  },
});

const wecom = new Phone({
  root: byId("wecom"), noun: "成员", idField: "userid", saysPath: "member/says", inputLabel: "以成员身份写", placeholder: "直接打字就是答复…",
  nudges: ["待办"],
  who: () => find(members(), view.member),
  pick: () => pickPerson("members"),
  onMenu: () => {},
  onTap: async (line, key, selected) => { await post("member/tap", { userid: view.member, message_id: line.id, key, selected }); },
  empty: () => el("div", { class: "empty" }, icon("card"), el("strong", {}, "还没有收到什么"),
    el("span", {}, "居民的事分给谁，卡片就出现在谁的手机上")),
  tools: { before: [], after: [{ name: "位置", sign: "place", run: () => pickPlace(wecom) }] },
});

const trace = new Trace(byId("trace"), byId("to-newest"));

function pickPerson(kind) {
  const forMembers = kind === "members";
  const items = (forMembers ? members() : constituents()).map((each) => ({
    title: each.name, subtitle: forMembers ? [each.title, each.hint].filter(Boolean).join("　") : each.hint || each.title, badge: view.unread[kind][each.id],
    words: `${each.name} ${each.title} ${each.hint} ${each.id}`, leading: forMembers && Boolean(each.hint || view.unread[kind][each.id]),
    lead: () => avatar(each.name), choose: () => (forMembers ? choose({ member: each.id }) : choose({ constituent: each.id })),
  }));
  items.sort((one, other) => (other.badge || 0) - (one.badge || 0));
  openSheet({
    title: forMembers ? "拿谁的企业微信？" : "拿谁的微信？",
    placeholder: forMembers ? "查姓名、职务、联络站" : "查昵称", items, first: "先看看这几位",
  });
}

function scan() {
  const labels = { rep: "代表", representative: "代表", station: "联络站", live: "直播", day: "活动日", plain: "普通入口" };
  const items = view.catalog.codes.map((code) => ({
    title: code.label, subtitle: code.subtitle, tag: labels[code.kind] || code.kind, group: code.kind,
    words: `${code.label} ${code.subtitle} ${code.scene_param}`,
    lead: () => el("span", { class: "qr" }, icon("scan")),
    choose: () => enter(code),
  }));
  const kinds = [...new Set(view.catalog.codes.map((code) => code.kind))];
  openSheet({ title: "扫谁的码？", placeholder: "查代表、联络站、村和社区", items, groups: kinds.map((kind) => [kind, labels[kind] || kind]) });
}

async function enter(code) {
  const target = wechat.target();
  if (target) await post("enter", { ...target, scene: code.scene, scene_param: code.scene_param, label: code.label });
}

function pickPlace(phone) {
  const items = view.catalog.places.map((place) => ({
    title: place.name, subtitle: place.address, words: `${place.name} ${place.address}`,
    lead: () => el("span", { class: "qr" }, icon("place")), choose: () => phone.sendPlace(place),
  }));
  if (!items.length) toast("没有准备地点");
  else openSheet({ title: "发送哪里的位置？", placeholder: "查地点", items });
}

/* --- who is in view -------------------------------------------------------------------------------- */

function choose(change) {
  Object.assign(view, change);
  const address = new URL(location.href);
  for (const kind of ["constituent", "member"]) {
    if (view[kind]) address.searchParams.set(kind, view[kind]);
  }
  history.replaceState(null, "", address);
  document.cookie = `sim_member=${encodeURIComponent(view.member)}; path=/; SameSite=Lax`;
  wechat.clear();
  wecom.clear();
  view.revision = 0;
  polling.abort();
}

/* Inside each phone, like a notification: who else has something new. */
function showArrivals() {
  const holders = view.receivers.slice(0, 5).reverse();
  const elsewhere = holders.find((each) => each.userid !== view.member && view.unread.members[each.userid]);
  const chips = holders.map((each) => chip(each.name, view.unread.members[each.userid], each.userid === view.member, () => choose({ member: each.userid })));
  const go = el("button", { type: "button", class: "arrival go", on: { click: () => choose({ member: elsewhere?.userid }) } }, "去看谁收到了", icon("right"));
  const here = holders.some((each) => each.userid === view.member);
  wecom.arrivals.replaceChildren(...(elsewhere && !here ? [go, ...chips] : holders.length > 1 ? [el("span", {}, "收到的人"), ...chips] : []));
  const waiting = constituents().filter((each) => view.unread.constituents[each.id]).slice(0, 6);
  wechat.arrivals.replaceChildren(...(waiting.length
    ? [el("span", {}, "有新回复"), ...waiting.map((each) => chip(each.name, view.unread.constituents[each.id], false, () => choose({ constituent: each.id })))]
    : []));
}

function chip(name, unread, current, run) {
  return el("button", { type: "button", class: "arrival", "aria-pressed": String(current), on: { click: run } },
    name, unread ? el("em", { class: "badge", "aria-label": `${unread} 条未读` }, String(unread)) : "");
}

/* Broadcasts: who holds one starts and ends it, everybody may watch while it is on. */
function showLivings(livings, now) {
  const shown = JSON.stringify([livings, view.member, now.slice(0, 10)]);
  if (shown === view.livings) return;
  view.livings = shown;
  const own = livings.filter((each) => each.anchor === view.member);
  wecom.livings.replaceChildren(...own.map((each) => drawLiving(each, now, each.status
    ? { name: "结束直播", style: "end", run: () => post("living/end", { livingid: each.livingid }) }
    : { name: "开始直播", style: "start", run: () => post("living/start", { livingid: each.livingid }) })));
  wechat.livings.replaceChildren(...livings.filter((each) => each.status).map((each) =>
    drawLiving(each, now, { name: "看一分钟", style: "", run: () => watchLiving(each) })));
}

/* Chats with a person: a servicer takes one, says what stands in the composer, ends it. */
function showSessions(sessions) {
  const shown = JSON.stringify([sessions, view.member]);
  if (shown === view.sessions) return;
  view.sessions = shown;
  byId("wecom").querySelector(".sessions").replaceChildren(...sessions.map((each) => {
    const who = { external_userid: each.external_userid };
    return drawSession(each, each.taken
      ? [{ name: "发给对方", style: "start", run: () => sayAsPerson(who) }, { name: "结束", style: "end", run: () => post("human/ends", who) }]
      : [{ name: "接入", style: "start", run: () => post("human/takes", { ...who, userid: view.member }) }]);
  }));
}

async function sayAsPerson(who) {
  const text = wecom.draft;
  if (!text) {
    toast("先在下面写好要说的话");
    wecom.input.focus();
    return;
  }
  wecom.input.value = "";
  wecom.refresh();
  await post("human/says", { ...who, text });
}

async function watchLiving(living) {
  await post("living/watch", { livingid: living.livingid, who: view.constituent, seconds: 60 });
  toast(`看了一分钟「${living.theme}」`);
}

/* --- the loop ---------------------------------------------------------------------------------------- */

async function poll() {
  for (;;) {
    polling = new AbortController();
    const query = new URLSearchParams({
      constituent: view.constituent, member: view.member, since: view.revision, trace_since: view.traceRevision,
      wait: view.revision ? 20 : 0,
    });
    try {
      const state = await get(`state?${query}`, { signal: polling.signal });
      if (!polling.signal.aborted) take(state);
      await pause(200);
    } catch (error) {
      if (error.name !== "AbortError") {
        toast("和模拟器断开了，正在重新连接…");
        await pause(1500);
      }
    }
  }
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

function take(state) {
  Object.assign(view, { revision: state.revision, traceRevision: state.revision, unread: state.unread, receivers: state.receivers });
  byId("wechat").querySelector(".nav-title").textContent = state.account || "微信客服";
  wechat.setTime(state.now);
  wecom.setTime(state.now);
  showArrivals();
  showLivings(state.livings, state.now);
  showSessions(state.sessions);
  wechat.show(state.constituent);
  wecom.show(state.member);
  trace.show(state.steps);
  markTabs(state);
  guide();
}

function markTabs(state) {
  const current = byId("stage").dataset.tab;
  const badge = (tab) => document.querySelector(`.tabs [data-tab="${tab}"] .badge`);
  const count = (tab, number) => {
    const node = badge(tab);
    const total = tab === current ? 0 : Number(node.textContent || 0) + number;
    node.textContent = total ? String(Math.min(total, 99)) : "";
    node.hidden = !total;
  };
  if (state.steps.length > 200) return;
  count("wechat", state.constituent.filter((line) => line.who !== "me").length);
  const others = Object.values(view.unread.members).reduce((sum, number) => sum + number, 0);
  badge("wecom").textContent = "";
  count("wecom", others + (current === "wecom" ? 0 : state.member.filter((line) => line.who !== "me").length));
}

/* --- three steps ------------------------------------------------------------------------------------- */

function guide() {
  const done = {
    scan: wechat.has((line) => line.kind === "enter"),
    say: wechat.has((line) => line.who === "me" && line.kind !== "enter"),
    answer: wecom.has((line) => line.who === "me" || line.state === "updated"),
  };
  let now = true;
  for (const step of document.querySelectorAll("#guide li")) {
    const isDone = done[step.dataset.step];
    step.classList.toggle("done", isDone);
    step.classList.toggle("now", now && !isDone);
    if (!isDone) now = false;
  }
  const all = Object.values(done).every(Boolean);
  if (all) document.querySelector('#guide li[data-step="answer"]').classList.add("now");
}

function showGuide(open) {
  byId("guide").hidden = !open;
  try { localStorage.setItem("lianxin-guide", open ? "open" : "seen"); } catch { /* private window: it shows again */ }
}

function guideWasSeen() {
  try { return localStorage.getItem("lianxin-guide") === "seen"; } catch { return false; }
}

function showTab(tab) {
  byId("stage").dataset.tab = tab;
  for (const button of document.querySelectorAll(".tabs button")) {
    button.toggleAttribute("aria-current", false);
    if (button.dataset.tab === tab) {
      button.setAttribute("aria-current", "true");
      button.querySelector(".badge").hidden = true;
      button.querySelector(".badge").textContent = "";
    }
  }
  if (tab === "process") trace.toEnd();
  if (tab === "wechat") wechat.toEnd();
  if (tab === "wecom") wecom.toEnd();
}

/* --- start ------------------------------------------------------------------------------------------- */

function listen() {
  byId("show-guide").addEventListener("click", () => showGuide(byId("guide").hidden));
  byId("hide-guide").addEventListener("click", () => showGuide(false));
  for (const button of document.querySelectorAll(".tabs button")) button.addEventListener("click", () => showTab(button.dataset.tab));
  for (const button of document.querySelectorAll("[data-detail]")) {
    button.addEventListener("click", () => {
      for (const each of document.querySelectorAll("[data-detail]")) each.setAttribute("aria-pressed", String(each === button));
      trace.detail(button.dataset.detail);
    });
  }
  byId("skip-span").addEventListener("change", async (event) => {
    const seconds = Number(event.target.value);
    event.target.value = "";
    if (seconds) await post("clock", { advance_seconds: seconds });
  });
}

/* Who there is; until they are known nothing on the phones can be tapped. */
async function loaded() {
  for (;;) {
    try {
      return await Promise.all([get("people"), get("catalog")]);
    } catch {
      toast("还没有连上模拟器，正在重试…");
      await pause(1500);
    }
  }
}

async function start() {
  listen();
  showGuide(!guideWasSeen());
  [view.people, view.catalog] = await loaded();
  byId("skip").hidden = !view.catalog.manual_clock;
  byId("doors").replaceChildren(...view.catalog.doors.map((door) => el("a", { class: "plain", href: door.path, target: "_blank", rel: "noopener" }, door.name)));
  const asked = new URLSearchParams(location.search);
  const constituent = find(constituents(), asked.get("constituent")) || constituents()[0];
  const member = find(members(), asked.get("member")) || members().find((each) => each.hint) || members()[0];
  choose({ constituent: constituent?.id || "", member: member?.id || "" });
  byId("stage").inert = false;
  guide();
  poll();
}

start();
