/* Small comforts of the admin; every page works without them. */
"use strict";
(() => {
  /* One link of a chain is the attributed one: choosing another takes the mark off the first. */
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !/^links-\d+-is_attributed$/.test(box.name) || !box.checked) return;
    for (const other of document.querySelectorAll('input[name^="links-"][name$="-is_attributed"]')) {
      if (other !== box) other.checked = false;
    }
  });
  /* A box that is searched carries the name of its field: the stock widget names it by its content alone. */
  const nameBoxes = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      if (!label || !box) continue;
      label.id = label.id || `${select.id}_label`;
      const content = document.getElementById(`select2-${select.id}-container`);
      box.setAttribute("aria-labelledby", content ? `${label.id} ${content.id}` : label.id);
      content?.setAttribute("aria-labelledby", label.id);
      for (const search of box.querySelectorAll(".select2-search__field")) search.setAttribute("aria-labelledby", label.id);
    }
  };
  let isAsked = false;
  new MutationObserver(() => {
    if (isAsked) return;
    isAsked = true;
    window.requestAnimationFrame(() => { isAsked = false; nameBoxes(); });
  }).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("focusin", (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.matches(".select2-search__field")) return;
    if (!event.target.hasAttribute("aria-labelledby")) event.target.setAttribute("aria-label", "Search");
  });
  /* An address that is only shown to be copied is selected as a whole. */
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-select]")) event.target.select();
  });
  /* What was typed and not saved is not left by accident. */
  const form = document.querySelector("#content-main > form:not(#changelist-form)");
  if (form instanceof HTMLFormElement && form.querySelector(".inline-group, .field-statement")) {
    let isTouched = false;
    form.addEventListener("input", () => { isTouched = true; });
    form.addEventListener("submit", () => { isTouched = false; });
    window.addEventListener("beforeunload", (event) => { if (isTouched) event.preventDefault(); });
  }
})();
