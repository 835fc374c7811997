"""Every kind of page there is, in lists that several tests walk through."""

from tests.furnished import CANCELLED, COMPARISON, MOVED, NEWS

PAGES = [
    "/",
    "/om/",
    "/kontakt/",
    "/verksamhetsplan/2017/",
    "/verksamhetsplan/2017/uppfoljning/",
    "/verksamhetsplan/2017/uppfoljning/klimat/",
    "/samverkan/",
    "/samverkan/2017/naringsliv-och-hogskola/",
    "/organisation/",
    "/organisation/samarbetskommitten/",
    "/kommuner/",
    "/kommuner/nykvarn/",
    "/kalender/",
    "/kalender/tidigare/",
    "/kalender/2017/",
    "/kalender/2017/10/",
    "/kalender/2018/01/",
    "/kalender/2017/v43/",
    "/kalender/2019/",
    "/kalender/2017/?organ=ledningsgruppen&vard=salem&typ=meeting",
    "/kalender/2017/?organ=finns-inte",
    "/kalender/2017/08/16/planeringskonferens/",
    "/kalender/2018/01/samarbetskommitten/",
    "/kalender/prenumerera/",
    "/vardskap/",
    "/budget/",
    "/budget/2017/",
    "/budget/kalkyl/",
    "/budget/kalkyl/?avgift=5%2C5&fran=2018-07-01&ar=2018&folkmangd=2016-12-31",
    "/budget/kalkyl/?avgift=hej&belopp=-5",
    "/kommuner/nykvarn/avgift/",
    "/nyckeltal/",
    "/nyckeltal/invanare/",
    "/nyckeltal/invanare/?ar=2019",
    "/kommuner/salem/nyckeltal/",
    "/dokument/",
    "/nyheter/",
    "/lattlast/",
    "/in-english/",
    "/personuppgifter/",
    "/kontakt/sakerhet/",
    "/oppna-data/",
    "/oppna-data/moten/",
    "/tillganglighet/",
    "/tillganglighet/anmal-brist/",
    "/sok/",
    "/sok/?q=klimat",
    "/sok/?q=klimmat",
    "/sok/?q=zzzz",
    "/finns-inte/",
    "/forhandsgranskning/finns-inte/",
]
"""What visitors may read when the plan is loaded, one address for each kind of page and state."""

FURNISHED = [
    NEWS,
    CANCELLED,
    MOVED,
    COMPARISON,
    "/kalender/2017/04/",
    "/nyckeltal/eftergymnasial-utbildning/",
    "/kommuner/haninge/nyckeltal/",
    "/verksamhetsplan/2017/?visning=mote",
    "/budget/2017/?visning=mote",
    "/nyckeltal/invanare/?visning=mote",
    "/verksamhetsplan/2017/uppfoljning/?visning=mote",
]
"""What visitors may read besides, when there is something of everything (`tests.furnished`)."""

EMPTY = [
    "/",
    "/kontakt/",
    "/organisation/",
    "/kommuner/",
    "/kalender/",
    "/kalender/2017/",
    "/vardskap/",
    "/budget/",
    "/nyckeltal/",
    "/dokument/",
    "/nyheter/",
]
"""What visitors may read before anything is loaded."""

ENTRANCE = ["/konto/logga-in/", "/konto/losenord/glomt/", "/konto/losenord/glomt/1-abc/", "/konto/avstangt/"]
"""The pages before the sign-in."""

BACK_OFFICE = [
    "/admin/",
    "/admin/calendar_app/",
    "/admin/calendar_app/event/",
    "/admin/calendar_app/event/1/change/",
    "/admin/calendar_app/event/add/",
    "/admin/calendar_app/event/1/history/",
    "/admin/calendar_app/event/1/delete/",
    "/admin/calendar_app/event/foresla/",
    "/admin/calendar_app/hostrotation/1/change/",
    "/admin/committee/operationalplan/1/change/",
    "/admin/committee/plansection/",
    "/admin/committee/targetarea/1/change/",
    "/admin/committee/developmentissue/1/change/",
    "/admin/committee/body/1/change/",
    "/admin/committee/municipality/1/change/",
    "/admin/committee/newsitem/1/change/",
    "/admin/committee/indicator/1/change/",
    "/admin/committee/document/",
    "/admin/budget/budget/1/change/",
    "/admin/auth/user/",
    "/admin/nytt-verksamhetsar/2018/",
]
"""Where the secretariat works most."""

ERRORS = ["400.html", "403.html", "403_csrf.html", "413.html", "429.html", "500.html"]
"""Templates of answers that are hard to bring about from a browser."""
