"""One stack for all tests of this package; each leaves it as it was, with every part running."""

from collections.abc import Iterator

import pytest

from tests.services.programs import Unavailable
from tests.services.stack import Stack, running_stack

CLERK = ("sekretariatet", "sammanträde-i-huddinge-2017")


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    try:
        with running_stack(tmp_path_factory.mktemp("stack")) as running:
            running.make_account(*CLERK)
            yield running
    except Unavailable as problem:
        pytest.fail(str(problem), pytrace=False)
