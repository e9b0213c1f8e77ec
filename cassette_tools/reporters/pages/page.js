"use strict";
// What a page does without this script is all there is to read; the script makes it quick to find one's way.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const form = document.getElementById("filter");
const more = document.getElementById("more");
const rows = all("[data-row]");
const recordings = rows.filter(row => row.dataset.row !== "change");
const PAGE = 100; // recordings that are shown at once
const LEVELS = ["breaking", "behavior", "shape", "cosmetic", "noise"];
const KINDS = ["rule", "provider", "scenario"];
let limit = PAGE;

// --- rows ------------------------------------------------------------------------------------------------------------

const values = (row, kind) => (row.dataset[kind] ?? "").split("\n").filter(Boolean);

// "0-3 7" are the numbers of recordings.
const numbers = row => (row.dataset.pairs ?? "").split(" ").filter(Boolean).flatMap(run => {
  const [first, last = first] = run.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
});

const facts = new Map(rows.map(row => [row, {}]));
for (const row of rows)
  for (const kind of ["level", ...KINDS]) facts.get(row)[kind] = new Set(values(row, kind));
for (const row of rows.filter(row => row.dataset.row === "change"))
  for (const number of numbers(row))
    for (const kind of ["provider", "scenario"])
      for (const value of facts.get(recordings[number])[kind]) facts.get(row)[kind].add(value);

