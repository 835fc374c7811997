"""What can be measured on an open page: each function returns what is wrong; of a good page, nothing."""

from playwright.sync_api import Page

ROOM_BETWEEN_LETTERS = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }
"""
"""What a reader may ask for, by WCAG 1.4.12."""

# An element in words: its tag, classes, and the beginning of its text.
DESCRIBE = """const describe = element =>
    `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} ${element.id} `
    + `“${(element.name || element.textContent).trim().replace(/\\s+/g, " ").slice(0, 50)}”`;"""

VISIBLE = """const isVisible = element =>
    element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && [...element.getClientRects()].some(box => box.width > 1 && box.height > 1);"""

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"


def sideways(page: Page) -> list[str]:
    """How far the page reaches beyond the screen, and what does."""
    found: list[str] = page.evaluate(
        """() => {
            const excess = document.documentElement.scrollWidth - innerWidth;
            if (excess <= 0) return [];"""
        + DESCRIBE
        + """
            const scrolls = element => element && (getComputedStyle(element).overflowX !== "visible"
                || scrolls(element.parentElement));
            const wide = [...document.body.querySelectorAll("*")].filter(element =>
                element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element.parentElement));
            return [`${excess} px`, ...wide.slice(0, 5).map(describe)];
        }"""
    )
    return found


def cut_off(page: Page) -> list[str]:
    """Elements whose text doesn't fit in them and can't be scrolled to."""
    found: list[str] = page.evaluate(
        "() => {"
        + DESCRIBE
        + VISIBLE
        + """
            const cuts = element => {
                const style = getComputedStyle(element);
                const hides = value => value === "hidden" || value === "clip";
                return hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1
                    || hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
            };
            return [...document.body.querySelectorAll("*")].filter(element => element.textContent.trim()
                && isVisible(element) && cuts(element)).map(describe);
        }"""
    )
    return found


def unnamed_scrollers(page: Page) -> list[str]:
    """What scrolls by itself but has no name or can't be reached by keys."""
    found: list[str] = page.evaluate(
        "() => {"
        + DESCRIBE
        + VISIBLE
        + """
            const scrolls = element => /auto|scroll/.test(getComputedStyle(element).overflowX)
                && element.scrollWidth > element.clientWidth + 1 && element.tagName !== "TEXTAREA";
            const isGood = element => element.tabIndex === 0 && element.matches("[role=region], [role=group]")
                && (element.ariaLabel || element.hasAttribute("aria-labelledby"));
            return [...document.body.querySelectorAll("*")].filter(element => isVisible(element)
                && scrolls(element) && !isGood(element)).map(describe);
        }"""
    )
    return found


def without_focus(page: Page, *, over: bool = True) -> list[str]:
    """What can have the focus without showing it, or, if `over`, while something else lies wholly over it."""
    page.keyboard.press("Tab")  # from now on the browser shows where the focus is
    found: list[str] = page.evaluate(
        "({focusable, over}) => {"
        + DESCRIBE
        + VISIBLE
        + """
            const look = element => {
                const style = getComputedStyle(element);
                const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
                return {outline, drawn: style.stroke + style.strokeWidth};
            };
            const problems = [];
            for (const element of document.querySelectorAll(focusable)) {
                if (!isVisible(element) && !element.matches(".skip-link") || element.disabled
                    || element.tabIndex < 0 || element.closest("[contenteditable]")) continue;
                const card = element.closest(".card");
                element.blur();
                const before = look(element);
                element.focus();
                if (document.activeElement !== element) {
                    problems.push("no focus: " + describe(element));
                    continue;
                }
                const after = look(element);
                const isShown = after.outline >= 2 || (card && look(card).outline >= 2)
                    || (element instanceof SVGElement && after.drawn !== before.drawn);
                if (!isShown) problems.push("not shown: " + describe(element));
                if (!over) continue;
                const inside = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
                const at = (box, dx, dy) => [box.left + box.width * dx, box.top + box.height * dy];
                const points = [...element.getClientRects()].flatMap(box =>
                    [0.02, 0.25, 0.5, 0.75, 0.98].flatMap(dx => [0.1, 0.5, 0.9].map(dy => at(box, dx, dy))));
                const isThere = points.some(([x, y]) => {
                    const hit = inside(x, y) && document.elementFromPoint(x, y);
                    return hit && (element.contains(hit) || hit.contains(element));
                });
                if (!isThere) problems.push("covered: " + describe(element));
            }
            return problems;
        }""",
        {"focusable": FOCUSABLE, "over": over},
    )
    return found


