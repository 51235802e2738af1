"""The organisation of `bench console`: faculties, achievements, people with roles; and credentials spread over them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

from bench.scene import wait_for_workers
from catalogue.models import Achievement, AchievementVersion
from issuing.formats import read_award_file
from issuing.models import Credential
from issuing.services import award_batch, rows_of_table
from registry.actors import SYSTEM
from registry.models import Issuer, Node, Organisation, Role, User
from registry.services import ProfileOrder, add_member, create_faculty, create_issuer

FACULTIES, ACHIEVEMENTS = 200, 5_000
FILES = 50
"""A house's credentials come from about so many files, each for another achievement."""
LARGEST_FILE = 100_000
OWNER = "owner@bench.example.org"


def build_tree(faculties: int = FACULTIES, achievements: int = ACHIEVEMENTS) -> None:
    """Add faculties with an issuer each, share achievements out among them, and give an owner the whole."""
    organisation = Organisation.objects.get(slug="bench")
    root = organisation.nodes.get(parent=None)
    user = User.objects.create_user(OWNER, name="Bench Owner")
    add_member(user=user, node=root, role=Role.OWNER, actor=SYSTEM)
    issuers = [_faculty(root, number) for number in range(faculties)]
    model = Achievement.objects.get()
    version = model.versions.get()
    copies = list(_copies(model, issuers, achievements - 1))
    Achievement.objects.bulk_create(copies, batch_size=500)
    AchievementVersion.objects.bulk_create([_version(version, one) for one in copies], batch_size=500)


def _faculty(root: Node, number: int) -> Issuer:
    node = create_faculty(parent=root, name={"en": f"Faculty {number + 1}"}, actor=SYSTEM)
    profile = ProfileOrder(name={"en": f"Faculty {number + 1}"}, url="https://bench.example.org")
    return create_issuer(node=node, slug=f"bench-{number + 1}", profile=profile, actor=SYSTEM)


def _copies(model: Achievement, issuers: list[Issuer], number: int) -> Iterator[Achievement]:
    """Yield published achievements as the one that services made: rows alone, since 5,000 drawings measure nothing."""
    for at in range(number):
        copy = Achievement.objects.get(pk=model.pk) if at == 0 else Achievement(**_values(model))
        copy.pk, copy.issuer, copy.slug = uuid.uuid4(), issuers[at % len(issuers)], f"course-{at + 1}"
        yield copy


def _version(model: AchievementVersion, achievement: Achievement) -> AchievementVersion:
    copy = AchievementVersion(**_values(model))
    copy.pk, copy.achievement = uuid.uuid4(), achievement
    copy.texts = {**model.texts, "name": {"en": f"Course {achievement.slug.rpartition('-')[2]}"}}
    return copy


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def spread(rows: int) -> None:
    """Award files, each of another achievement, until there are so many credentials."""
    there = Credential.objects.count()
    size = max(1, min(LARGEST_FILE, -(-(rows - there) // FILES)))
    courses = Achievement.objects.filter(slug__startswith="course-")
    every = list(courses.order_by("slug").values_list("pk", flat=True))
    step = max(1, len(every) // FILES)
    chosen = every[::step]
    number = 0
    while there < rows:
        award_people(chosen[number % len(chosen)], first=there, rows=min(size, rows - there))
        there, number = there + min(size, rows - there), number + 1
    wait_for_workers()
    if (signed := Credential.objects.count()) < rows:
        raise RuntimeError(f"{signed} credentials of {rows} are signed")


def award_people(achievement_id: uuid.UUID, *, first: int, rows: int) -> None:
    """Award an achievement to so many made-up people, by a file."""
    achievement = Achievement.objects.select_related("issuer__node", "organisation").get(pk=achievement_id)
    data = people_file(first, rows)
    outcome = award_batch(
        achievement=achievement,
        rows=rows_of_table(read_award_file(data), achievement),
        file_sha=hashlib.sha256(data).hexdigest(),
        actor=SYSTEM,
    )
    if outcome.counts != {"accepted": rows}:
        raise RuntimeError(f"not every row was accepted: {outcome.counts}")


def people_file(first: int, rows: int) -> bytes:
    """Return a file of awards for made-up people, numbered from `first`."""
    lines = (f"learner{n}@example.org,Learner Number {n},2026-01-15,{60 + n % 40}" for n in range(first, first + rows))
    return "\n".join(("email,name,awarded_on,result", *lines)).encode()
