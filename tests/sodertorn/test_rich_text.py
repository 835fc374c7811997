"""What is left of text with formats when it has been sanitised: exactly, for what is known to be tried."""

import re
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from hypothesis import example, given, settings
from hypothesis import strategies as st

from committee.models import NewsItem, Page
from sodertorn.rich_text import LINK, TAGS, sanitise
from sodertorn.rich_text_field import LONGEST
from tests import factories

# --- Attacks ------------------------------------------------------------------------------------------------

ATTACKS = [
    ("<p>Hej<script>alert(1)</script></p>", "<p>Hej</p>"),
    ("<script src=//x.example></script>", ""),
    ("<SCRIPT>alert(1)</SCRIPT >Hej", "<p>Hej</p>"),
    ("<scr<script>ipt>alert(1)</script>", "<p>ipt&gt;alert(1)</p>"),
    ("<img src=x onerror=alert(1)>", ""),
    ("<p onclick='alert(1)' onmouseover=alert(2)>Hej</p>", "<p>Hej</p>"),
    ("<p style='position:fixed;inset:0'>Hej</p>", "<p>Hej</p>"),
    ("<style>body{display:none}</style>Hej", "<p>Hej</p>"),
    ("<link rel=stylesheet href=//x.example><meta http-equiv=refresh content=0>", ""),
    ("<base href=//x.example>Hej", "<p>Hej</p>"),
    ("<iframe srcdoc='<script>alert(1)</script>'></iframe>", ""),
    ("<svg onload=alert(1)><circle r=9 /></svg>", ""),
    ("<svg><a xlink:href='javascript:alert(1)'><text>Hej</text></a></svg>", ""),
    ("<svg><animate onbegin=alert(1) attributeName=x></svg>", ""),
    ("<math><mi xlink:href='data:x,alert(1)'>Hej</mi></math>", ""),
    ("<object data=x></object><embed src=x>", ""),
    ("<form action=//x.example><input name=a><button>Hej</button></form>", "<p>Hej</p>"),
    ("<video src=x onerror=alert(1)><source onerror=alert(1)></video>", ""),
    ("<details open ontoggle=alert(1)>Hej</details>", "<p>Hej</p>"),
    ("<textarea><script>alert(1)</script></textarea>", ""),
    ("<p id=innehall class=skip-link name=body>Hej</p>", "<p>Hej</p>"),
    ("<!-- dold --><p>Hej</p><!--[if IE]><script>alert(1)</script><![endif]-->", "<p>Hej</p>"),
    # Texts that read one way at first and another way when they are read again.
    ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<p>'&gt;</p>"),
    (
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x&gt;'>",
        "",
    ),
    ("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>Hej", "<p>'&gt;Hej</p>"),
    ("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""),
    ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("<<p>Hej</p>", "&lt;<p>Hej</p>"),
    ("<p>Hej\0</p>", "<p>Hej</p>"),
]


@pytest.mark.parametrize(("html", "left"), ATTACKS, ids=range(len(ATTACKS)))
def test_nothing_is_left_of_an_attack(html: str, left: str) -> None:
    assert sanitise(html) == left


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "java&#x09;script:alert(1)",
        "&#106;avascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "ftp://x.example/",
        "//x.example/",
        "/\\x.example/",
        "\\\\x.example/",
        "/\t/x.example/",
        "https:/\\x.example",
        "https://",
        "kalender/",
        "../admin/",
        "#innehall",
        "?organ=x",
        "",
    ],
)
def test_link_elsewhere_than_to_the_web_is_text(address: str) -> None:
    assert sanitise(f'<p><a href="{address}">Hej</a></p>') == "<p>Hej</p>"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.huddinge.se/", "https://www.huddinge.se/"),
        ("HTTP://huddinge.se", "HTTP://huddinge.se"),
        ("https://x.example/å?a=1&b=2#del", "https://x.example/å?a=1&amp;b=2#del"),
        (" https://x.example/ ", "https://x.example/"),
        ("mailto:a@x.example?subject=Hej%20d%C3%A5", "mailto:a@x.example?subject=Hej%20d%C3%A5"),
        ("tel:+4685353000", "tel:+4685353000"),
        ("/kalender/2017/", "/kalender/2017/"),
        ("/", "/"),
    ],
)
def test_link_that_is_allowed_has_its_address_and_nothing_else(address: str, kept: str) -> None:
    html = f'<p><a href="{address}" target="_blank" rel="opener" title="x" class="x" download>Hej</a></p>'

    assert sanitise(html) == f'<p><a href="{kept}">Hej</a></p>'


