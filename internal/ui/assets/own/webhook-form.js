// What the form of a webhook does beyond HTML and htmx: names from the context go
// into the field that one was in, a tried change becomes the preview's, long lists of
// boxes can be searched. Without this file the form works all the same.
//
//   data-insert="data.name"   button that puts a name into the last field
//   data-try-change           button whose value becomes the change of the preview
//   fieldset with many boxes  gets a field that narrows them

const codeFields = "textarea[data-editor], input[name=payload_url], .cm-content";
let last = null; // the field that was in use

document.addEventListener("focusin", (event) => {
  const field = event.target.closest?.(codeFields);
  if (field) last = field;
});

// fieldOf is the form's field behind an editor.
const fieldOf = (element) => element.closest(".editor")?.previousElementSibling ?? element;

function insert(path) {
  const body = document.querySelector("textarea[name=body_template]");
  const target = last?.isConnected ? last : body?.nextElementSibling?.querySelector(".cm-content") ?? body;
  if (!target) return;
  const json = fieldOf(target).dataset?.editor === "json";
  const text = json ? path.replace(/^data\./, "") : `{{ ${path} }}`;
  target.focus();
  if (target.isContentEditable) {
    // The editor notices what is typed into it, also this way.
    document.execCommand("insertText", false, text);
    return;
  }
  target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

function tryChange(button) {
  const picker = document.querySelector("select[name=change]");
  if (!picker) return false;
  if (![...picker.options].some((option) => option.value === button.value)) {
    picker.add(new Option(`#${button.value}`, button.value));
  }
  picker.value = button.value;
  picker.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#preview-pane")?.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("click", (event) => {
  const name = event.target.closest?.("[data-insert]");
  if (name) insert(name.dataset.insert);
  const button = event.target.closest?.("[data-try-change]");
  if (button && tryChange(button)) event.preventDefault();
});

// --- searching boxes ------------------------------------------------------------------

const many = 12;

for (const fieldset of document.querySelectorAll("fieldset:has(.checks)")) {
  const boxes = [...fieldset.querySelectorAll(".form-check")];
  if (boxes.length < many) continue;
  const search = document.createElement("input");
  search.type = "search";
  search.className = "form-control form-control-sm mb-2 quick-search";
  search.placeholder = "Search";
  search.setAttribute("aria-label", `Search ${fieldset.querySelector("legend").textContent}`);
  // It is no field of the form.
  search.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = search.value.trim().toLowerCase();
    for (const box of boxes) {
      const group = box.closest(".checks").querySelector(".checks-group")?.textContent ?? "";
      const text = `${group} ${box.textContent} ${box.querySelector("input").value}`.toLowerCase();
      box.hidden = !text.includes(wanted);
    }
    for (const group of fieldset.querySelectorAll(".checks")) {
      group.hidden = [...group.querySelectorAll(".form-check")].every((box) => box.hidden);
    }
  });
  search.addEventListener("change", (event) => event.stopPropagation());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  fieldset.querySelector("legend").after(search);
}
