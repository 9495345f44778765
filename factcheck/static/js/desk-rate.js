/* The rating page, made quicker: drafts that save themselves, one source at a time, pinning by selection, keys.
   Without it the page is whole: every button is a plain submit. */
"use strict";
(() => {
  const form = document.getElementById("rate");
  if (!form) return;
  const saved = document.getElementById("saved");
  const missing = document.getElementById("missing");
  const papers = [...document.querySelectorAll(".reader > .paper")];
  const tabs = [...document.querySelectorAll(".tabs a")];
  const due = (saved.textContent.match(/ · due .*$/) || [""])[0];

  /* One source at a time */
  let current = 0;
  function show(index, focus) {
    if (!papers.length) return;
    current = (index + papers.length) % papers.length;
    papers.forEach((paper, at) => { paper.hidden = at !== current; });
    tabs.forEach((tab, at) => { if (at === current) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current"); });
    if (focus) papers[current].focus({ preventScroll: true });
  }
  function paperOf(id) {
    const at = document.getElementById(id);
    const paper = at && at.closest(".paper");
    return paper ? papers.indexOf(paper) : -1;
  }
  function goTo(id, focus) {
    const index = paperOf(id);
    if (index >= 0) show(index, false);
    const target = document.getElementById(id);
    if (!target) return;
    target.scrollIntoView({ block: "center" });
    if (focus) target.focus({ preventScroll: true });
  }
  tabs.forEach((tab, at) => tab.addEventListener("click", (event) => { event.preventDefault(); history.replaceState(null, "", tab.hash); show(at, true); }));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || link.closest(".tabs")) return;
    const id = link.hash.slice(1);
    if (document.getElementById(id)) { event.preventDefault(); goTo(id, true); }
  });
  const wanted = location.hash.slice(1);
  show(Math.max(0, wanted ? paperOf(wanted) : 0), false);
  if (wanted && document.getElementById(wanted)) goTo(wanted, false);

  /* Drafts that save themselves */
  let timer = 0, isDirty = false, isSending = false, hasStopped = false;
  function say(words, isTrouble) { saved.textContent = words + (isTrouble ? "" : due); saved.classList.toggle("trouble", Boolean(isTrouble)); }
  function marks() {
    tabs.forEach((tab, at) => {
      const sets = [...papers[at].querySelectorAll(".found")];
      tab.querySelector(".tab-done").hidden = !sets.length || !sets.every((set) => set.querySelector("input:checked"));
    });
  }
  function tell(list) {
    missing.hidden = !list.length;
    document.getElementById("missing-count").textContent = String(list.length);
    const items = list.map((fault) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = `#${fault.field}`; link.textContent = fault.sentence; item.append(link);
      return item;
    });
    missing.querySelector("ul").replaceChildren(...items);
  }
  /* What the desk has not got yet is kept in this browser: for this tab while the form is on its way, and beyond the
     tab only while there is no way to the desk. It goes as soon as the desk has it. */
  const key = `rating:${form.dataset.owner}:${form.dataset.draft}`;
  const PASSING = ["csrfmiddlewaretoken", "revision"];
  function fields() { return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value && !PASSING.includes(name) && !/^(paste|start|look)-/.test(name)); }
  function backUp(store) { try { store.setItem(key, JSON.stringify({ revision: form.elements.revision.value, fields: fields() })); } catch { /* no store: the page itself still has it */ } }
  function forget() { [localStorage, sessionStorage].forEach((store) => { try { store.removeItem(key); } catch { /* as above */ } }); }
  function backedUp() {
    for (const store of [sessionStorage, localStorage]) {
      try { const kept = JSON.parse(store.getItem(key)); if (kept && Array.isArray(kept.fields)) return kept; } catch { /* none, or not ours */ }
    }
    return null;
  }
  /* After another log-in the old form's token is no good: the page itself has a new one. */
  async function newToken() {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (!answer.ok) return false;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#rate input[name=csrfmiddlewaretoken]");
    if (!found || found.value === form.elements.csrfmiddlewaretoken.value) return false;
    form.elements.csrfmiddlewaretoken.value = found.value;
    return true;
  }
  function send(body) { return fetch(form.dataset.draft, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" }); }
  async function sent() {
    let answer = await send(new FormData(form));
    if (answer.status === 403 && await newToken()) answer = await send(new FormData(form));
    const isOurs = (answer.headers.get("content-type") || "").includes("json");
    const body = isOurs ? await answer.json() : { code: answer.status === 403 || answer.type === "opaqueredirect" ? "logged_out" : "", sentence: "The draft could not be saved." };
    return { ok: answer.ok && isOurs, status: answer.status, body };
  }
  async function save() {
    if (isSending || hasStopped || !isDirty) return;
    isSending = true; isDirty = false;
    try {
      const { ok, status, body } = await sent();
      if (ok) {
        form.elements.revision.value = body.revision; say(`Draft saved ${body.saved}`); tell(body.missing);
        if (!isDirty) forget();
      } else if (body.code === "logged_out" || body.code === "form_expired") {
        isDirty = true; backUp(localStorage); say("You are logged out. Log in again in another window; what you typed is still here.", true);
      } else {
        say(body.sentence, true);
        if (body.code === "draft_saved_elsewhere") forget();
        else if (status === 409 || status === 403) { hasStopped = true; backUp(sessionStorage); }
        else { isDirty = true; backUp(localStorage); }
      }
    } catch {
      isDirty = true; backUp(localStorage); say("No connection. Your answers are kept in this browser and will be saved.", true);
    } finally {
      isSending = false;
      if (isDirty && !hasStopped) later(4000);
    }
  }
  function later(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }
  function changed() { isDirty = true; marks(); later(900); }
  document.addEventListener("input", (event) => { if (event.target.form === form && !/^(paste|look)-/.test(event.target.name)) changed(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  window.addEventListener("online", save);
  let isLeaving = false;
  form.addEventListener("submit", (event) => {
    if (isSending) {
      event.preventDefault();
      const button = event.submitter, again = () => (isSending ? setTimeout(again, 50) : form.requestSubmit(button));
      again();
      return;
    }
    /* Choosing between two versions leaves nothing behind that the desk has: sent once more, it would be set aside anew. */
    const isChoice = event.submitter && ["swap", "drop"].includes(event.submitter.value);
    isLeaving = true; clearTimeout(timer);
    if (isDirty || !isChoice) backUp(sessionStorage);
  });
  window.addEventListener("beforeunload", (event) => { if (isDirty && !isLeaving) event.preventDefault(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) isLeaving = false; });

  /* What was typed before the connection, the session or the tab went comes back. */
  async function comeBack() {
    const kept = backedUp();
    if (!kept) return;
    const now = JSON.stringify(fields().sort()), then = JSON.stringify([...kept.fields].sort());
    if (now === then) { forget(); return; }
    if (kept.revision === form.elements.revision.value) {
      for (const [name, value] of kept.fields) {
        const field = form.elements[name];
        if (!field) continue;
        if (field instanceof RadioNodeList || field.type === "radio") document.querySelectorAll(`input[name="${CSS.escape(name)}"]`).forEach((each) => { each.checked = each.value === value; });
        else field.value = value;
      }
      changed(); say("What you typed before is back, and is being saved.", false);
      return;
    }
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value); body.set("revision", kept.revision);
    kept.fields.forEach(([name, value]) => body.append(name, value));
    try {
      const answer = await send(body);
      if (answer.status === 409 || answer.ok) { forget(); isLeaving = true; location.reload(); }
    } catch { /* it stays in the browser for the next time */ }
  }

  /* Pinning what is selected: offsets count code points of the archived text */
  const points = (text) => Array.from(text).length;
  function place(article, node, offset) {
    const start = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const block = start.closest ? start.closest("[data-start]") : null;
    if (!block || !article.contains(block)) return null;
    const range = document.createRange();
    range.setStart(block, 0); range.setEnd(node, offset);
    return { block, at: points(range.toString()) };
  }
  function selected() {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !papers.length) return null;
    const article = papers[current].querySelector("article[data-citation]");
    const range = selection.getRangeAt(0);
    if (!article || !article.contains(range.startContainer)) return null;
    const from = place(article, range.startContainer, range.startOffset);
    let to = article.contains(range.endContainer) ? place(article, range.endContainer, range.endOffset) : null;
    if (!to && from) to = { block: from.block, at: points(from.block.textContent) };
    if (!from || !to) return null;
    const blocks = [...article.querySelectorAll("[data-start]")];
    const words = blocks.slice(blocks.indexOf(from.block), blocks.indexOf(to.block) + 1).map((block) => {
      const all = Array.from(block.textContent);
      return all.slice(block === from.block ? from.at : 0, block === to.block ? to.at : all.length).join("");
    }).join("\n\n");
    const trimmed = words.trim();
    if (!trimmed) return null;
    return { id: article.dataset.citation, words: trimmed, start: Number(from.block.dataset.start) + from.at + points(words) - points(words.trimStart()) };
  }
  function pin() {
    const found = selected();
    const id = found ? found.id : papers.length && papers[current].querySelector("article") ? papers[current].querySelector("article").dataset.citation : "";
    const box = id && document.getElementById(`paste-${id}`);
    if (!box) return;
    if (!found) { box.focus(); return; }
    box.value = found.words; form.elements[`start-${id}`].value = String(found.start);
    form.requestSubmit(document.querySelector(`button[value="pin:${id}"]`));
  }
  document.addEventListener("input", (event) => {
    if (event.target.name && event.target.name.startsWith("paste-")) form.elements[`start-${event.target.name.slice(6)}`].value = "";
  });

  /* Keys */
  const dialog = document.getElementById("keys"), toggle = document.getElementById("keys-on"), opener = document.getElementById("show-keys");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  try { toggle.checked = localStorage.getItem("desk-keys") !== "off"; } catch { /* no store: keys stay on */ }
  toggle.addEventListener("change", () => { try { localStorage.setItem("desk-keys", toggle.checked ? "on" : "off"); } catch { /* as above */ } });
  function choose(input) { if (!input) return; input.checked = true; input.focus({ preventScroll: true }); input.scrollIntoView({ block: "nearest" }); changed(); }
  function nextSet(sets) {
    const focused = sets.findIndex((set) => set.contains(document.activeElement) && !set.querySelector("input:checked"));
    return focused >= 0 ? sets[focused] : sets.find((set) => !set.querySelector("input:checked")) || sets.find((set) => set.contains(document.activeElement)) || sets[sets.length - 1];
  }
  function finding(key) {
    const set = papers.length && nextSet([...papers[current].querySelectorAll(".found")]);
    if (set) choose(set.querySelector(`input[data-finding-key="${key}"]`));
  }
  function step(at) {
    const set = nextSet([...form.querySelectorAll("fieldset.compact")]);
    if (set) choose(set.querySelectorAll("input[type=radio]")[at]);
  }
  function read() {
    const article = papers.length && papers[current].querySelector("article");
    if (!article) return;
    article.contentEditable = "true"; article.setAttribute("role", "textbox"); article.setAttribute("aria-readonly", "true"); article.setAttribute("aria-multiline", "true");
    article.setAttribute("aria-label", "The archived text. Select with Shift and arrows, press v to pin, Escape to leave.");
    article.focus();
    const selection = window.getSelection(), range = document.createRange();
    if (!article.contains(selection.anchorNode)) { range.selectNodeContents(article); range.collapse(true); selection.removeAllRanges(); selection.addRange(range); }
  }
  function leave(article) {
    article.contentEditable = "false";
    ["role", "aria-readonly", "aria-multiline", "aria-label", "contenteditable"].forEach((name) => article.removeAttribute(name));
  }
  const STILL = ["insertText", "insertParagraph", "insertLineBreak", "insertFromPaste", "insertFromDrop", "deleteContentBackward", "deleteContentForward", "deleteByCut", "deleteByDrag", "insertCompositionText"];
  document.addEventListener("beforeinput", (event) => { if (event.target.closest && event.target.closest("article[data-citation]") && (STILL.includes(event.inputType) || event.cancelable)) event.preventDefault(); });
  document.addEventListener("focusout", (event) => { const article = event.target.closest && event.target.closest("article[contenteditable]"); if (article) leave(article); });
  const plain = {
    m: () => document.getElementById("reasons").focus(), n: () => show(current + 1, true), p: () => show(current - 1, true), v: pin, b: read,
    f: () => { const first = missing.querySelector("a"); if (first && !missing.hidden) goTo(first.hash.slice(1), true); },
    z: () => step(0), x: () => step(1), c: () => step(2), "?": () => dialog.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const at = event.target, inText = at.matches("textarea, input:not([type=radio]):not([type=checkbox]), select");
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); form.requestSubmit(document.getElementById("hand-in")); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
    const article = at.closest && at.closest("article[contenteditable]");
    if (event.key === "Escape" && (inText || article)) { at.blur(); return; }
    if (inText) return;
    if (event.key === "?") { event.preventDefault(); dialog.showModal(); return; }
    if (!toggle.checked) return;
    if (article) { if (event.key === "v") { event.preventDefault(); pin(); } return; }
    const own = form.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    if (own) { event.preventDefault(); choose(own); } else if ("ghjkl".includes(event.key)) { event.preventDefault(); finding(event.key); } else if (plain[event.key]) { event.preventDefault(); plain[event.key](); }
  });

  const faults = document.getElementById("faults");
  if (faults) faults.focus();
  marks();
  comeBack();
})();