# --- What a clerk writes and pastes -------------------------------------------------------------------------

EVERYTHING = (
    "<h2>Rubrik</h2><p>Text med <strong>fet</strong> och <em>kursiv</em> stil.<br>Ny rad.</p>"
    "<h3>Underrubrik</h3><ul><li><p>ett</p></li><li><p>två</p></li></ul><ol><li>ett</li></ol>"
    "<blockquote><p>Citat &amp; ”tecken” &lt; 5</p></blockquote>"
)


def test_every_format_of_the_editor_is_kept_as_it_is() -> None:
    assert sanitise(EVERYTHING) == EVERYTHING


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("", ""),
        (" \n ", ""),
        ("<p></p>", ""),
        ("<p>&nbsp;</p><p> <br> </p><p>Hej</p><p><strong> </strong></p>", "<p>Hej</p>"),
        ("<ul><li><p></p></li></ul><h2><em></em></h2>", ""),
        ("<p>a<strong> </strong>b</p>", "<p>a b</p>"),
        ("Hej\n\npå\ndig <b>där</b>", "<p>Hej</p><p>på\ndig <strong>där</strong></p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
        ("<h1>Ett</h1><h4>Fyra</h4>", "<h2>Ett</h2><h3>Fyra</h3>"),
        ("<h3>Först</h3><h2>Sen</h2><h3>Sist</h3>", "<h2>Först</h2><h2>Sen</h2><h3>Sist</h3>"),
        ("<b>fet</b> <i>kursiv</i> <u>rak</u>", "<p><strong>fet</strong> <em>kursiv</em> rak</p>"),
        ("<div>Ett</div><div><div>Två</div></div>", "<p>Ett</p><p>Två</p>"),
        ("<table><tr><th>År<td>2017</table>", "<p>År</p><p>2017</p>"),
        ("<p><p>Ett</p></p>", "<p>Ett</p>"),
        ("<p>Öppen <strong>text", "<p>Öppen <strong>text</strong></p>"),
    ],
)
def test_what_is_written_otherwise_becomes_the_same_few_formats(html: str, left: str) -> None:
    assert sanitise(html) == left


