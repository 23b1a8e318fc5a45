// The code editor: CodeMirror in place of every <textarea data-editor="jinja|json">.
// The text area stays the form's field: what is typed goes into it with an input
// event, which htmx takes for previews, and what scripts put into it comes back.
// Without this file pages work with the text areas alone.
//
//   data-editor="jinja|json"
//   data-completion="id or URL"  a <script type="application/json"> or an address
//                                with the context whose keys are proposed
// Anywhere in the page, usually in the part that a preview swaps in:
//   <li data-diagnostic data-field="NAME OF THE TEXT AREA" data-line="4" data-column="7">what is wrong</li>

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { jinja, jinjaCompletionSource } from "@codemirror/lang-jinja";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const nonce = document.querySelector('meta[name="csp-nonce"]')?.content ?? "";
const views = new Map(); // text area → editor

// Colours are the page's variables, so the editor follows its theme.
const theme = EditorView.theme({
  "&": { color: "var(--tblr-body-color)", backgroundColor: "transparent", fontSize: ".8125rem" },
  "&.cm-focused": { outline: "none" }, // the frame around it shows the focus
  ".cm-content": { fontFamily: "var(--tblr-font-monospace)", minHeight: "7rem", caretColor: "var(--tblr-body-color)" },
  ".cm-scroller": { maxHeight: "28rem" },
  ".cm-gutters": { color: "var(--bh-muted)", backgroundColor: "var(--bh-code)", borderRight: "1px solid var(--tblr-border-color)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--tblr-primary) 8%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--tblr-primary) 28%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--bh-success) 25%, transparent)" },
  ".cm-tooltip": { color: "var(--tblr-body-color)", backgroundColor: "var(--tblr-bg-surface)", border: "1px solid var(--tblr-border-color)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "#fff", backgroundColor: "var(--tblr-primary)" },
  ".cm-completionDetail": { color: "inherit", opacity: ".8" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bh-danger)" },
});

const colours = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier, tags.operatorKeyword], color: "var(--bh-danger)" },
  { tag: [tags.variableName, tags.propertyName], color: "var(--bh-info)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--bh-success)" },
  { tag: [tags.number, tags.bool, tags.null, tags.self], color: "var(--bh-warning)" },
  { tag: [tags.comment, tags.blockComment], color: "var(--bh-muted)", fontStyle: "italic" },
]));

// --- completion ------------------------------------------------------------------------

const fetched = new Map(); // URL → context, or null while it is on its way

// context returns the object whose keys are proposed. It is looked up on every
// completion, because a preview may have brought another change's.
function context(area) {
  const source = area.dataset.completion;
  if (!source) return {};
  if (!source.includes("/")) {
    try {
      return JSON.parse(document.getElementById(source)?.textContent ?? "{}");
    } catch {
      return {};
    }
  }
  if (!fetched.has(source)) {
    fetched.set(source, null);
    fetch(source, { headers: { Accept: "application/json" } })
      .then((answer) => answer.ok ? answer.json() : {})
      .then((value) => fetched.set(source, value), () => fetched.delete(source));
  }
  return fetched.get(source) ?? {};
}

function describe(value) {
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value !== null && typeof value === "object") return "object";
  return JSON.stringify(value).slice(0, 40);
}

function keys(value, type) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return Object.entries(value).map(([label, inner]) => ({ label, type, detail: describe(inner), boost: 10 }));
}

// follow walks a path through the context. A first name that a loop or an assignment
// in the template introduces is followed to where it comes from.
function follow(root, path, template, depth = 0) {
  const [first, ...rest] = path;
  let value = root?.[first];
  if (value === undefined && depth < 5) {
    const name = first.replace(/\W/g, "");
    const loop = template.match(new RegExp(`\\{%[-+]?\\s*for\\s+${name}\\s+in\\s+([\\w.]+)`));
    const set = template.match(new RegExp(`\\{%[-+]?\\s*set\\s+${name}\\s*=\\s*([\\w.]+)`));
    const origin = (loop ?? set)?.[1].split(".");
    if (origin) value = follow(root, origin, template, depth + 1);
    if (loop && Array.isArray(value)) value = value[0];
  }
  return rest.reduce((inner, key) => inner?.[key], value);
}

