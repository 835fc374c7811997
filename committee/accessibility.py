"""What an accessibility statement may say of the portal, and what would contradict it."""

from collections.abc import Iterable

from django.db import models


class Conformance(models.TextChoices):
    """How far the portal is as the law demands, in Digg's words."""

    FULL = "full", "helt förenlig med lagen"
    PARTIAL = "partial", "delvis förenlig med lagen"
    NONE = "none", "inte förenlig med lagen"


class Ground(models.TextChoices):
    """Why something is not accessible. Paragraphs of the law (2018:1937)."""

    DEFECT = "defect", "Brist som ska åtgärdas"
    BURDEN = "burden", "Oskäligt betungande att anpassa (12 §)"
    OUTSIDE = "outside", "Omfattas inte av lagen (9 §)"


def contradiction(conformance: str, grounds: Iterable[str], *, is_finished: bool) -> str:
    """Why the conformance can't be claimed beside content with the grounds, as a sentence; empty if it can.

    A statement that is not finished may lack what it will list.
    """
    listed = set(grounds)
    if conformance == Conformance.FULL and Ground.DEFECT in listed:
        return (
            "En webbplats med brister som ska åtgärdas är inte helt förenlig med lagen. "
            "Välj ”delvis förenlig”, eller ta bort bristerna om de är åtgärdade."
        )
    has_exceptions = bool(listed & {Ground.DEFECT, Ground.BURDEN})
    if conformance in (Conformance.PARTIAL, Conformance.NONE) and is_finished and not has_exceptions:
        return (
            "Skriv vad som inte är tillgängligt. Utan sådant innehåll är webbplatsen helt förenlig med lagen."
        )
    return ""
