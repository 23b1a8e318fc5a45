// Runs before every expression: how tests name elements. See Page.Click.
var bellhopMatch = (target) => {
  if (/^[#.[]/.test(target)) return document.querySelector(target);
  if (target.startsWith("css=")) return document.querySelector(target.slice(4));
  const says = (element) => [element.innerText ?? "", element.getAttribute("aria-label") ?? "", element.value ?? ""]
    .some((text) => typeof text === "string" && text.replace(/\s+/g, " ").trim() === target);
  const visible = (element) => element.checkVisibility();
  const within = [...document.querySelectorAll("dialog[open]")].pop() ?? document;
  const pressable = "a, button, summary, [role=tab], input[type=submit], input[aria-label], select[aria-label], textarea[aria-label], label";
  return [...within.querySelectorAll(pressable)].find((element) => visible(element) && says(element)) ?? null;
};
// A label stands for its field, though it is the label that is pressed.
var bellhopFind = (target) => {
  const found = bellhopMatch(target);
  return found?.localName === "label" ? found.control ?? found : found;
};
// The middle of the element, or why it cannot be clicked.
var bellhopPlace = (target) => {
  const element = bellhopMatch(target);
  if (!element) return "not on the page";
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const box = [...element.getClientRects()].find((rect) => rect.width > 0 && rect.height > 0);
  if (!box || !element.checkVisibility({ visibilityProperty: true })) return "not visible";
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  const reached = top && (element.contains(top) || top.contains(element) || [...(element.labels ?? [])].some((label) => label.contains(top)));
  return reached ? [x, y] : "covered by " + (top?.outerHTML.slice(0, 120) ?? "nothing");
};
var bellhopChoose = (target, wanted) => {
  const select = bellhopFind(target);
  const option = [...select.options].find((candidate) => candidate.text.trim() === wanted || candidate.value === wanted);
  if (!option) return false;
  option.selected = true;
  select.dispatchEvent(new Event("input", { bubbles: true }));
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};
