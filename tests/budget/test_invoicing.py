"""The invoicing basis: amounts, what is refused, credits, and that nothing issued can be changed."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from budget.invoicing import (
    InvoicingError,
    credit_notices,
    draft_notices,
    issue_notices,
    numbers_text,
    standard_periods,
)
from budget.models import Budget, FeeNotice, FeeRate, FrozenError, NumberSeries
from committee.models import Municipality, OperationalPlan, Population
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

JAN, JUN, JUL, DEC = (datetime.date(2017, *day) for day in ((1, 1), (6, 30), (7, 1), (12, 31)))
NOW = datetime.datetime(2017, 1, 10, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def budget() -> Budget:
    """The budget of 2017, its fee reckoned on the population of 31 December 2016."""
    budget = Budget.objects.select_related("plan").get(plan__year=2017)
    budget.status = Budget.Status.PUBLISHED
    budget.population_date = datetime.date(2016, 12, 31)
    budget.save()
    return budget


def issue(budget: Budget, first: datetime.date = JAN, last: datetime.date = DEC, **kwargs: Any) -> Any:
    return issue_notices(budget, first, last, None, NOW, **kwargs)


def refusals(*args: Any, **kwargs: Any) -> tuple[str, ...]:
    """Why the notices were refused; nothing has been stored and no number used."""
    before = (FeeNotice.objects.count(), list(NumberSeries.objects.values_list("last_number")))
    with pytest.raises(InvoicingError) as error:
        issue(*args, **kwargs)
    assert (FeeNotice.objects.count(), list(NumberSeries.objects.values_list("last_number"))) == before
    return error.value.reasons


# --- Amounts ------------------------------------------------------------------------------------------------


def test_notices_of_2017_are_the_documents_rule_on_the_real_population(budget: Budget) -> None:
    anna = User.objects.create_user("anna")
    notices = issue_notices(budget, JAN, DEC, anna, NOW)

    amounts = {notice.municipality.name: notice.amount for notice in notices}
    assert sum(amounts.values()) == 1_361_221
    assert amounts == {
        "Botkyrka": 256_912,
        "Haninge": 242_797,
        "Huddinge": 304_691,
        "Nykvarn": 29_535,
        "Nynäshamn": 78_631,
        "Salem": 47_076,
        "Södertälje": 268_121,
        "Tyresö": 133_458,
    }
    assert [notice.number for notice in notices] == list(range(1, 9))
    salem = FeeNotice.objects.get(municipality__name="Salem")
    assert salem.rate == "17/6"
    assert salem.derivation.replace("\xa0", " ") == (
        "7/12 × 2 kr + 5/12 × 4 kr = 17/6 ≈ 2,83 kr per invånare"
    )
    assert (salem.inhabitants, salem.population_date) == (16_615, datetime.date(2016, 12, 31))
    assert (
        salem.population_source
        == Population.objects.get(municipality__name="Salem", reference_date="2016-12-31").source
    )
    assert (salem.issued_at, salem.issued_by, salem.first_day, salem.last_day) == (NOW, anna, JAN, DEC)


@pytest.mark.parametrize(
    ("first", "last", "rate", "derivation", "total"),
    [
        (JAN, JUN, "1", "6/12 × 2 kr = 1 kr per invånare", 480_431),
        (JUL, DEC, "11/6", "1/12 × 2 kr + 5/12 × 4 kr = 11/6 ≈ 1,83 kr per invånare", 880_790),
        (JAN, datetime.date(2017, 3, 31), "1/2", "3/12 × 2 kr = 0,50 kr per invånare", 240_216),
        (
            datetime.date(2017, 8, 1),
            datetime.date(2017, 8, 31),
            "1/3",
            "1/12 × 4 kr = 1/3 ≈ 0,33 kr per invånare",
            160_144,
        ),
    ],
)
def test_part_of_a_year_is_charged_its_months(
    budget: Budget, first: datetime.date, last: datetime.date, rate: str, derivation: str, total: int
) -> None:
    notices = issue(budget, first, last)

    assert sum(notice.amount for notice in notices) == total
    assert {notice.rate for notice in notices} == {rate}
    assert {notice.derivation.replace("\xa0", " ") for notice in notices} == {derivation}


def test_days_are_charged_when_the_budget_says_so(budget: Budget) -> None:
    Budget.objects.update(proration=Budget.ProrationChoice.DAYS)
    notices = issue(budget, datetime.date(2017, 7, 31), datetime.date(2017, 8, 1))

    assert notices[0].rate == "6/365"
    assert notices[0].derivation.replace("\xa0", " ") == (
        "1/365 × 2 kr + 1/365 × 4 kr = 6/365 ≈ 0,02 kr per invånare"
    )
    assert sum(notice.amount for notice in notices) == 7_897


def test_quarters_cover_the_year_once(budget: Budget) -> None:
    quarters = [period for period in standard_periods(2017) if period.name.startswith("kvartal")]
    rates = {
        notice.rate for period in quarters for notice in issue(budget, period.first_day, period.last_day)
    }

    assert rates == {"1/2", "5/6", "1"}
    assert [notice.number for notice in FeeNotice.objects.order_by("number")] == list(range(1, 33))


def test_standard_periods_are_the_year_its_halves_and_its_quarters() -> None:
    periods = standard_periods(2024)

    assert [period.name for period in periods] == [
        "helår", "halvår-1", "halvår-2", "kvartal-1", "kvartal-2", "kvartal-3", "kvartal-4",
    ]  # fmt: skip
    assert (periods[3].first_day, periods[3].last_day) == (
        datetime.date(2024, 1, 1),
        datetime.date(2024, 3, 31),
    )
    assert periods[2].label == "halvår 2, 2024"


# --- What is refused ----------------------------------------------------------------------------------------


def test_missing_population_is_refused_by_name(budget: Budget) -> None:
    Population.objects.filter(
        municipality__name__in=["Salem", "Tyresö"], reference_date="2016-12-31"
    ).delete()

    assert refusals(budget) == ("Folkmängd per 31\xa0december 2016 saknas för Salem, Tyresö.",)


def test_budget_without_a_population_date_is_refused(budget: Budget) -> None:
    Budget.objects.update(population_date=None)

    assert refusals(budget) == ("Budgeten anger inte vilket datums folkmängd som avgiften räknas på.",)


def test_drafts_are_refused(budget: Budget) -> None:
    Budget.objects.update(status=Budget.Status.DRAFT)
    OperationalPlan.objects.filter(year=2017).update(status=OperationalPlan.Status.DRAFT)

    assert refusals(budget) == (
        "Budget 2017 är ett utkast. Publicera budgeten först.",
        "Verksamhetsplan 2017 är inte beslutad.",
    )


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (JUN, JAN, "Perioden kan inte sluta före sin första dag."),
        (datetime.date(2016, 12, 1), JUN, "Perioden ska ligga inom 2017."),
        (JUL, datetime.date(2018, 1, 31), "Perioden ska ligga inom 2017."),
        (
            JAN,
            datetime.date(2017, 6, 29),
            (
                "Avgiften räknas efter hela månader. Perioden måste börja den första dagen i en månad och "
                "sluta den sista: 1\xa0januari 2017–29\xa0juni 2017 gör inte det."
            ),
        ),
    ],
)
def test_impossible_period_is_refused(
    budget: Budget, first: datetime.date, last: datetime.date, reason: str
) -> None:
    assert refusals(budget, first, last) == (reason,)


def test_time_without_a_rate_is_refused(budget: Budget) -> None:
    FeeRate.objects.filter(valid_from="2017-01-01").delete()

    assert refusals(budget) == ("Ingen avgift per invånare gäller den 1\xa0januari 2017.",)


def test_overlapping_period_is_refused_with_the_numbers(budget: Budget) -> None:
    issue(budget, JAN, JUN)

    assert refusals(budget, datetime.date(2017, 6, 1), JUL.replace(day=31)) == (
        "Underlag för 1\xa0januari–30\xa0juni 2017 är redan utfärdade (nummer 1–8). Kreditera dem först.",
    )
    assert [notice.number for notice in issue(budget, JUL, DEC)] == list(range(9, 17))


def test_issue_with_a_stale_preview_is_refused(budget: Budget) -> None:
    seen = draft_notices(budget, JAN, DEC).fingerprint
    Population.objects.filter(municipality__name="Salem", reference_date="2016-12-31").update(inhabitants=1)

    assert refusals(budget, fingerprint=seen) == (
        "Uppgifterna har ändrats sedan du öppnade sidan. Granska beloppen på nytt.",
    )
    assert len(issue(budget, fingerprint=draft_notices(budget, JAN, DEC).fingerprint)) == 8


# --- Credits ------------------------------------------------------------------------------------------------


def test_credit_takes_back_the_whole_amount_under_its_own_number(budget: Budget) -> None:
    first = issue(budget)[0]
    [credit] = credit_notices([first], " Fel folkmängd ", None, NOW)

    assert (credit.number, credit.amount, credit.credits) == (9, -first.amount, first)
    assert credit.reason == "Fel folkmängd"
    assert (credit.rate, credit.inhabitants, credit.first_day) == ("17/6", first.inhabitants, JAN)
    assert str(credit) == "Kreditunderlag 9"
    assert FeeNotice.objects.get(pk=first.pk).credit == credit
    assert FeeNotice.objects.valid().count() == 7


def test_period_can_be_issued_again_once_credited(budget: Budget) -> None:
    credit_notices(issue(budget), "Fel period", None, NOW)
    again = issue(budget, JAN, JUN)

    assert [notice.number for notice in again] == list(range(17, 25))
    assert sum(notice.amount for notice in FeeNotice.objects.all()) == 480_431


def test_one_municipality_can_be_issued_again(budget: Budget) -> None:
    notices = issue(budget)
    salem = next(notice for notice in notices if notice.municipality.name == "Salem")
    credit_notices([salem], "Fel folkmängd", None, NOW)
    Population.objects.filter(municipality__name="Salem", reference_date="2016-12-31").update(
        inhabitants=16_621
    )
    [again] = issue(budget, only=[salem.municipality.code])

    assert (again.number, again.amount, again.inhabitants) == (10, 47_093, 16_621)
    assert refusals(budget, only=[salem.municipality.code]) == (
        "Underlag för 1\xa0januari–31\xa0december 2017 är redan utfärdade (nummer 10). Kreditera dem först.",
    )
    assert refusals(budget, only=["9999"]) == ("Det finns ingen kommun att utfärda underlag för.",)


def test_credit_is_refused_twice_of_a_credit_and_without_a_reason(budget: Budget) -> None:
    notices = issue(budget)
    [credit] = credit_notices(notices[:1], "Fel", None, NOW)
    with pytest.raises(InvoicingError) as error:
        credit_notices([*notices[:2], credit], " ", None, NOW)

    assert error.value.reasons == (
        "Skriv varför underlaget krediteras.",
        "Underlag 1 är redan krediterat, av nummer 9.",
        "Nummer 9 är ett kreditunderlag och kan inte krediteras.",
    )
    with pytest.raises(InvoicingError, match="högst 250 tecken"):
        credit_notices(notices[1:], "x" * 251, None, NOW)
    assert FeeNotice.objects.count() == 9
    assert NumberSeries.objects.get().last_number == 9


def test_failure_half_way_uses_no_number(budget: Budget, monkeypatch: pytest.MonkeyPatch) -> None:
    save, saved = FeeNotice.save, []

    def fails_at_the_fifth(notice: FeeNotice, *args: Any, **kwargs: Any) -> None:
        saved.append(notice)
        if len(saved) == 5:
            raise RuntimeError("the power went")
        save(notice, *args, **kwargs)

    monkeypatch.setattr(FeeNotice, "save", fails_at_the_fifth)
    with pytest.raises(RuntimeError):
        issue(budget)
    monkeypatch.undo()

    assert [notice.number for notice in issue(budget)] == list(range(1, 9))


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([4], "nummer 4"), ([4, 5], "nummer 4, 5"), ([4, 5, 6], "nummer 4–6"), ([4, 6, 7], "nummer 4, 6, 7")],
)
def test_numbers_are_written_as_a_span_when_they_are_one(numbers: list[int], text: str) -> None:
    assert numbers_text(numbers) == text


# --- Frozen -------------------------------------------------------------------------------------------------


def test_notice_cannot_be_changed_or_deleted_through_the_model(budget: Budget) -> None:
    notice = issue(budget)[0]
    notice.amount = 1
    copy = FeeNotice.objects.get(pk=notice.pk)
    copy._state.adding = True
    for attempt in (notice.save, notice.delete):
        with pytest.raises(FrozenError, match="kan inte ändras"):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()

    assert FeeNotice.objects.get(pk=notice.pk).amount == 256_912


def test_notices_cannot_be_changed_or_deleted_by_the_handful(budget: Budget) -> None:
    notices = issue(budget)
    botkyrka = Municipality.objects.get(name="Botkyrka")
    attempts = [
        lambda: FeeNotice.objects.update(amount=1),
        lambda: FeeNotice.objects.all().update(amount=1),
        lambda: FeeNotice.objects.filter(number=1).delete(),
        lambda: FeeNotice.objects.bulk_update(notices, ["amount"]),
        lambda: FeeNotice.objects.bulk_create(notices),
        lambda: botkyrka.fee_notices.update(amount=1),
        lambda: budget.fee_notices.all().delete(),
    ]
    for attempt in attempts:
        with pytest.raises(FrozenError):
            attempt()

    assert sum(FeeNotice.objects.values_list("amount", flat=True)) == 1_361_221


@pytest.mark.parametrize(
    "statement", ["UPDATE budget_feenotice SET amount = 1", "DELETE FROM budget_feenotice"]
)
def test_database_itself_refuses_changes(budget: Budget, statement: str) -> None:
    issue(budget)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert sum(FeeNotice.objects.values_list("amount", flat=True)) == 1_361_221


def test_what_a_notice_says_outlives_what_it_came_from(budget: Budget) -> None:
    issue(budget)
    Population.objects.all().delete()
    FeeRate.objects.all().delete()

    notice = FeeNotice.objects.get(number=1)
    assert (notice.amount, notice.inhabitants, notice.rate) == (256_912, 90_675, "17/6")


@pytest.mark.parametrize("model", [Budget, Municipality, OperationalPlan])
def test_what_has_notices_cannot_be_deleted(budget: Budget, model: Any) -> None:
    issue(budget)
    with pytest.raises(IntegrityError):
        model.objects.all().delete()


def test_two_budgets_share_one_series(budget: Budget) -> None:
    issue(budget)
    next_year = Budget.objects.create(
        plan=factories.make_plan(2018),
        status=Budget.Status.PUBLISHED,
        population_date=datetime.date(2017, 12, 31),
    )
    notices = issue(next_year, datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))

    assert [notice.number for notice in notices] == list(range(9, 17))
    assert {notice.derivation for notice in notices} == {"4\xa0kr per invånare"}
    assert sum(notice.amount for notice in notices) == 4 * 488_735
