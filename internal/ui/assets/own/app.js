// What pages do beyond HTML and htmx. Everything here adds to pages that work
// without it: forms submit, links lead, the server renders. Elements opt in by data
// attributes:
//
//   data-theme-set="light|dark|system"   button that chooses the theme
//   data-key="e", data-go="w"            what a key presses; "g" then a key follows
//   data-rows                            table whose rows j and k walk through
//   data-bulk                            form with check boxes "id",
//     data-select-all, data-all-matching, and data-bulk-bar, data-selected-count
//   data-copy="text", data-copy-from="#id"
//   data-dialog="id"          link to a page whose part "id" is shown as a dialog
//   data-warn-unsaved                    form that asks before it is left changed
//   data-confirm="Delete 3 webhooks?"    form or button that asks first, with
//     data-confirm-detail and data-confirm-verb
//   data-live-pause                      button that pauses live updates

const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, selector, handle) => document.addEventListener(type, (event) => {
  const target = event.target instanceof Element && event.target.closest(selector);
  if (target) handle(event, target);
});
// Pages swapped in by htmx are set up like the first one.
const onContent = (setUp) => {
  setUp();
  document.addEventListener("htmx:after:swap", setUp);
};

// --- messages to screen readers ---------------------------------------------------

function announce(text) {
  const region = document.querySelector("[data-announce]");
  if (region) region.textContent = text;
}

// --- theme ---------------------------------------------------------------------------

function showTheme() {
  const choice = root.dataset.themeChoice ?? "system";
  for (const button of all("[data-theme-set]")) button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
}

on("click", "[data-theme-set]", (event, button) => {
  event.preventDefault(); // the form around it works without scripts
  const choice = button.dataset.themeSet;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  root.dataset.themeChoice = choice;
  root.dispatchEvent(new Event("bellhop:theme"));
  button.closest("details")?.removeAttribute("open");
  showTheme();
});
onContent(showTheme);

// --- menus (details.menu) ----------------------------------------------------------------

function closeMenus(except) {
  for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});

// --- keyboard --------------------------------------------------------------------------------

const keysOff = "bellhop.keys"; // in localStorage: "off" where somebody switched them off
let afterG = -Infinity; // when g was pressed

const rowBox = "[type=checkbox][name=id]"; // what selects a row

const typing = (element) => element?.closest?.("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable=true], .cm-editor");

function moveRow(step) {
  const rows = all("[data-rows] tbody tr");
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + step, 0), rows.length - 1)];
  next?.querySelector("a[href]")?.focus();
}

function toggleRow() {
  document.activeElement?.closest("[data-rows] tbody tr")?.querySelector(rowBox)?.click();
}

const press = (attribute, key) => {
  const element = document.querySelector(`[${attribute}="${CSS.escape(key)}"]`);
  element?.click();
  return Boolean(element);
};

function shortcut(key) {
  if (performance.now() - afterG < 1500) {
    afterG = -Infinity;
    return press("data-go", key);
  }
  switch (key) {
    case "/": {
      const search = document.querySelector("[data-search]");
      search?.focus();
      search?.select();
      return Boolean(search);
    }
    case "j": return moveRow(1), true;
    case "k": return moveRow(-1), true;
    case "x": return toggleRow(), true;
    case "g": return (afterG = performance.now()), true;
    default: return press("data-key", key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (typing(event.target) || document.querySelector("dialog[open]") || localStorage.getItem(keysOff) === "off") return;
  if (shortcut(event.key)) event.preventDefault();
});
on("change", "[data-keys-switch]", (_, box) => localStorage.setItem(keysOff, box.checked ? "on" : "off"));
const showKeysSwitch = () => all("[data-keys-switch]").forEach((box) => { box.checked = localStorage.getItem(keysOff) !== "off"; });
onContent(showKeysSwitch);

// --- dialogs -------------------------------------------------------------------------------------

// A page that is shown over the present one: asked for when it is needed first.
on("click", "a[data-dialog]", async (event, link) => {
  event.preventDefault();
  const { dialog: id } = link.dataset;
  if (!document.getElementById(id)) {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Target": id } }).catch(() => null);
    if (!answer?.ok) return location.assign(link.href);
    document.body.insertAdjacentHTML("beforeend", await answer.text());
    showKeysSwitch();
  }
  closeMenus();
  document.getElementById(id).showModal();
});
on("click", "[data-close]", (_, button) => button.closest("dialog")?.close());

function ask(question, detail, verb) {
  const dialog = document.createElement("dialog");
  const heading = document.createElement("h2");
  heading.className = "h3";
  heading.id = "confirm-question";
  heading.textContent = question;
  const text = document.createElement("p");
  text.textContent = detail ?? "";
  const actions = document.createElement("div");
  actions.className = "actions";
  const button = (label, look, value) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = `btn ${look}`;
    element.textContent = label;
    element.addEventListener("click", () => dialog.close(value));
    actions.append(element);
    return element;
  };
  const cancel = button("Go back", "", "");
  button(verb ?? "Continue", "btn-danger", "yes");
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.append(heading, text, actions);
  document.body.append(dialog);
  dialog.showModal(); // gives the focus back to the opener when it closes
  cancel.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "yes");
  }));
}

