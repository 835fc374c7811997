"""Small files that programs look for at fixed addresses: robots.txt, security.txt, manifest, icon. A top."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee.models import Body

VALID_FOR = timedelta(days=180)
"""How far ahead security.txt says that it expires: RFC 9116, section 2.5.5, asks for less than a year."""

PLAIN_TEXT = "text/plain; charset=utf-8"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All but the administration, accounts, drafts that are shown to someone, and answers to searches."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /konto/",
        "Disallow: /forhandsgranskning/",
        "Disallow: /sok/?",
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN_TEXT)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to tell of a hole in the portal, by mail first if the secretariat has an address."""
    emails = Body.objects.filter(kind=Body.Kind.SECRETARIAT).exclude(email="").values_list("email", flat=True)
    expires = timezone.localdate() + VALID_FOR
    lines = [
        *(f"Contact: mailto:{email}" for email in emails),
        f"Contact: {request.build_absolute_uri(reverse('contact'))}",
        f"Expires: {expires:%Y-%m-%d}T00:00:00Z",
        "Preferred-Languages: sv, en",
        f"Canonical: {request.build_absolute_uri(reverse('security-txt'))}",
        f"Policy: {request.build_absolute_uri(reverse('security-policy'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN_TEXT)


@require_safe
def security_policy(request: HttpRequest) -> HttpResponse:
    """How to tell of a hole, and what whoever does can expect."""
    return render(request, "security_policy.html")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """https://www.w3.org/TR/appmanifest/: the portal's name and looks on a phone's home screen."""
    data = {
        "name": "Södertörnskommunerna",
        "short_name": "Södertörn",
        "description": "Åtta kommuner söder om Stockholm samverkar: möten, planer, budget och nyckeltal.",
        "lang": "sv",
        "start_url": reverse("start"),
        "scope": reverse("start"),
        "display": "minimal-ui",
        "background_color": "#fbfaf5",
        "theme_color": "#fbfaf5",
        "icons": [
            _icon("icon-192.png", 192),
            _icon("icon-512.png", 512),
            {**_icon("icon-maskable-512.png", 512), "purpose": "maskable"},
        ],
    }
    return JsonResponse(
        data, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For programs that look for the icon here without reading any page."""
    return HttpResponseRedirect(static("images/favicon.ico"))


def _icon(name: str, side: int) -> dict[str, str]:
    return {"src": static(f"images/{name}"), "sizes": f"{side}x{side}", "type": "image/png"}
