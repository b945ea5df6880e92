// What hangs outside the app takes the app's theme.

/** @param {HTMLElement} element */
export function themed(element) {
  const { colorScheme } = getComputedStyle(document.querySelector(".stApp") ?? document.documentElement);
  if (element.style.colorScheme !== colorScheme) element.style.colorScheme = colorScheme;
}
