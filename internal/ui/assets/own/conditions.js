// The builder of conditions: rows and groups above the JSON, always in step with it.
// The text area with the JSON is the form's field; what is built goes into it, and
// what is typed there comes back. JSON that the builder cannot show stays as it is.
//
//   <div data-conditions="id of the text area" data-context="id of the context" hidden>

const operators = {
  eq: "is", gt: "is greater than", gte: "is at least", lt: "is less than", lte: "is at most",
  in: "is one of", contains: "contains", regex: "matches the pattern", changed: "has changed", unchanged: "has not changed",
};
const withoutValue = new Set(["changed", "unchanged"]);
const maxDepth = 5;

// --- JSON to tree and back -----------------------------------------------------------

const isGroup = (node) => node !== null && typeof node === "object" && !Array.isArray(node)
  && Object.keys(node).length === 1 && ["and", "or"].some((logic) => Array.isArray(node[logic]));

function readNode(node, depth = 0) {
  if (depth > maxDepth) throw new Error("too deep");
  if (isGroup(node)) {
    const logic = "and" in node ? "and" : "or";
    return { logic, members: node[logic].map((member) => readNode(member, depth + 1)) };
  }
  const known = ["attr", "value", "op", "negate"];
  if (node === null || typeof node !== "object" || typeof node.attr !== "string" || Object.keys(node).some((key) => !known.includes(key))) {
    throw new Error("not a condition");
  }
  const op = node.op ?? "eq";
  if (!(op in operators)) throw new Error("unknown operator");
  return { attr: node.attr, op, negate: Boolean(node.negate), text: "value" in node ? writeValue(node.value) : "" };
}

// read returns the outermost group, or null when the builder cannot show the JSON.
function read(text) {
  if (text.trim() === "") return { logic: "and", members: [] };
  try {
    // Numbers that JavaScript would alter are left to the JSON.
    if (/\d{16}/.test(text)) return null;
    const tree = readNode(JSON.parse(text) ?? { and: [] });
    return tree.logic ? tree : { logic: "and", members: [tree] };
  } catch {
    return null;
  }
}

// A value is written as JSON; a text that cannot be taken for anything else, bare.
function writeValue(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return typeof value === "string" && (value === "" || typeof readValue(text) !== "string" || readValue(text) !== value) ? JSON.stringify(value) : text;
}

