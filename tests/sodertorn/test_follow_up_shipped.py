"""The portal as it is shipped: the document of 2017 says nothing of how it went, so nor does the portal."""

import pytest

from committee.models import ActionPlan, Evaluation, FollowUp
from tests.sodertorn.test_follow_up_pages import CLIMATE, EMPTY, OVERVIEW, says

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]


def test_shipped_portal_has_nothing_reported(client):
    overview = says(client, OVERVIEW)

    assert EMPTY in overview
    assert "Planen för 2017 är inte utvärderad än." in overview
    assert "Klimat ? Ej rapporterad – 0 av 3" in overview
    assert "Försenat" not in overview
    assert "%" not in overview
    assert EMPTY in says(client, CLIMATE)
    assert [model.objects.count() for model in (ActionPlan, FollowUp, Evaluation)] == [0, 0, 0]
