"""What happens with a report of a problem: stored once, mailed to the secretariat, and in time forgotten."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from committee.models import ProblemReport
from committee.secretariat import secretariat
from sodertorn.dates import moment_text

logger = logging.getLogger(__name__)

KEPT = timedelta(days=365)
"""How long it is known who sent a report. The page about personal data says so too."""


def submission_of(token: str, report: ProblemReport) -> str:
    """The same for the same form with the same content, however often it is sent."""
    parts = (token, report.problem, report.address, report.name, report.email)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def store(report: ProblemReport) -> tuple[ProblemReport, bool]:
    """The report as stored, and whether it is new: the same form sent twice is stored once."""
    said = {name: getattr(report, name) for name in ("problem", "address", "name", "email")}
    return ProblemReport.objects.get_or_create(submission=report.submission, defaults=said)


def mail(report: ProblemReport, address: str) -> bool:
    """Mail the report to the secretariat, and tell whether it could be done.

    `address` is where it is answered. The report is stored already, so whatever goes wrong is only logged;
    the administration's start page tells of reports that were not mailed.
    """
    office = secretariat()
    if not settings.CAN_SEND_EMAIL or office is None or not office.email:
        return False
    message = EmailMessage(
        subject=f"Anmäld brist på webbplatsen (nr {report.pk})",
        body=mail_text(report, address),
        to=[office.email],
        reply_to=[report.email] if report.email else None,
    )
    try:
        message.send()
    except Exception:
        logger.exception("Anmäld brist %s kunde inte skickas med e-post.", report.pk)
        return False
    ProblemReport.objects.filter(pk=report.pk).update(is_mailed=True)
    return True


def mail_text(report: ProblemReport, address: str) -> str:
    sender = ", ".join(filter(None, (report.name, report.email))) or "har inte lämnat namn eller e-postadress"
    return "\n".join(
        (
            f"Sida: {report.address or 'inte angiven'}",
            f"Inkom: {moment_text(timezone.localtime(report.received_at))}",
            f"Avsändare: {sender}",
            "",
            "Så står det i anmälan:",
            "",
            report.problem,
            "",
            "Skriv i administrationen vad ni har svarat och gjort:",
            address,
            "",
        )
    )


def forget(now: datetime) -> int:
    """Take away names and e-mail addresses that have been kept long enough, and tell of how many reports."""
    return ProblemReport.objects.filter(received_at__lte=now - KEPT).forget()
