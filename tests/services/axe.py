"""axe-core on an open page: what a machine can tell of WCAG 2.2 AA."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

WCAG_22_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
BEST_PRACTICE = "best-practice"


@cache
def axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def axe_violations(
    page: Page, tags: tuple[str, ...] = WCAG_22_AA, rules: tuple[str, ...] = (), *, without: str = ""
) -> list[str]:
    """One line for each rule broken and element that breaks it; an empty list is a good page. `rules` are run
    alone, and elements that match the selector `without` are left out.

    The script is evaluated and not added as an element: the portal's content security policy stops the
    latter. It would also stop what axe does to read style sheets ahead, which none of these rules needs.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate(
        "([only, context]) => axe.run(context, {runOnly: only, resultTypes: ['violations'], preload: false})",
        [
            {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(tags)},
            {"include": [["html"]], "exclude": [[without]] if without else []},
        ],
    )
    return [
        f"{page.url}: {violation['id']} ({violation['impact']}): {violation['help']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
