"""One installation on PostgreSQL and Redis for all fault tests of a module: setting one up takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.house import House
from tests.faults.registrar import Registrar


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Yield an opened house without worker; whatever a test started is ended after the module."""
    with House(tmp_path_factory.mktemp("house"), database="postgres", broker="redis") as house:
        house.open()
        yield house


@pytest.fixture
def registrar(house: House) -> Iterator[Registrar]:
    """Somebody at the console of a web server that runs."""
    house.start_web()
    registrar = Registrar(house)
    yield registrar
    registrar.close()


@pytest.fixture(autouse=True)
def _nobody_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """End a test's processes with it, and see that the invariants hold after every fault."""
    yield
    if "house" in request.fixturenames:
        house: House = request.getfixturevalue("house")
        while house.processes:
            house.processes.pop().stop()
        house.fsck()