const confirmed = new WeakSet();

// Before htmx and the browser see the submission.
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const asking = submitter?.dataset.confirm ? submitter : form.dataset.confirm ? form : null;
  if (!asking || confirmed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { confirm: question, confirmDetail, confirmVerb } = asking.dataset;
  ask(question.replace("{n}", selectedCount(form)), confirmDetail, confirmVerb).then((yes) => {
    if (!yes) return;
    confirmed.add(form);
    form.requestSubmit(submitter);
  });
}, true);

// --- selection in lists -----------------------------------------------------------------------------

const boxes = (form) => all(rowBox, form);

// How many rows are selected, or "all" of a number that nobody has counted.
function selectedCount(form) {
  const matching = form.querySelector("[data-all-matching]");
  if (matching?.checked && matching.value === "all") return "all";
  return matching?.checked ? Number(matching.value) : boxes(form).filter((box) => box.checked).length;
}

function showSelection(form) {
  const rows = boxes(form);
  const chosen = rows.filter((box) => box.checked);
  for (const header of all("[data-select-all]", form)) {
    header.checked = rows.length > 0 && chosen.length === rows.length;
    header.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
  for (const offer of all("[data-all-matching-offer]", form)) {
    offer.hidden = rows.length === 0 || chosen.length < rows.length;
    if (offer.hidden) offer.querySelector("[data-all-matching]").checked = false;
  }
  const count = selectedCount(form);
  for (const bar of all("[data-bulk-bar]", form)) bar.hidden = count === 0;
  for (const text of all("[data-selected-count]", form)) text.textContent = count.toLocaleString("en");
}

let lastBox = null; // where a range with shift begins

on("click", rowBox, (event, box) => {
  const form = box.form;
  const rows = boxes(form);
  if (event.shiftKey && lastBox?.isConnected && lastBox.form === form) {
    const [from, to] = [rows.indexOf(lastBox), rows.indexOf(box)].sort((a, b) => a - b);
    for (const between of rows.slice(from, to + 1)) between.checked = box.checked;
  }
  lastBox = box;
  showSelection(form);
});
on("change", "[data-select-all]", (_, header) => {
  for (const box of boxes(header.form)) box.checked = header.checked;
  showSelection(header.form);
  announce(`${selectedCount(header.form)} selected`);
});
on("change", "[data-all-matching]", (_, box) => showSelection(box.form));
onContent(() => all("form[data-bulk]").forEach(showSelection));

// --- copying ---------------------------------------------------------------------------------------------

async function copy(text) {
  // Without TLS browsers have no clipboard, and most installations start that way.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

on("click", "[data-copy], [data-copy-from]", async (_, button) => {
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  await copy(source ? source.value ?? source.textContent : button.dataset.copy);
  button.focus();
  button.dataset.copied = "";
  announce("Copied");
  setTimeout(() => delete button.dataset.copied, 1500);
});

// --- unsaved changes ----------------------------------------------------------------------------------------

const changed = new Set();

on("input", "form[data-warn-unsaved]", (_, form) => changed.add(form));
document.addEventListener("submit", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// --- tables and times: what rows need not repeat ------------------------------------------------------------------

// On narrow screens rows are cards, whose cells are labelled with the heads of their
// columns.
function labelCells(table) {
  const labels = [...table.tHead?.rows[0]?.cells ?? []].flatMap((head) => Array(head.colSpan).fill(head.textContent.trim()));
  for (const row of table.rows) {
    if (row.parentElement === table.tHead) continue;
    let column = 0;
    for (const cell of row.cells) {
      if (labels[column]) cell.dataset.label = labels[column];
      column += cell.colSpan;
    }
  }
}
onContent(() => all("table.stack").forEach(labelCells));

// Exact times on hover; the text, such as "3 minutes ago", is the server's.
onContent(() => {
  for (const element of all("time[datetime]:not([title])")) {
    const moment = new Date(element.dateTime);
    if (!isNaN(moment)) element.title = `${moment.toISOString().replace("T", " ").replace("Z", " UTC")}\n${moment.toLocaleString()} local`;
  }
});

// --- live updates --------------------------------------------------------------------------------------------------

const pauseKey = "bellhop.live";
const paused = () => sessionStorage.getItem(pauseKey) === "paused";

function showLive(state = paused() ? "paused" : "on") {
  root.dataset.live = state;
  for (const button of all("[data-live-pause]")) {
    button.setAttribute("aria-pressed", String(paused()));
    const label = button.querySelector("[data-live-label]");
    if (label) label.textContent = { on: "Live", paused: "Paused", lost: "Reconnecting" }[state];
  }
}

on("click", "[data-live-pause]", () => {
  sessionStorage.setItem(pauseKey, paused() ? "on" : "paused");
  showLive();
  announce(paused() ? "Live updates paused" : "Live updates on");
  // What was missed meanwhile: lists ask for themselves again on this event.
  if (!paused()) document.body.dispatchEvent(new Event("bellhop:resume"));
});
document.addEventListener("htmx:sse:before:message", (event) => { if (paused()) event.preventDefault(); });
document.addEventListener("htmx:sse:error", () => showLive("lost"));
document.addEventListener("htmx:sse:after:connection", () => showLive());
onContent(() => showLive());