function readValue(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function writeNode(node) {
  if (node.logic) return { [node.logic]: node.members.map(writeNode) };
  const out = { attr: node.attr };
  if (!withoutValue.has(node.op)) {
    const value = readValue(node.text);
    out.value = node.op === "in" && !Array.isArray(value) ? node.text.split(",").map((part) => readValue(part.trim())) : value;
  }
  if (node.op !== "eq") out.op = node.op;
  if (node.negate) out.negate = true;
  return out;
}

// How many groups are within each other, a condition having none.
const height = (node) => (node.logic ? 1 + Math.max(0, ...node.members.map(height)) : 0);

const write = (tree) => (tree.members.length ? JSON.stringify(writeNode(tree), null, 2) : "");

// --- elements --------------------------------------------------------------------------

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const button = (text, label, onclick) => element("button", { type: "button", class: "btn btn-sm", "aria-label": label, onclick }, text);

function choose(label, choices, value, onchange) {
  const select = element("select", { class: "form-select form-select-sm", "aria-label": label, onchange: () => onchange(select.value) });
  for (const [key, text] of Object.entries(choices)) select.append(new Option(text, key, false, key === value));
  return select;
}

// paths are the places in the context that conditions can look at.
function paths(context) {
  const found = [];
  const walk = (value, path, depth) => {
    if (path) found.push(path);
    if (depth > 3 || value === null || typeof value !== "object") return;
    const inner = Array.isArray(value) ? value[0] : value;
    if (inner === null || typeof inner !== "object") return;
    for (const [key, member] of Object.entries(inner)) walk(member, path ? `${path}.${key}` : key, depth + 1);
  };
  walk(context.data, "", 0);
  walk(context.snapshots, "snapshots", 0);
  return found.slice(0, 300);
}

class Builder {
  constructor(mount) {
    this.mount = mount;
    this.area = document.getElementById(mount.dataset.conditions);
    this.area.addEventListener("input", () => { if (!this.writing) this.load(); });
    mount.addEventListener("input", (event) => event.stopPropagation()); // only the JSON is the form's
    mount.addEventListener("change", (event) => event.stopPropagation());
    mount.addEventListener("focusin", () => this.offerPaths());
    this.load();
    mount.hidden = false;
  }

  load() {
    this.tree = read(this.area.value);
    this.draw();
  }

  // save writes the JSON; a change of shape draws the rows anew.
  save(redraw = true) {
    this.writing = true;
    this.area.value = write(this.tree);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.writing = false;
    if (redraw) this.draw();
  }

  draw() {
    const focused = [...this.mount.querySelectorAll("button, select, input")].indexOf(document.activeElement);
    this.movers = new Map();
    this.list = element("datalist", { id: `${this.area.id}_paths` });
    this.mount.replaceChildren(this.tree
      ? this.group(this.tree, [])
      : element("p", { class: "form-hint" }, "These conditions are edited as JSON only."), this.list);
    this.offerPaths();
    if (focused >= 0) [...this.mount.querySelectorAll("button, select, input")][focused]?.focus();
  }

  offerPaths() {
    let context = {};
    try {
      context = JSON.parse(document.getElementById(this.mount.dataset.context)?.textContent ?? "{}");
    } catch { /* there is no preview yet */ }
    this.list.replaceChildren(...paths(context).map((path) => new Option("", path)));
  }

  // place says where a step up (-1) or down (1) takes a node: past its neighbour, into
  // it where that is a group with room, or out of its own group; null at the ends.
  place(node, parent, parents, step) {
    const at = parent.members.indexOf(node);
    const neighbour = parent.members[at + step];
    if (neighbour?.logic && parents.length + 2 + height(node) <= maxDepth) {
      return { into: neighbour, at: step < 0 ? neighbour.members.length : 0, said: "into the group" };
    }
    if (neighbour) return { into: parent, at: at + step, said: step < 0 ? "up" : "down" };
    const outer = parents.at(-1);
    return outer ? { into: outer, at: outer.members.indexOf(parent) + (step < 0 ? 0 : 1), said: "out of the group" } : null;
  }

  move(node, parent, parents, step) {
    const place = this.place(node, parent, parents, step);
    if (!place) return;
    parent.members.splice(parent.members.indexOf(node), 1);
    place.into.members.splice(place.at, 0, node);
    this.save();
    // The focus goes along; where the way ends, to the button for the way back.
    const [up, down] = this.movers.get(node);
    const [wanted, other] = step < 0 ? [up, down] : [down, up];
    (wanted.disabled ? other : wanted).focus();
    const region = document.querySelector("[data-announce]");
    if (region) region.textContent = `Moved ${place.said}: now ${place.into.members.indexOf(node) + 1} of ${place.into.members.length}`;
  }

  // moveButtons are the buttons that move a node; parents are the groups around its
  // own, the outermost first.
  moveButtons(node, parent, parents) {
    const what = node.logic ? "the group" : "the condition";
    const made = [[-1, "↑", `Move ${what} up`], [1, "↓", `Move ${what} down`]].map(([step, text, label]) => {
      const mover = button(text, label, () => this.move(node, parent, parents, step));
      mover.disabled = this.place(node, parent, parents, step) === null;
      return mover;
    });
    this.movers.set(node, made);
    return made;
  }

  remove(parent, node) {
    parent.members.splice(parent.members.indexOf(node), 1);
    this.save();
  }

  group(node, parents) {
    const parent = parents.at(-1);
    const head = element("div", { class: "condition-head" },
      choose("How the conditions count", { and: "All of these", or: "Any of these" }, node.logic, (value) => { node.logic = value; this.save(); }),
      button("+ Condition", "Add a condition", () => { node.members.push({ attr: "", op: "eq", negate: false, text: "" }); this.save(); }));
    if (parents.length + 2 <= maxDepth) head.append(button("+ Group", "Add a group", () => { node.members.push({ logic: "or", members: [] }); this.save(); }));
    if (parent) head.append(...this.moveButtons(node, parent, parents.slice(0, -1)), button("✕", "Remove the group", () => this.remove(parent, node)));
    const rows = node.members.map((member) => element("li", {}, member.logic ? this.group(member, [...parents, node]) : this.row(member, node, parents)));
    return element("div", { class: "condition-group", role: "group", "aria-label": "Conditions" }, head, element("ul", {}, ...rows));
  }

  row(node, parent, parents) {
    const path = element("input", {
      class: "form-control form-control-sm mono", "aria-label": "Path", placeholder: "status.value", list: this.list.id, value: node.attr,
      oninput: () => { node.attr = path.value; this.save(false); },
    });
    const negate = element("input", {
      class: "form-check-input", type: "checkbox", checked: node.negate, "aria-label": "Not",
      onchange: () => { node.negate = negate.checked; this.save(false); },
    });
    const row = element("div", { class: "condition-row" }, path,
      element("label", { class: "form-check m-0" }, negate, element("span", { class: "form-check-label" }, "not")),
      choose("Operator", operators, node.op, (op) => { node.op = op; this.save(); }));
    if (!withoutValue.has(node.op)) {
      const value = element("input", {
        class: "form-control form-control-sm mono", "aria-label": "Value", value: node.text,
        placeholder: node.op === "in" ? "active, planned" : "active", oninput: () => { node.text = value.value; this.save(false); },
      });
      row.append(value);
    }
    row.append(...this.moveButtons(node, parent, parents), button("✕", "Remove the condition", () => this.remove(parent, node)));
    return row;
  }
}

for (const mount of document.querySelectorAll("[data-conditions]")) new Builder(mount);
