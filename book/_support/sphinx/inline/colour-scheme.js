{
  const mode = localStorage.getItem("mode") || "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const page = document.documentElement.dataset;
  page.mode = mode;
  page.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
}
