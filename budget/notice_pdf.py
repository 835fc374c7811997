"""A fee notice as PDF: tagged (PDF/UA-1), in Swedish, the same bytes each time."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from budget.models import FeeNotice
from sodertorn.dates import date_span, date_text
from sodertorn.money import kronor, number
from sodertorn.typesetting import typeset

ROUNDING = (
    "Summan för alla kommuner avrundas en gång till hela kronor, och de kronor som återstår går till de "
    "största resterna."
)
TEMPLATE = settings.BASE_DIR / "templates" / "budget" / "fee_notice.typ"


def notice_pdf(notice: FeeNotice) -> bytes:
    """One notice, whose relations have been read (`with_relations`)."""
    return typeset(TEMPLATE, notice_content(notice), notice.issued_at)


def issue_pdf(notices: Sequence[FeeNotice]) -> bytes:
    """All notices that were issued in one go, as one table. There must be at least one."""
    return typeset(TEMPLATE, issue_content(notices), notices[0].issued_at)


def notice_content(notice: FeeNotice) -> dict[str, Any]:
    """What the PDF of one notice says, as text."""
    facts = [
        ("Kommun", notice.municipality.formal_name),
        ("Avser", date_span(notice.first_day, notice.last_day, weekday=False)),
        ("Belopp", kronor(notice.amount)),
        ("Utfärdat", date_text(localtime(notice.issued_at).date())),
    ]
    notes = []
    if notice.credits:
        facts.append(("Krediterar", f"underlag {notice.credits.number}"))
        facts.append(("Skäl", notice.reason))
    if notice.credit:
        notes.append(f"Underlaget är krediterat av nummer {notice.credit.number}: {notice.credit.reason}")
    return {
        **_common([notice]),
        "title": title_of(notice),
        "lede": f"Avgift till samarbetskommittén enligt {str(notice.budget).lower()}.",
        "facts": facts,
        "notes": [*notes, *_sources([notice])],
    }


def issue_content(notices: Sequence[FeeNotice]) -> dict[str, Any]:
    """What the PDF of a whole issue says, as text."""
    first = notices[0]
    numbers = f"{first.number}–{notices[-1].number}" if len(notices) > 1 else str(first.number)
    kind = "Kreditunderlag för avgift" if first.credits_id else "Underlag för avgift"
    content = _common(notices)
    total = sum(notice.amount for notice in notices)
    if len(notices) > 1:
        inhabitants = sum(notice.inhabitants for notice in notices)
        content["rows"].append(["Summa", "", number(inhabitants), kronor(total)])
    return {
        **content,
        "title": f"{kind} {numbers}",
        "lede": f"Kommunernas avgift till samarbetskommittén enligt {str(first.budget).lower()}.",
        "facts": [
            ("Avser", date_span(first.first_day, first.last_day, weekday=False)),
            ("Summa", kronor(total)),
            ("Utfärdade", date_text(localtime(first.issued_at).date())),
        ],
        "notes": _sources(notices),
    }


def title_of(notice: FeeNotice) -> str:
    kind = "Kreditunderlag för avgift" if notice.credits_id else "Underlag för avgift"
    return f"{kind} {notice.number}"


def _common(notices: Sequence[FeeNotice]) -> dict[str, Any]:
    return {
        "issuer": notices[0].budget.plan.issuer,
        "footer": "Underlag från sekretariatet. Fakturan skickas för sig.",
        "derivation": notices[0].derivation,
        "columns": ["Kommun", "Nummer", "Invånare", "Belopp"],
        "rows": [
            [
                notice.municipality.name,
                str(notice.number),
                number(notice.inhabitants),
                kronor(notice.amount),
            ]
            for notice in notices
        ],
    }


def _sources(notices: Sequence[FeeNotice]) -> list[str]:
    """Where the figures come from, and how they are rounded."""
    sources = dict.fromkeys(
        f"Folkmängd per {date_text(notice.population_date)}. Källa: {notice.population_source}."
        for notice in notices
    )
    rate = Fraction(notices[0].rate)
    exact = f"{notices[0].rate} kr per invånare" if rate.denominator > 1 else f"{kronor(rate)} per invånare"
    return [
        *sources,
        f"Belopp = {exact} × invånare. {ROUNDING}",
    ]
