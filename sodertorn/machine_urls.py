"""The addresses that are meant for programs, and the short ones for paper."""

from django.urls import path

from sodertorn import short_addresses, site_files, sitemaps

urlpatterns = [
    path("robots.txt", site_files.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap-section"),
    path(".well-known/security.txt", site_files.security_txt, name="security-txt"),
    path("kontakt/sakerhet/", site_files.security_policy, name="security-policy"),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("m/<int:pk>", short_addresses.short_event, name="short-event"),
    path("n/<int:pk>", short_addresses.short_news, name="short-news"),
    path("d/<int:pk>", short_addresses.short_document, name="short-document"),
]
