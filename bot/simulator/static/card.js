/* WeCom's cards: textcard and the five template cards, with working buttons, choices and menus. */

import { el, icon, link, safeHref } from "./dom.js";

const PART = /<br\s*\/?>|<div class="(gray|normal|highlight)">([\s\S]*?)<\/div>/gi;

export function textcard(card) {
  return el("div", { class: "card" },
    el("div", { class: "card-title" }, card.title),
    el("div", { class: "card-desc" }, described(card.description)),
    el("div", { class: "card-links" }, link(card.url, card.btntxt || "详情", icon("right"))));
}

export function templateCard(line, phone) {
  const card = line.card;
  return el("form", { class: "card", on: { submit: (event) => event.preventDefault() } },
    source(card), actionMenu(line, phone), title(card), emphasis(card), quote(card),
    card.sub_title_text ? el("div", { class: "card-sub" }, card.sub_title_text) : "",
    fields(card), vertical(card), picture(card), questions(card), links(card), buttons(line, phone));
}

function described(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(PART)) {
    parts.push(text.slice(from, match.index));
    parts.push(match[1] ? el("div", { class: match[1] === "gray" ? "grey" : match[1] }, match[2]) : el("br"));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

function source(card) {
  const from = card.source || {};
  return from.desc ? el("div", { class: `card-source colour-${from.desc_color || 0}` }, from.desc) : "";
}

function title({ main_title: main = {}, card_action: action = {} }) {
  return [
    main.title ? el("div", { class: "card-title" }, safeHref(action.url) ? link(action.url, main.title) : main.title) : "",
    main.desc ? el("div", { class: "card-desc" }, main.desc) : "",
  ];
}

function emphasis({ emphasis_content: what }) {
  return what ? el("div", { class: "card-emphasis" }, el("strong", {}, what.title || ""), el("small", {}, what.desc || "")) : "";
}

function quote({ quote_area: area }) {
  if (!area || (!area.title && !area.quote_text)) return "";
  return el("div", { class: "card-quote" }, area.title ? el("b", {}, area.title) : "",
    safeHref(area.url) ? link(area.url, area.quote_text || "") : area.quote_text || "");
}

function fields({ horizontal_content_list: all = [] }) {
  if (!all.length) return "";
  return el("dl", { class: "card-fields" }, all.flatMap((each) => [
    el("dt", {}, each.keyname),
    el("dd", {}, Number(each.type) === 1 ? link(each.url, each.value || "查看") : each.value || ""),
  ]));
}

function vertical({ vertical_content_list: all = [] }) {
  return all.map((each) => el("div", {}, el("b", {}, each.title || ""), el("div", { class: "card-desc" }, each.desc || "")));
}

function picture({ image_text_area: area }) {
  return area ? el("div", { class: "card-quote" }, el("b", {}, area.title || ""), area.desc || "") : "";
}

function links({ jump_list: all = [] }) {
  if (!all.length) return "";
  return el("div", { class: "card-links" }, all.map((each) => link(each.url, each.title, icon("right"))));
}

function questions(card) {
  const asked = [];
  if (card.button_selection) asked.push(selection(card.button_selection, card));
  for (const question of card.select_list || []) asked.push(selection(question, card));
  if (card.checkbox) asked.push(checkbox(card.checkbox, card));
  return asked;
}

function selection(question, card) {
  const options = question.option_list.map((option) =>
    el("option", { value: option.id, selected: option.id === question.selected_id }, option.text));
  return el("div", { class: "card-question" }, el("label", {}, el("b", {}, question.title || "请选择"),
    el("select", { name: question.question_key, disabled: Boolean(card.replace_text) }, options)));
}

function checkbox(question, card) {
  const type = Number(question.mode) === 1 ? "checkbox" : "radio";
  return el("fieldset", { class: "card-question", disabled: Boolean(card.replace_text) }, question.option_list.map((option) =>
    el("label", {}, el("input", { type, name: question.question_key, value: option.id, checked: Boolean(option.is_checked) }), option.text)));
}

function buttons(line, phone) {
  const card = line.card;
  if (card.replace_text) {
    return el("div", { class: "card-buttons" }, el("button", { type: "button", disabled: true }, card.replace_text));
  }
  const all = [...(card.button_list || [])];
  if (card.submit_button) all.push({ ...card.submit_button, style: 1 });
  if (!all.length) return "";
  const short = all.length === 3 && all.every((each) => [...each.text].length <= 4);
  return el("div", { class: `card-buttons${short ? " three" : ""}` }, all.map((each) => button(each, line, phone)));
}

function button(each, line, phone) {
  const style = { class: `style-${each.style || 2}` };
  if (Number(each.type) === 1) return el("a", { ...style, href: safeHref(each.url), target: "_blank", rel: "noopener" }, each.text);
  const tap = (event) => phone.onTap(line, each.key, chosen(event.currentTarget.closest("form")));
  return el("button", { type: "button", ...style, on: { click: tap } }, each.text);
}

function chosen(form) {
  const selected = {};
  for (const [name, value] of new FormData(form)) (selected[name] ||= []).push(value);
  return selected;
}

function actionMenu(line, phone) {
  const menu = line.card.action_menu;
  if (!menu) return "";
  return el("details", { class: "card-menu" },
    el("summary", { "aria-label": menu.desc || "更多" }, icon("more")),
    el("div", {}, menu.action_list.map((each) => el("button", {
      type: "button",
      on: { click: (event) => { event.currentTarget.closest("details").open = false; phone.onTap(line, each.key, {}); } },
    }, each.text))));
}