// Bellhop's own filters; the language brings Jinja's.
const filters = [
  { label: "env", type: "function", detail: "environment variable by name" },
  { label: "header_safe", type: "function", detail: "without line breaks" },
];

function ownFilters(completion) {
  const before = completion.matchBefore(/\|\s*\w*$/);
  if (!before) return null;
  return { from: before.from + before.text.search(/\w*$/), options: filters, validFor: /^\w*$/ };
}

function language(area) {
  if (area.dataset.editor === "json") return json();
  const support = jinja({ base: json() });
  const properties = (path, state) => keys(follow(context(area), path, state.doc.toString()), "property");
  // Made anew for each completion, because the context may be another by now.
  const names = (completion) => jinjaCompletionSource({ variables: keys(context(area), "variable"), properties })(completion);
  return [support, support.language.data.of({ autocomplete: names }), support.language.data.of({ autocomplete: ownFilters })];
}

// --- diagnostics ------------------------------------------------------------------------

// place turns a line and column, both from 1, into a range of the text.
function place(doc, line, column) {
  const { from, to, text } = doc.line(Math.min(Math.max(line || 1, 1), doc.lines));
  const start = Math.min(from + Math.max((column || 1) - 1, 0), to);
  const word = text.slice(start - from).match(/^[\w.]+/)?.[0].length ?? 1;
  return { from: start, to: Math.min(start + word, to) };
}

function showDiagnostics() {
  const found = [...document.querySelectorAll("[data-diagnostic]")];
  for (const [area, view] of views) {
    if (!area.isConnected) {
      view.destroy();
      views.delete(area);
      continue;
    }
    const diagnostics = found.filter((element) => element.dataset.field === area.name).map((element) => ({
      ...place(view.state.doc, Number(element.dataset.line), Number(element.dataset.column)),
      severity: element.dataset.severity ?? "error",
      message: element.textContent.trim(),
    }));
    diagnostics.sort((a, b) => a.from - b.from);
    view.dispatch(setDiagnostics(view.state, diagnostics));
  }
}

// --- text areas ----------------------------------------------------------------------------

function labels(area) {
  // With a place in the tab order a long text is found to be scrolled by keyboard.
  const attributes = { tabindex: "0", "aria-label": area.getAttribute("aria-label") ?? area.labels?.[0]?.innerText.trim() ?? area.name };
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (area.hasAttribute(name)) attributes[name] = area.getAttribute(name);
  }
  return attributes;
}

function enhance(area) {
  const frame = document.createElement("div");
  frame.className = "editor";
  area.after(frame);
  const view = new EditorView({
    parent: frame,
    doc: area.value,
    extensions: [
      nonce ? EditorView.cspNonce.of(nonce) : [],
      lineNumbers(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      autocompletion(), highlightActiveLine(), EditorView.lineWrapping, theme, colours, language(area),
      // Tab is not bound: it leads to the next field, as everywhere.
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      EditorState.readOnly.of(area.readOnly), EditorView.editable.of(!area.readOnly && !area.disabled),
      EditorView.contentAttributes.of(labels(area)),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        const text = update.state.doc.toString();
        if (area.value === text) return;
        area.value = text;
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    ],
  });
  views.set(area, view);
  // Still focusable, so that its label, links to it and the browser's own messages
  // lead into the editor.
  area.classList.add("editor-enhanced");
  area.tabIndex = -1;
  area.setAttribute("aria-hidden", "true");
  area.addEventListener("focus", () => view.focus());
  area.addEventListener("input", () => {
    if (area.value !== view.state.doc.toString()) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } });
    }
  });
}

function setUp() {
  for (const area of document.querySelectorAll("textarea[data-editor]")) if (!views.has(area)) enhance(area);
  showDiagnostics();
}

setUp();
document.addEventListener("htmx:after:swap", setUp);
