"""What axe finds on a page, in a theme, on a wide screen and on a phone."""

from axe_playwright_python.base import AXE_SCRIPT


def check_clean_and_fitting(page, scheme):
    """axe finds nothing serious in a theme, and nothing stands out to the right, at the width of a laptop and of a phone."""
    page.emulate_media(color_scheme=scheme)
    page.locator(f".stage[data-theme='{scheme}']").wait_for()
    page.evaluate(AXE_SCRIPT)
    for width in (1400, 390):
        page.set_viewport_size({"width": width, "height": 2600})
        page.wait_for_function("(width) => document.querySelector('[data-testid=stMain]').scrollWidth <= width", arg=width)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found if rule["impact"] in ("serious", "critical")]