// A row's own words, small. What is still in <noscript> is text of HTML.
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&#34;": "\"", "&#39;": "'", "&amp;": "&" };
const words = new Map();
function wordsOf(row) {
  if (!words.has(row)) {
    const kept = row.querySelector(":scope > noscript");
    const text = kept
      ? `${row.querySelector("summary").textContent} ${kept.textContent.replace(/<[^>]*>/g, " ")}`
      : row.textContent;
    words.set(row, text.replace(/&(?:lt|gt|amp|#3[49]);/g, found => ENTITIES[found]).toLowerCase());
  }
  return words.get(row);
}

// The content of a closed row is text until somebody opens it.
function fill(row) {
  const kept = row.querySelector(":scope > noscript");
  if (!kept) return;
  const body = document.createElement("div");
  body.className = "body";
  body.innerHTML = kept.textContent;
  wordsOf(row);
  kept.replaceWith(body);
  narrow(body);
}

// --- the filter ------------------------------------------------------------------------------------------------------

function asked() {
  const data = new FormData(form);
  return {
    level: new Set(data.getAll("level")),
    ...Object.fromEntries(KINDS.map(kind => [kind, data.get(kind) ?? ""])),
    words: data.get("search").toLowerCase().split(/\s+/).filter(Boolean),
  };
}

const isAsked = (own, wanted) =>
  (!wanted.level.size || [...own.level].some(level => wanted.level.has(level))) &&
  KINDS.every(kind => !wanted[kind] || !own[kind] || own[kind].has(wanted[kind]));

const fits = (row, wanted) =>
  isAsked(facts.get(row), wanted) && wanted.words.every(word => wordsOf(row).includes(word));

// Of an opened recording, the changes that are asked for.
function narrow(within) {
  const wanted = asked();
  for (const each of all("article", within)) {
    const own = { level: new Set([each.dataset.level]), rule: new Set([each.dataset.rule]) };
    each.hidden = !isAsked(own, wanted);
  }
}

function apply() {
  const wanted = asked();
  const found = rows.filter(row => fits(row, wanted));
  const chosen = found.filter(row => row.dataset.row !== "change");
  const shown = new Set([...found.filter(row => row.dataset.row === "change"), ...chosen.slice(0, limit)]);
  for (const row of rows) row.hidden = !shown.has(row);
  for (const each of all(".of-level, section:has([data-row])")) each.hidden = !each.querySelector("[data-row]:not([hidden])");
  const isWhole = found.length === rows.length;
  if (!isWhole) for (const fold of all(".fold")) fold.open = true;
  const left = chosen.length - limit;
  if (more) {
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, 5 * PAGE).toLocaleString("en")} more`;
  }
  const fit = new Set(chosen.map(row => `#${row.id}`));
  for (const link of all(".heat a")) link.parentElement.classList.toggle("faded", !fit.has(link.hash));
  for (const select of all("select", form)) select.classList.toggle("set", Boolean(select.value));
  const changes = found.length - chosen.length;
  form.querySelector("button").hidden = isWhole;
  form.querySelector("output").textContent = isWhole ? "" : [
    changes || rows.length > recordings.length ? `${changes.toLocaleString("en")} changes` : "",
    `${chosen.length.toLocaleString("en")} of ${recordings.length.toLocaleString("en")} ${recordings[0].dataset.row}s`,
  ].filter(Boolean).join(", ");
  narrow(document);
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function chips() {
  const levels = LEVELS.filter(level => rows.some(row => facts.get(row).level.has(level)));
  for (const level of levels.length > 1 ? levels : [])
    form.querySelector("fieldset").append(
      element("label", { className: level }, element("input", { type: "checkbox", name: "level", value: level }), level));
  for (const kind of KINDS) {
    const names = [...new Set(recordings.flatMap(row => [...facts.get(row)[kind]]))].sort();
    if (names.length > 1) {
      const select = element("select", { name: kind }, element("option", { value: "" }, kind));
      select.setAttribute("aria-label", kind);
      select.append(...names.map(name => element("option", { value: name }, name)));
      form.querySelector("input[type=search]").before(select);
    }
  }
}

// --- going about -----------------------------------------------------------------------------------------------------

// A link to a recording opens it, whatever the filter says.
function follow() {
  const row = document.getElementById(location.hash.slice(1));
  if (!row || !row.matches("[data-row]")) return;
  if (row.hidden) {
    form.reset();
    limit = Math.max(limit, recordings.indexOf(row) + 1);
    apply();
  }
  fill(row);
  row.open = true;
  row.querySelector("summary").focus({ preventScroll: true });
  row.scrollIntoView();
}

function step(by) {
  const lines = rows.filter(row => row.checkVisibility()).map(row => row.querySelector("summary"));
  const at = lines.indexOf(document.activeElement.closest?.("[data-row]")?.querySelector("summary"));
  const line = lines[at < 0 ? (by > 0 ? 0 : lines.length - 1) : at + by];
  line?.focus({ preventScroll: true });
  line?.scrollIntoView({ block: "nearest" });
}

function leave() {
  const row = document.activeElement.closest("[data-row][open]");
  if (row) {
    row.open = false;
    row.querySelector("summary").focus();
  } else if (document.activeElement.name === "search" && document.activeElement.value) {
    document.activeElement.value = "";
    apply();
  } else {
    document.activeElement.blur();
  }
}

// In the table, an arrow leads to the next recording in its direction.
function cross(link, key) {
  const cell = link.closest("td");
  const line = cell.parentElement;
  const along = key === "ArrowLeft" || key === "ArrowRight";
  const cells = along ? [...line.cells] : [...line.parentElement.rows].map(each => each.cells[cell.cellIndex]);
  const at = cells.indexOf(cell);
  const forth = key === "ArrowRight" || key === "ArrowDown";
  const way = forth ? cells.slice(at + 1) : cells.slice(0, at).reverse();
  way.map(each => each.querySelector("a")).find(Boolean)?.focus();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = document.activeElement;
  if (event.key === "Escape") return leave();
  if (at.matches("input[type=search], select")) return;
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow && at.matches(".heat a")) cross(at, event.key);
  else if (event.key === "j" || (event.key === "ArrowDown" && at.matches(".row > summary"))) step(1);
  else if (event.key === "k" || (event.key === "ArrowUp" && at.matches(".row > summary"))) step(-1);
  else if (event.key === "/") form.elements.search.focus();
  else return;
  event.preventDefault();
}

// On paper are the words of all changes; which recordings were opened is the reader's choice.
let opened = [];
function unfold() {
  opened = rows.filter(row => row.dataset.row === "change" && !row.hidden && !row.open);
  for (const row of opened) {
    fill(row);
    row.open = true;
  }
}

if (rows.length) {
  chips();
  form.hidden = rows.length < 4;
  document.getElementById("keys").hidden = false;
  for (const name of ["input", "change"]) form.addEventListener(name, () => { limit = PAGE; apply(); });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", event => event.preventDefault());
  more?.addEventListener("click", () => { limit += 5 * PAGE; apply(); });
  document.addEventListener("keydown", press);
  for (const row of rows) row.querySelector("summary").addEventListener("click", () => fill(row));
  document.addEventListener("toggle", event => event.target.matches("[data-row]") && fill(event.target), true);
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", () => { for (const row of opened) row.open = false; });
  addEventListener("hashchange", follow);
  apply();
  follow();
}
