// Applies the system's theme before the first paint. The server writes data-bs-theme
// when somebody has chosen light or dark; this is for those who follow their system.
// It is loaded in the head without defer, so that nothing flashes.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const choice = root.dataset.themeChoice ?? "system";
    root.dataset.bsTheme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
  };
  dark.addEventListener("change", follow);
  root.addEventListener("bellhop:theme", follow);
  follow();
}
