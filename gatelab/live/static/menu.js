// The menu of a narrow screen: it closes over the page that was chosen. Streamlit does so only in a browser that says it is a phone's.
// And the links of a page that is a text: they open in this tab, where Streamlit would open a new one, which is not in the class of this one.

const LINK = "[data-testid=stSidebarNavLink]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button"; // not there where the menu is closed

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element && target.closest(LINK))) return;
  setTimeout(() => {
    /** @type {HTMLElement} */ (document.querySelector(CLOSE))?.click();
    /** @type {HTMLElement} */ (document.querySelector(".stMain")).focus({ preventScroll: true }); // the link that had the focus is out of sight
  });
});

document.addEventListener("click", ({ target }) => {
  /** @type {HTMLAnchorElement | null} */ const link = target instanceof Element ? target.closest("[class*=st-key-reading-] a[target=_blank]") : null;
  if (link?.origin === window.location.origin) link.target = "_self"; // the browser asks for it after this
});
