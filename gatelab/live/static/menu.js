// The menu of a narrow screen: it closes over the page that was chosen. Streamlit does so only in a browser that says it is a phone's.

const LINK = "[data-testid=stSidebarNavLink]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button"; // not there where the menu is closed

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element && target.closest(LINK))) return;
  setTimeout(() => {
    /** @type {HTMLElement} */ (document.querySelector(CLOSE))?.click();
    /** @type {HTMLElement} */ (document.querySelector(".stMain")).focus({ preventScroll: true }); // the link that had the focus is out of sight
  });
});
