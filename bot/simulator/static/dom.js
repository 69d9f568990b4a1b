/* Small helpers: elements are built, never parsed from text; whatever people wrote goes in as text nodes. */

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  const { class: className, on = {}, data = {}, ...rest } = options;
  if (className) node.className = className;
  for (const [name, handler] of Object.entries(on)) node.addEventListener(name, handler);
  for (const [name, value] of Object.entries(data)) node.dataset[name] = value;
  for (const [name, value] of Object.entries(rest)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/sim/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function avatar(name) {
  let sum = 0;
  for (const letter of name) sum += letter.codePointAt(0);
  return el("span", { class: `avatar tone-${sum % 6}`, "aria-hidden": "true" }, [...(name || "?")][0]);
}

export function botAvatar() {
  return el("span", { class: "avatar bot", "aria-hidden": "true" });
}

const CLOCK = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
const SECONDS = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
const DAY = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", timeZone: "Asia/Shanghai" });

export const clockTime = (at) => CLOCK.format(new Date(at));
export const secondTime = (at) => SECONDS.format(new Date(at));

export function chatTime(at, now) {
  const day = DAY.format(new Date(at));
  return day === DAY.format(new Date(now)) ? clockTime(at) : `${day} ${clockTime(at)}`;
}

const LINK = /<a\s+href=["']?([^"'>\s]+)["']?[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、）】]+)/g;

export function safeHref(url) {
  return /^(https?:\/\/|\/(?!\/))/.test(url || "") ? url : null;
}

export function link(url, ...children) {
  const href = safeHref(url);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children) : el("span", {}, ...children);
}

/* Text with `<a href>` and bare addresses as links; everything else stays text. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(text.slice(from, match.index), link(match[1] || match[3], match[2] || match[3]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

let toastTimer;

export function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 4000);
}

export async function post(path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(`/sim/${path}`, {
    method: "POST",
    body: form ? body : JSON.stringify(body),
    headers: form ? {} : { "Content-Type": "application/json" },
  });
  const found = await answer.json();
  if (!answer.ok) {
    toast(`没有成功：${found.error}`);
    throw new Error(found.error);
  }
  return found;
}

export async function get(path, options = {}) {
  const answer = await fetch(`/sim/${path}`, options);
  return answer.json();
}