def moving(page: Page) -> list[str]:
    """What moves, or would on its way from one look to another."""
    found: list[str] = page.evaluate(
        "() => {"
        + DESCRIBE
        + """
            const moves = element => {
                const style = getComputedStyle(element);
                return style.animationName !== "none" || style.scrollBehavior === "smooth"
                    || style.transitionDuration.split(",").some(time => parseFloat(time) > 0);
            };
            return [...document.querySelectorAll("*")].filter(moves).slice(0, 5).map(describe);
        }"""
    )
    return found


def lost_in_print(page: Page) -> list[str]:
    """What stands on the screen but not on paper, apart from what only leads somewhere else.

    Call it on the screen; it leaves the page as printed.
    """
    page.evaluate(
        "() => {"
        + VISIBLE
        + """
            window.onScreen = [...document.querySelectorAll(
                "main :is(h1, h2, h3, h4, table, svg, p, li, dt, dd, figure, caption)")].filter(isVisible);
        }"""
    )
    page.emulate_media(media="print")
    found: list[str] = page.evaluate(
        "() => {"
        + DESCRIBE
        + VISIBLE
        + """
            const leadsOn = "nav, form, .breadcrumbs, .actions, .chips, .more, .staff-link, .no-print,"
                + " .filters, .steps, .tabs, .pager, .for-meeting";
            const lost = window.onScreen.filter(element =>
                !isVisible(element) && !element.closest(leadsOn) && !element.querySelector(leadsOn));
            const left = [...document.querySelectorAll(
                ".skip-link, .search-link, .search--small, header nav, footer nav, .menu-button")]
                .filter(isVisible);
            return [...lost.map(element => "lost: " + describe(element)),
                ...left.map(element => "left: " + describe(element))];
        }"""
    )
    return found


def unseen_in_forced_colours(page: Page) -> list[str]:
    """Controls without an edge, and drawings that are the colour of the page."""
    found: list[str] = page.evaluate(
        "() => {"
        + DESCRIBE
        + VISIBLE
        + """
            const canvas = getComputedStyle(document.body).backgroundColor;
            const clear = ["none", canvas, "rgba(0, 0, 0, 0)"];
            const hasEdge = element => {
                const style = getComputedStyle(element);
                return ["Top", "Right", "Bottom", "Left"].some(side => style[`border${side}Style`] !== "none"
                    && parseFloat(style[`border${side}Width`]) > 0
                    && !clear.includes(style[`border${side}Color`]));
            };
            const native = element => getComputedStyle(element).appearance !== "none"
                && element.matches("input, select, textarea, progress, meter");
            const controls = [...document.querySelectorAll("button, .button, select, textarea, progress,"
                + " input:not([type=hidden])")].filter(isVisible);
            const shapes = [...document.querySelectorAll("svg :is(.chart__bar, .chart__line, .chart__dots,"
                + " .chart__zero, .map__land, .map__frame), svg text")].filter(isVisible);
            const isDrawn = shape => {
                const style = getComputedStyle(shape);
                return !clear.includes(style.fill) || !clear.includes(style.stroke);
            };
            return [...controls.filter(each => !native(each) && !hasEdge(each)),
                ...shapes.filter(each => !isDrawn(each))].map(describe);
        }"""
    )
    return found
