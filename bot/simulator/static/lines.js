/* One chat line as an element: text, pictures, places, menus, files; cards are in card.js. */

import { avatar, botAvatar, clockTime, el, icon, link, linked, safeHref } from "./dom.js";
import { textcard, templateCard } from "./card.js";

const WIDE = ["template_card", "textcard", "news", "mpnews", "miniprogram_notice"];

/* `phone` = {owner: {name}, onMenu(item), onTap(line, key, selected)} */
export function drawLine(line, phone) {
  if (line.kind === "enter") {
    return el("div", { class: "event", data: { id: line.id } }, el("span", {}, `${clockTime(line.at)} 扫码进入「${line.text}」`));
  }
  const mine = line.who === "me";
  const classes = ["line", mine ? "me" : line.who, line.state];
  if (WIDE.includes(line.kind)) classes.push("wide");
  const face = mine ? avatar(phone.owner.name) : line.who === "person" ? avatar("人") : botAvatar();
  const body = el("div", { class: "body" },
    line.who === "person" ? el("span", { class: "who" }, "人工接待") : "",
    line.state === "recalled" ? bubble(mine ? "你撤回了一条消息" : "这条消息已撤回") : content(line, phone),
    line.state === "failed" ? el("span", { class: "fate" }, "没有送达") : "");
  return el("div", { class: classes.join(" "), data: { id: line.id } }, face, body);
}

function content(line, phone) {
  switch (line.kind) {
    case "msgmenu": return menu(line, phone);
    case "template_card": return templateCard(line, phone);
    case "textcard": return textcard(line.extra);
    case "news": case "mpnews": return articles(line.extra.articles);
    case "markdown": return el("div", { class: "bubble" }, markdown(line.text));
    case "image": return picture(line);
    case "location": return place(line.extra);
    case "link": return tile("file", line.extra.title, line.extra.desc, line.extra.url);
    case "file": return tile("file", line.extra.filename, size(line.extra.bytes), `/sim/media/${line.media_id}`);
    case "voice": return tile("voice", "语音", line.extra.filename, `/sim/media/${line.media_id}`);
    case "video": return tile("image", line.extra.title || "视频", line.extra.filename, `/sim/media/${line.media_id}`);
    default: return bubble(line.text);
  }
}

function bubble(text) {
  return el("div", { class: "bubble" }, linked(text));
}

function picture(line) {
  const source = `/sim/media/${line.media_id}`;
  return el("a", { class: "picture-link", href: source, target: "_blank", rel: "noopener" },
    el("img", { class: "picture", src: source, alt: line.extra.filename || "图片", loading: "lazy" }));
}

function place(where) {
  return el("div", { class: "tile" },
    el("strong", {}, where.name || "位置"), el("small", {}, where.address || `${where.latitude}，${where.longitude}`),
    el("img", { class: "map", src: "/sim/static/map.svg", alt: "" }));
}

function tile(sign, title, subtitle, url) {
  const inner = [icon(sign), el("span", {}, el("strong", {}, title || "文件"), subtitle ? el("small", {}, subtitle) : "")];
  const href = safeHref(url);
  return href
    ? el("a", { class: "tile row", href, target: "_blank", rel: "noopener noreferrer" }, inner)
    : el("div", { class: "tile row" }, inner);
}

function articles(all) {
  return el("div", { class: "card" }, all.map((each) => el("div", {},
    el("div", { class: "card-title" }, link(each.url, each.title)),
    each.description ? el("div", { class: "card-desc" }, each.description) : "")));
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/* --- 微信客服 menus ------------------------------------------------------------------------------- */

function menu(line, phone) {
  const { head_content: head, list = [], tail_content: tail } = line.menu;
  const items = list.map((item) => menuItem(item, phone)).filter(Boolean);
  return el("div", { class: "bubble" },
    head ? linked(head) : "",
    items.length ? el("div", { class: "menu-items" }, items) : "",
    tail ? linked(tail) : "");
}

function menuItem(item, phone) {
  const body = item[item.type] || {};
  if (item.type === "click") {
    return el("button", { type: "button", on: { click: () => phone.onMenu(body) } }, body.content, icon("right"));
  }
  if (item.type === "view") return link(body.url, body.content, icon("right"));
  return el("span", {}, body.content || "");
}

/* --- markdown, the subset that WeCom shows --------------------------------------------------------- */

const INLINE = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|<font color="(info|comment|warning)">([\s\S]*?)<\/font>/g;

function markdown(text) {
  return text.split("\n").map((row, number, rows) => {
    const heading = row.match(/^#{1,6}\s+(.*)$/);
    const quote = row.match(/^>\s?(.*)$/);
    const inner = inline(heading ? heading[1] : quote ? quote[1] : row);
    if (heading) return el("div", { class: "md-head" }, inner);
    if (quote) return el("div", { class: "md-quote" }, inner);
    return el("span", {}, inner, number < rows.length - 1 ? "\n" : "");
  });
}

function inline(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, code, label, url, colour, coloured] = match;
    parts.push(...linked(text.slice(from, match.index)));
    if (bold) parts.push(el("b", {}, bold));
    else if (code) parts.push(el("code", {}, code));
    else if (label) parts.push(link(url, label));
    else parts.push(el("span", { class: `md-${colour}` }, coloured));
    from = match.index + whole.length;
  }
  return [...parts, ...linked(text.slice(from))];
}
