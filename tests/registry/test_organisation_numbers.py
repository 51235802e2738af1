"""Official numbers of organisations: their forms, whose they are, and who is found by one."""

import pytest

from registry.actors import SYSTEM
from registry.countries import COUNTRIES, country_name
from registry.errors import MalformedError, NumberTakenError, RoleRequiredError
from registry.models import OrganisationIdentifierType, Role
from registry.organisation_numbers import NumberFormError, kept_number
from registry.selectors import organisation_by_identifier
from registry.services import Whereabouts, numbers_from, state_whereabouts
from tests.registry.builders import build_member, build_organisation, root_of

VU = "https://ror.org/008xxew50"


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("ROR", " 008xxew50 ", VU),
        ("ROR", "ROR.org/008XXEW50", VU),
        ("ROR", VU, VU),
        ("SCHAC", "VU.nl", "vu.nl"),
        ("Erasmus", "nl amsterd02", "NL AMSTERD02"),
        ("Erasmus", "D  BERLIN13", "D  BERLIN13"),
        ("Erasmus", "IRLDUBLIN04", "IRLDUBLIN04"),
        ("PIC", "999999999", "999999999"),
        ("BRIN", "21pl", "21PL"),
        ("ETER", "NL0001", "NL0001"),
        ("DEQAR", "deqarinst0001", "DEQARINST0001"),
        ("NZ-provider", "7001", "7001"),
        ("CRICOS", "00113b", "00113B"),
        ("LinkedIn", "1234567", "1234567"),
        ("other", "UKPRN:  10007774", "UKPRN: 10007774"),
    ],
)
def test_a_number_is_kept_in_one_form(kind, typed, kept):
    assert kept_number(kind, typed) == kept
    assert kept_number(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("ROR", "008xxew51"),  # its checksum is 50
        ("ROR", "https://ror.org.example/008xxew50"),
        ("SCHAC", "vu"),
        ("SCHAC", "vu.nl/evil"),
        ("Erasmus", "AMSTERD02"),
        ("PIC", "12345678"),
        ("PIC", "\u0661" * 9),
        ("BRIN", "PL21"),
        ("ETER", "N0001"),
        ("DEQAR", "INST1"),
        ("NZ-provider", "70010"),
        ("CRICOS", "113B"),
        ("LinkedIn", "0"),
        ("other", "10007774"),
        ("other", "UKPRN: 1\u202e2"),
        ("other", "UKPRN: " + "9" * 200),
    ],
)
def test_a_number_of_another_form_is_refused_with_an_example(kind, typed):
    with pytest.raises(NumberFormError) as refusal:
        kept_number(kind, typed)

    assert refusal.value.kind == kind
    assert kept_number(kind, refusal.value.example)


def test_every_kind_has_a_form():
    for kind in OrganisationIdentifierType.values:
        with pytest.raises(NumberFormError) as refusal:
            kept_number(kind, "?")
        assert refusal.value.kind == kind


def test_countries_are_those_of_iso_3166_in_both_languages():
    assert len(COUNTRIES) == 249
    assert country_name("NL", "de-AT") == "Niederlande"
    assert country_name("NL", "fr") == "Netherlands"
    assert country_name("XX", "en") == ""


def test_numbers_are_stated_replaced_and_found(db):
    college = build_organisation()
    stated = Whereabouts(country="nl", region="Noord-Holland", numbers=(("ROR", "008xxew50"), ("BRIN", "21pl")))

    state_whereabouts(organisation=college, whereabouts=stated, actor=SYSTEM)

    college.refresh_from_db()
    assert (college.country, college.region) == ("NL", "Noord-Holland")
    assert organisation_by_identifier("https://ror.org/008xxew50") == college
    assert organisation_by_identifier("008XXEW50", "ROR") == college
    assert organisation_by_identifier("21PL") == college
    assert organisation_by_identifier("21PL", "ROR") is None

    state_whereabouts(organisation=college, whereabouts=Whereabouts(country="NL"), actor=SYSTEM)

    assert organisation_by_identifier("21PL") is None


@pytest.mark.parametrize("typed", ["", "x", "vu.nl", "\x00", "9" * 5000])
def test_nobody_is_found_by_what_is_nobodys_number(db, typed):
    build_organisation()

    assert organisation_by_identifier(typed) is None


def test_one_number_under_two_kinds_of_two_organisations_finds_neither(db):
    for kind in ("LinkedIn", "NZ-provider"):
        build_organisation(whereabouts=Whereabouts(numbers=((kind, "7001"),)))

    assert organisation_by_identifier("7001") is None
    assert organisation_by_identifier("7001", "LinkedIn") is not None


def test_a_number_that_another_organisation_has_is_refused(db):
    numbers = (("ROR", "008xxew50"),)
    first = build_organisation(whereabouts=Whereabouts(numbers=numbers))
    second = build_organisation(whereabouts=Whereabouts(numbers=(("BRIN", "21PL"),)))

    with pytest.raises(NumberTakenError, match="another organisation"):
        state_whereabouts(organisation=second, whereabouts=Whereabouts(numbers=numbers), actor=SYSTEM)

    assert organisation_by_identifier("21PL") == second
    state_whereabouts(organisation=first, whereabouts=Whereabouts(numbers=numbers), actor=SYSTEM)
    assert organisation_by_identifier("008xxew50") == first


def test_every_fault_is_told_at_once_and_nothing_is_kept(db):
    college = build_organisation()
    wrong = Whereabouts(country="Holland", region="x" * 81, numbers=(("ROR", "1"), ("PIC", "2"), ("EIN", "3")))

    with pytest.raises(MalformedError) as refusal:
        state_whereabouts(organisation=college, whereabouts=wrong, actor=SYSTEM)

    told = str(refusal.value)
    for part in ("HOLLAND", "80 characters", "“1” is no ROR", "“2” is no PIC", "“EIN”"):
        assert part in told
    assert not college.identifiers.exists()


def test_only_who_administers_the_whole_organisation_states_its_numbers(db):
    college = build_organisation()
    editor = build_member(root_of(college), Role.EDITOR)

    with pytest.raises(RoleRequiredError):
        state_whereabouts(organisation=college, whereabouts=Whereabouts(country="NL"), actor=editor)


def test_the_shell_writes_a_number_as_type_and_value():
    assert numbers_from(["ROR=008xxew50", "other=UKPRN: 1=2"]) == (("ROR", "008xxew50"), ("other", "UKPRN: 1=2"))
