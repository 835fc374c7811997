"""Who we are, as open data: the municipalities, their inhabitants, and the bodies they meet in."""

from django.urls import reverse

from committee.models import Body, Municipality, PartnerOrganisation, Population, Seat
from sodertorn.dataset_queries import day_span, matching, no_span, revision_of
from sodertorn.opendata import Column, PublishedDataset, Row

YEAR = Column("year", "År", "Kalenderår.", kind="integer")
CODE = Column("municipality_code", "Kommunkod", "SCB:s kod, fyra siffror med inledande nolla.")
NAME = Column("municipality", "Kommun", "Kommunens namn, utan ordet kommun.")
URL = Column("url", "Webbsida", "Sidan på portalen där det visas.")

BY_MUNICIPALITY = matching("municipality", "Kommunkod", "municipality__code")


def values_in_words(choices: list[tuple[str, str]]) -> str:
    """What the values of a column mean: "day = Dag, month = Månad"."""
    return ", ".join(f"{value} = {label}" for value, label in choices)


# --- Municipalities -----------------------------------------------------------------------------------------


def _municipality_row(row: Municipality, base_url: str) -> Row:
    return row.code, row.name, row.formal_name, row.website, f"{base_url}{row.get_absolute_url()}"


MUNICIPALITIES = PublishedDataset(
    slug="kommuner",
    title="Kommuner",
    description="Kommunerna som samarbetar, med den kod som SCB har för var och en.",
    columns=(
        CODE,
        NAME,
        Column("formal_name", "Formellt namn", "Till exempel Nykvarns kommun."),
        Column("website", "Webbplats", "Kommunens egen webbplats."),
        URL,
    ),
    items=lambda: Municipality.objects.order_by("position", "name", "pk"),
    as_row=_municipality_row,
    revision=lambda: revision_of(Municipality.objects.all()),
    keywords=("kommuner", "kommunkod", "Södertörn"),
    page=lambda: reverse("committee:municipality-list"),
    temporal=no_span,
)


def _population_row(row: Population, base_url: str) -> Row:
    return row.municipality.code, row.municipality.name, row.reference_date, row.inhabitants, row.source


POPULATION = PublishedDataset(
    slug="folkmangd",
    title="Folkmängd",
    description="Hur många som bor i varje kommun, oftast den sista december. Avgiften räknas efter det. "
    "Sedan 2025 lägger SCB ett litet slumpmässigt brus på siffrorna, så en summa av dem kan skilja sig från "
    "den som SCB anger.",
    columns=(
        CODE,
        NAME,
        Column("reference_date", "Avser datum", "Oftast den 31 december.", kind="date"),
        Column("inhabitants", "Invånare", "Antal personer.", "personer", "integer"),
        Column("source", "Källa", "Varifrån siffran kommer."),
    ),
    items=lambda: Population.objects.select_related("municipality").order_by(
        "-reference_date", "municipality__position", "pk"
    ),
    as_row=_population_row,
    revision=lambda: revision_of(Population.objects.all(), Municipality.objects.all()),
    keywords=("folkmängd", "invånare", "befolkning"),
    page=lambda: reverse("committee:municipality-list"),
    temporal=lambda: day_span(Population.objects.all(), "reference_date"),
    frequency="ANNUAL",
    source="SCB (Statistiska centralbyrån)",
    theme="SOCI",
    filters=(BY_MUNICIPALITY, matching("year", "År", "reference_date__year", "integer")),
)


# --- Bodies -------------------------------------------------------------------------------------------------


def _body_row(row: Body, base_url: str) -> Row:
    return (
        row.name,
        row.short_name,
        row.kind,
        row.purpose,
        row.min_meetings_per_year,
        row.usual_weekday,
        row.usual_start,
        row.usual_end,
        row.prepares.name if row.prepares else None,
        row.located_at.name if row.located_at else None,
        f"{base_url}{row.get_absolute_url()}",
    )


BODIES = PublishedDataset(
    slug="organ",
    title="Organ",
    description="Kommittén, ledningsgruppen, sekretariatet och de andra som arbetar i samarbetet, och hur de "
    "brukar mötas.",
    columns=(
        Column("name", "Namn", "Organets hela namn."),
        Column("short_name", "Kort namn", "Det som används i kalendern och i listor."),
        Column("kind", "Slag", values_in_words(Body.Kind.choices)),
        Column("purpose", "Uppgift", "Vad organet gör, i en mening."),
        Column(
            "min_meetings_per_year",
            "Minsta antal möten per år",
            "Tomt när inget är bestämt.",
            "möten",
            "integer",
        ),
        Column(
            "usual_weekday",
            "Vanlig veckodag",
            "1 = måndag till 7 = söndag. Tomt när det inte finns någon.",
            kind="integer",
        ),
        Column("usual_start", "Börjar vanligen", "TT:MM svensk tid.", kind="time"),
        Column("usual_end", "Slutar vanligen", "TT:MM svensk tid.", kind="time"),
        Column("prepares", "Förbereder", "Organet vars möten det förbereder. Tomt om inget."),
        Column("located_at", "Placerat hos", "Kommunen som det är placerat hos. Tomt om ingen."),
        URL,
    ),
    items=lambda: Body.objects.select_related("prepares", "located_at").order_by("position", "name", "pk"),
    as_row=_body_row,
    revision=lambda: revision_of(Body.objects.all(), Municipality.objects.all()),
    keywords=("organisation", "kommitté", "ledningsgrupp", "nätverk"),
    page=lambda: reverse("committee:body-list"),
    temporal=no_span,
    filters=(matching("kind", "Slag", "kind", choices=tuple(Body.Kind.values)),),
)


def _seat_row(row: Seat, base_url: str) -> Row:
    return (
        row.body.name,
        row.municipality.code if row.municipality else None,
        str(row.holder),
        row.role,
        row.participation,
        f"{base_url}{row.body.get_absolute_url()}",
    )


SEATS = PublishedDataset(
    slug="platser",
    title="Platser i organen",
    description="Vilka kommuner och andra organisationer som har en plats i varje organ, och vilken roll den "
    "som har platsen har. Personers namn är inte med.",
    columns=(
        Column("body", "Organ", "Organet som platsen finns i."),
        Column("municipality_code", "Kommunkod", "SCB:s kod. Tomt när platsen inte är en kommuns."),
        Column("holder", "Kommun eller organisation", "Den som har platsen."),
        Column("role", "Roll", "Vem som har platsen där, till exempel kommunstyrelsens ordförande."),
        Column("participation", "Deltagande", values_in_words(Seat.Participation.choices)),
        URL,
    ),
    items=lambda: Seat.objects.select_related("body", "municipality", "partner").order_by(
        "body__position", "body__name", "position", "pk"
    ),
    as_row=_seat_row,
    revision=lambda: revision_of(
        Seat.objects.all(),
        Body.objects.all(),
        Municipality.objects.all(),
        PartnerOrganisation.objects.all(),
    ),
    keywords=("organisation", "representation", "roller"),
    page=lambda: reverse("committee:body-list"),
    temporal=no_span,
    filters=(BY_MUNICIPALITY, matching("body", "Organets adressdel", "body__slug")),
)
