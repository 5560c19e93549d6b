// Show what a place of a figure tells as soon as a pointer rests on it or a finger taps it.
// Without this script the browser shows the same words, a little later.
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);
  let spot = null;
  let title = null;

  const leave = () => {
    if (!spot) return;
    spot.classList.remove("on");
    // The browser's own tip would cover this one, so that the title is away meanwhile.
    spot.append(title);
    spot = null;
    tip.hidden = true;
  };
  const place = (event) => {
    const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
    const above = event.clientY - tip.offsetHeight - 12;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 8 ? above : event.clientY + 18}px`;
  };
  const enter = (event) => {
    const found = event.target.closest?.(".spot");
    if (found !== spot) {
      leave();
      if (!found) return;
      spot = found;
      title = spot.querySelector("title");
      title.remove();
      spot.classList.add("on");
      tip.textContent = title.textContent;
      tip.hidden = false;
    }
    if (spot) place(event);
  };
  document.addEventListener("pointermove", enter);
  document.addEventListener("pointerdown", enter);
  document.addEventListener("scroll", leave, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  window.addEventListener("beforeprint", leave);
})();
