"use strict";
(() => {
  const root = document.documentElement;
  const all = [...document.querySelectorAll("article")];
  const chips = [...document.querySelectorAll(".chip")];
  const by = document.getElementById("by");
  const text = document.getElementById("text");
  const sort = document.getElementById("sort");
  const shown = document.getElementById("shown");
  const empty = document.getElementById("empty");
  const main = document.querySelector("main .list");

  function filter() {
    const verdicts = new Set(chips.filter((c) => c.getAttribute("aria-pressed") === "true").map((c) => c.dataset.verdict));
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const article of all) {
      const fits = verdicts.has(article.dataset.verdict)
        && (!by.value || article.dataset.by === by.value)
        && words.every((word) => article.dataset.text.includes(word));
      article.hidden = !fits;
      if (fits) count++;
    }
    shown.textContent = shown.dataset.pattern.replace("{0}", count).replace("{1}", all.length);
    empty.hidden = count > 0;
  }

  function order() {
    const key = { file: (a) => [0, a.dataset.order], ai: (a) => [-a.dataset.ratio], real: (a) => [+a.dataset.ratio], sure: (a) => [-a.dataset.confidence] }[sort.value];
    const sorted = [...all].sort((a, b) => {
      const x = key(a), y = key(b);
      for (let i = 0; i < x.length; i++) if (x[i] - y[i]) return x[i] - y[i];
      return a.dataset.order - b.dataset.order;
    });
    main.append(...sorted);
  }

  // A click shows or hides one kind; with Alt, or a double click, that kind alone.
  for (const chip of chips) {
    chip.addEventListener("click", (event) => {
      if (event.altKey || event.detail === 2) chips.forEach((other) => other.setAttribute("aria-pressed", String(other === chip)));
      else chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  by.addEventListener("change", filter);
  text.addEventListener("input", filter);
  sort.addEventListener("change", order);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== text) { event.preventDefault(); text.focus(); }
    if (event.key === "Escape" && document.activeElement === text) { text.value = ""; filter(); }
  });

  const theme = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length];
    root.dataset.theme = next;
    theme.querySelector("span").textContent = theme.dataset[next];
  });
  filter();
})();
