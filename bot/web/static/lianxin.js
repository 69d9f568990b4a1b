/* What pages can do better with a script; without it they work as they are.
   Parts marked data-live="seconds" look again while somebody looks; forms are sent once; keys: / search, r reply, j k, x. */

document.querySelector(".ways [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

const parts = [...document.querySelectorAll("[data-live][id]")];

async function look() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { "X-Part": "1" }, redirect: "manual" });
  } catch {
    return;
  }
  if (answer.type === "opaqueredirect") return say("这一页搬到别的地址了，请刷新。");
  if (answer.status === 401) return say("登录已经结束，请刷新后重新登录。");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const next = fresh.getElementById(part.id);
    if (!next || part.contains(document.activeElement) || next.innerHTML === part.innerHTML) continue;
    part.replaceChildren(...next.childNodes);
  }
}

function say(words) {
  if (document.querySelector(".stale")) return;
  const note = document.createElement("div");
  note.className = "note bad stale";
  note.setAttribute("role", "alert");
  note.textContent = words;
  document.body.append(note);
}

if (parts.length) setInterval(look, 1000 * Math.max(10, Math.min(...parts.map((one) => Number(one.dataset.live)))));

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((one) => delete one.dataset.sent));

addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const field = document.getElementById(button.dataset.insert);
  field.value = field.value ? `${field.value}\n${button.dataset.text}` : button.dataset.text;
  field.focus();
});

for (const all of document.querySelectorAll("[data-all]")) {
  all.closest(".waits")?.classList.remove("waits");
  all.addEventListener("change", () => {
    for (const one of document.querySelectorAll(`input[name="${CSS.escape(all.dataset.all)}"]`)) one.checked = all.checked;
  });
}

// Who is drawn to a cell is put there: the form of the board is filled with both and sent, as if both were chosen.
const board = document.querySelector("form[data-board]");
if (board) {
  document.querySelectorAll(".bench.waits").forEach((one) => one.classList.remove("waits"));
  addEventListener("dragstart", (event) => {
    const drawn = event.target.closest?.("[data-drag]");
    if (drawn) event.dataTransfer.setData("text/plain", drawn.dataset.drag);
  });
  addEventListener("dragover", (event) => {
    if (event.target.closest?.("[data-drop]")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const there = event.target.closest?.("[data-drop]");
    if (!there) return;
    event.preventDefault();
    for (const [name, value] of new URLSearchParams(there.dataset.drop)) board.elements[name].value = value;
    board.elements.person.value = event.dataTransfer.getData("text/plain");
    if (board.elements.person.value) board.requestSubmit();
  });
}

for (const one of document.querySelectorAll("[data-print]")) {
  one.hidden = false;
  one.addEventListener("click", () => print());
}

addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select");
  if (writing) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && writing.form?.method === "post") writing.form.requestSubmit();
    if (event.key === "Escape") writing.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (field) {
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
  }
  if (event.key === "x") document.activeElement.closest("li")?.querySelector("input[type=checkbox]")?.click();
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
});

function step(by) {
  const rows = [...document.querySelectorAll("a.case")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}
