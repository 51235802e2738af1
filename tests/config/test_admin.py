"""The operator's administration shows and never changes (findings M2, 24)."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from issuing.models import Award, Batch, Credential
from registry.models import AuditEntry
from registry.read_only import MOST_ROWS_COUNTED, ReadOnlyAdmin, ShortPaginator
from tests.registry.builders import build_organisation, build_user
from tests.tenants.routes import all_routes
from tests.tenants.victim import CANARY, CANARY_MAIL, build_victim

ROOMS = {"registry", "catalogue", "issuing", "verification", "wallet", "console", "integrations"}


@pytest.fixture
def operator(client):
    user = build_user(is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_nothing_but_read_only_tables_of_ours_is_shown():
    shown = admin.site._registry

    assert {Award, Batch, Credential} <= set(shown)
    for model, model_admin in shown.items():
        assert isinstance(model_admin, ReadOnlyAdmin), model
        assert model._meta.app_label in ROOMS, model


def test_table_of_a_package_is_not_shown_whatever_it_registers():
    class Theirs(admin.ModelAdmin):
        pass

    admin.site.register(apps.get_model("account.EmailAddress"), Theirs)

    assert not admin.site.is_registered(apps.get_model("account.EmailAddress"))


@pytest.mark.django_db
def test_no_address_of_the_administration_changes_anything(operator, tmp_path):
    build_victim(tmp_path)
    looked, sent = 0, []
    for route in all_routes():
        owner = getattr(route.view, "model_admin", None)
        if owner is None:
            continue
        looked += 1
        row = owner.model._base_manager.values_list("pk", flat=True).first()
        address = "/" + route.pattern.replace("<path:object_id>", str(row))
        with CaptureQueriesContext(connection) as seen:
            answer = operator.post(address, {"post": "yes", "action": "delete_selected", "_selected_action": str(row)})
        if route.pattern.endswith(("/add/", "/delete/", "/change/")) and row is not None:
            assert answer.status_code == 403, address
        sent += [query["sql"] for query in seen if re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"])]
    assert looked >= 10 * 5
    assert not sent


@pytest.mark.django_db
def test_look_at_a_row_or_a_list_stands_in_the_trail_of_whose_it_is_and_nothing_else_does(operator, tmp_path):
    victim, other = build_victim(tmp_path), build_organisation()

    operator.get(reverse("admin:issuing_award_change", args=[victim.award.pk]))
    operator.get(reverse("admin:issuing_award_changelist"))
    operator.get(reverse("admin:registry_organisation_changelist"))
    operator.get(reverse("admin:registry_user_changelist"))

    looks = AuditEntry.objects.filter(act="organisation.looked_at").order_by("pk")
    mine = looks.filter(organisation=victim.tenant.organisation)
    assert [one.detail["at"] for one in mine] == ["issuing.award", "issuing.award", "registry.organisation"]
    assert [one.detail["at"] for one in looks.filter(organisation=other)] == ["registry.organisation"]


@pytest.mark.django_db
def test_only_the_operator_sees_rows_of_every_organisation(client):
    from django.contrib.auth.models import Permission

    helper = build_user(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(helper, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/admin/issuing/award/").status_code == 403
    assert client.get("/admin/registry/user/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Award, Batch, Credential])
def test_award_batch_and_credential_are_shown_without_the_person(operator, tmp_path, model):
    victim = build_victim(tmp_path)
    row = {Award: victim.award, Batch: victim.batch, Credential: victim.award.credential}[model]
    name = f"admin:issuing_{model._meta.model_name}"
    listed = operator.get(reverse(f"{name}_changelist"))
    one = operator.get(reverse(f"{name}_change", args=[row.pk]))

    for page in (listed, one):
        assert page.status_code == 200
        text = page.content.decode()
        assert str(row.pk) in text
        assert CANARY not in text
        assert CANARY_MAIL not in text


@pytest.mark.django_db
def test_row_is_found_by_its_id_and_by_no_half_of_it(operator, tmp_path):
    victim = build_victim(tmp_path)
    address = reverse("admin:issuing_award_changelist")

    def rows(term):
        return operator.get(address, {"q": term}).context["cl"].result_count

    assert rows(str(victim.award.pk)) == 1
    assert rows(f"urn:uuid:{victim.award.pk}") == 1
    assert rows(str(victim.batch.pk)) == 1
    assert rows(str(victim.award.pk)[:8]) == 0


BIG = ["issuing_award", "issuing_batch", "issuing_credential", "registry_auditentry", "registry_outboxmessage"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?q=award.accepted"])
@pytest.mark.parametrize("table", BIG)
def test_list_of_a_big_table_reads_no_further_than_anybody_pages(operator, tmp_path, table, query):
    build_victim(tmp_path)
    with CaptureQueriesContext(connection) as seen:
        assert operator.get(f"/admin/{table.replace('_', '/')}/{query}").status_code == 200

    of_table = [sql["sql"] for sql in seen if f'FROM "{table}"' in sql["sql"]]
    counted = [sql for sql in of_table if "COUNT" in sql]
    assert counted or (table.startswith("issuing") and query)  # no such id: nothing is asked
    assert all(f"LIMIT {MOST_ROWS_COUNTED}" in sql for sql in counted), counted
    assert not [sql for sql in of_table if "DISTINCT" in sql or "LIKE" in sql]
    noted = [sql for sql in seen if sql["sql"].startswith("INSERT")]  # one look for each organisation that is seen
    assert len(seen) - len(noted) <= 7


def test_pages_end_where_counting_ends():
    class Rows:
        def __getitem__(self, taken):
            self.taken = taken.stop
            return self

        def count(self):
            return self.taken

    assert ShortPaginator(Rows(), 50).count == MOST_ROWS_COUNTED


def test_names_of_tables_are_words():
    """Django makes the plural by adding an s: entrys, aliass."""
    for model in apps.get_models():
        if model._meta.app_label in ROOMS:
            one, many = str(model._meta.verbose_name), str(model._meta.verbose_name_plural)
            naive = f"{one}s"
            assert not (naive == many and re.search(r"([^aeiou]y|s|x|z|ch|sh)$", one)), many
            assert not re.search(r"\b(o auth|api)\b", one), one


@pytest.mark.django_db
def test_administration_changes_no_password(operator):
    for address in ("/admin/password_change/", "/admin/password_change/done/"):
        assert operator.post(address, {"old_password": "a", "new_password1": "b"})["Location"].startswith("/account/")