def test_text_pasted_from_word_is_the_text_alone() -> None:
    word = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator
    content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->
    <style>p.MsoNormal {margin:0cm;}</style><title>Protokoll</title></head><body lang=SV>
    <h1 style='mso-outline-level:1'><span style='font-size:18pt'>Beslut<o:p></o:p></span></h1>
    <p class=MsoNormal><span lang=SV style='font-family:"Times"'>Kommittén <b style='mso-bidi'>beslutade</b>
    att<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
    <p class=MsoListParagraph><![if !supportLists]><span>·<span>&nbsp; </span></span><![endif]>anta planen</p>
    </body></html>"""

    assert re.sub(r"\s+", " ", sanitise(word)) == (
        "<h2>Beslut</h2> <p>Kommittén <strong>beslutade</strong> att</p> <p>·&nbsp; anta planen</p>"
    )


def test_thousands_of_elements_in_each_other_are_cleaned_in_a_moment() -> None:
    assert sanitise("<blockquote>" * 8000) == ""
    assert len(sanitise("<b><p>" * 5000 + "Hej")) < 100


# --- Whatever it is -----------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            f"<{tag}>"
            for tag in (*sorted(TAGS), "b", "h1", "h5", "div", "table", "tr", "td", "form", "option")
        ),
        *(f"</{tag}>" for tag in (*sorted(TAGS), "b", "div", "table", "svg", "style", "script", "p")),
        *(
            "<script>",
            "<style>",
            "<svg>",
            "<math>",
            "<mtext>",
            "<template>",
            "<noscript>",
            "<title>",
            "<xmp>",
        ),
        *("<!--", "-->", "<![CDATA[", "]]>", "<plaintext>", "<textarea>", "<select>", "<iframe>", "<pre>"),
        *('<a href="/x">', '<a href="javascript:x">', "<a href='//x'>", '<a href="https://x.se/&quot;>">'),
        *('<img src=x onerror="x">', '<p onclick="x" style="x">', '"', "'", ">", "<", "&", "&lt;", "&nbsp;"),
        *("\n\n", " ", "a", "å", "\0", "\x0b", "</", "<a href=", "on=x "),
    ]
)


class Read(HTMLParser):
    """Every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", []))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", []))


@given(html=st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
@example(html="<a href=/a><table><tr><td><a href=/b>x")
@example(html="<b><p>x</b>y</p>")
@example(html="<h3>a<div><h2>b")
@settings(max_examples=500, deadline=None)
def test_nothing_outside_the_list_survives_and_a_second_time_changes_nothing(html: str) -> None:
    clean = sanitise(html)

    assert sanitise(clean) == clean
    for tag, attributes in Read(clean).found:
        assert tag in TAGS
        assert [name for name, _ in attributes] == (["href"] if tag == "a" else [])
        assert all(LINK.fullmatch(value or "") for _, value in attributes)
    assert "\0" not in clean


# --- Every way into the database, and out -------------------------------------------------------------------

BAD, GOOD = "<p>Hej<script>alert(1)</script></p>", "<p>Hej</p>"


@pytest.mark.django_db
def test_no_way_into_the_database_passes_the_sanitiser() -> None:
    saved = factories.make_page(slug="a", text=GOOD)
    saved.text = BAD
    saved.save()
    assert (saved.text, Page.objects.get(pk=saved.pk).text) == (GOOD, GOOD)

    Page.objects.bulk_create([Page(title="B", slug="b", text=BAD)])
    assert Page.objects.get(slug="b").text == GOOD

    Page.objects.update(text=BAD + "!")
    assert set(Page.objects.values_list("text", flat=True)) == {GOOD + "!"}

    saved.text = BAD
    Page.objects.bulk_update([saved], ["text"])
    assert Page.objects.get(pk=saved.pk).text == GOOD
    assert {row.text for row in saved.history.all()} == {GOOD}


@pytest.mark.django_db
def test_validated_row_holds_what_will_be_stored() -> None:
    item = NewsItem(title="A", slug="a", lead="A", text=BAD)
    item.full_clean()

    assert item.text == GOOD


@pytest.mark.django_db
def test_text_is_searched_as_it_is_written() -> None:
    factories.make_page(slug="a", text=GOOD)

    assert Page.objects.filter(text__icontains="<p>he").count() == 1
    assert Page.objects.filter(text__iregex="hej").count() == 1


@pytest.mark.parametrize("text", ["a" * (LONGEST + 1), "<b>a</b>" * (LONGEST // 8)])
def test_text_that_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Page(title="A", slug="a", text=text).clean_fields()

    assert refusal.value.message_dict == {
        "text": ["Texten är för lång. Den får ha högst 100\N{NO-BREAK SPACE}000 tecken."]
    }


def test_filter_sanitises_what_it_marks_as_safe() -> None:
    shown = Template("{{ text|rich_text }}").render(Context({"text": BAD + "<h2>Å</h2>"}))

    assert shown == GOOD + "<h2>Å</h2>"
