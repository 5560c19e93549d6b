// Choose a number of clusters: the figure shows its row under the legend, the table its rows.
// Without this script both show all of them.
"use strict";
(() => {
  const box = document.getElementById("explorer");
  const forms = [...document.querySelectorAll("#fig-partition_states svg")];
  if (!box || !forms.length) return;
  const drawn = forms.map((svg) => {
    const parts = [...svg.querySelectorAll(".choice")];
    const first = Math.min(...parts.map((one) => Number(one.dataset.top)));
    return { svg, parts, first, whole: svg.getAttribute("viewBox") };
  });
  const rows = [...document.querySelectorAll("#tab-partitions tbody tr")];
  const keys = [...new Set(drawn[0].parts.map((one) => one.dataset.key))];

  const draw = ({ svg, parts, first, whole }, key) => {
    const [left, above, width, height] = whole.split(" ").map(Number);
    let high = height;
    for (const part of parts) {
      const own = key === "" || part.dataset.key === key;
      part.classList.toggle("apart", !own);
      part.removeAttribute("transform");
      if (key !== "" && own) {
        part.setAttribute("transform", `translate(0 ${first - Number(part.dataset.top)})`);
        high = first + Number(part.dataset.height);
      }
    }
    svg.setAttribute("viewBox", `${left} ${above} ${width} ${high}`);
  };
  const show = (key) => {
    for (const form of drawn) draw(form, key);
    for (const row of rows) row.classList.toggle("apart", key !== "" && String(parseInt(row.cells[0].textContent, 10)) !== key);
  };

  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = box.dataset.label;
  set.append(legend);
  for (const key of ["", ...keys]) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "partition", value: key, checked: key === "" });
    input.addEventListener("change", () => show(key));
    label.append(input, key === "" ? box.dataset.all : key);
    set.append(label);
  }
  box.append(set);
})();
