"""What can be earned: achievements, their immutable versions, parties and relations."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models import Issuer, LanguageMapField, Organisation


class AchievementKind(models.TextChoices):
    """What an achievement is; only an assessed one may be a micro-credential."""

    MICRO_CREDENTIAL = "micro-credential", _("Micro-credential")
    MICRO_DEGREE = "micro-degree", _("Micro-degree")
    PARTICIPATION = "participation", _("Confirmation of participation")
    DOCUMENT = "document", _("Document")
    EQUIVALENCE = "equivalence", _("Equivalence statement")


class AchievementState(models.TextChoices):
    """Where an achievement stands; a planned one is shown and cannot be awarded."""

    DRAFT = "draft", _("draft")
    PLANNED = "planned", _("planned")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class DuplicatePolicy(models.TextChoices):
    """What happens when a learner is awarded the same line again."""

    DENY = "deny", _("refuse")
    ALLOW = "allow", _("allow")
    REPLACE = "replace", _("replace the earlier one")


class Audience(models.TextChoices):
    """Who finds an entry: everybody, or the members of its organisation alone."""

    PUBLIC = "public", _("everybody")
    ORGANISATION = "organisation", _("members of the organisation")


class Achievement(models.Model):
    """One line of the catalogue; what it says stands in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="achievements")
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="achievements")
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=20, choices=AchievementKind)
    state = models.CharField(max_length=10, choices=AchievementState, default=AchievementState.DRAFT)
    duplicates = models.CharField(max_length=8, choices=DuplicatePolicy, default=DuplicatePolicy.DENY)
    last_award_on = models.DateField(null=True, blank=True)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.PUBLIC)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("issuer", "slug", name="achievement_slug_once")]

    def __str__(self) -> str:
        return self.slug


class LevelBasis(models.TextChoices):
    """How an EQF level is known."""

    REFERENCED = "referenced", _("referenced")
    COMPARED = "compared", _("compared")
    PROVIDER_CLAIM = "provider_claim", _("provider's claim")


class AchievementVersion(models.Model):
    """What a holder can earn, as it stood at publication. Once published, it never changes.

    `texts`: {"name", "short_name", "description", "criteria", …: {language: text}}.
    `facts`: the information items, {item: {"state": "value|not_applicable|none|not_stated", "value"?: {language: text} | text}}.
    `outcomes`: [{language: text}]; `alignments`: [{"target_name", "target_url", "target_framework"?, "target_code"?, "target_type"?, "level"?}].
    `result_descriptions`: [{"key", "name": {language: text}, "type", "required_value"?, "value_min"?, "value_max"?,
    "levels"?: [{"key", "name": {language: text}, "points"?}]}], types as in Open Badges 3.0 ResultType.
    `outcome_rule`: {"measure": "score|content", "at_least": "60", "scale": "percent"} with exact decimals as text, or {}.
    Typed values beside the texts, their codes in `catalogue.codes`; empty or null: not stated. `qualifications`:
    [{"name": {language: text}, "provider"?, "level"?, "url"?, "only_stacked"?: bool}]; `badge`: {"foot"?: what stands
    at its foot, "picture"?: SHA-256 of an uploaded one}; `funding`:
    [{"scheme": {language: text}, "eligible"?: {…}, "amount"?: {…}, "until"?: ISO date}].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    outcomes = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    alignments = models.JSONField(default=list, blank=True)
    result_descriptions = models.JSONField(default=list, blank=True)
    ects_credits = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    national_credits = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    national_credit_system = models.CharField(max_length=60, blank=True)
    other_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    other_points_name = models.CharField(max_length=60, blank=True, help_text="for example CME points")
    other_points_body = models.CharField(max_length=200, blank=True, help_text="who grants them")
    workload_hours_min = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    workload_hours_max = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    workload_text = LanguageMapField(blank=True, help_text="as stated: approx. 21 hours, 8-12 months")
    level_eqf = models.PositiveSmallIntegerField(null=True, blank=True)
    level_eqf_basis = models.CharField(max_length=16, choices=LevelBasis, blank=True)
    level_eqf_source = models.CharField(max_length=300, blank=True)
    level_national = models.CharField(max_length=60, blank=True, help_text="for example NZQF 2")
    language = models.CharField(max_length=12, default="en", help_text="of instruction, BCP 47")
    suspendable = models.BooleanField(default=False)
    valid_for_days = models.PositiveIntegerField(null=True, blank=True)
    outcome_rule = models.JSONField(default=dict, blank=True)
    assessment_kinds = models.JSONField(default=list, blank=True)
    summative = models.BooleanField(null=True, blank=True)
    voluntary = models.BooleanField(null=True, blank=True, help_text="the assessment may be left out")
    supervision_kind = models.CharField(max_length=24, blank=True)
    mode = models.CharField(max_length=12, blank=True)
    period = models.CharField(max_length=16, blank=True)
    objective = models.CharField(max_length=12, blank=True)
    intended_use = models.JSONField(default=list, blank=True)
    qa_kind = models.CharField(max_length=32, blank=True)
    credit_bearing = models.CharField(max_length=12, default="not_stated")
    qualifications = models.JSONField(default=list, blank=True)
    accessibility = LanguageMapField(blank=True)
    materials_licence = models.CharField(max_length=200, blank=True, help_text="a code, or the licence's address")
    price_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    price_unit = models.CharField(max_length=20, blank=True, help_text="EUR, or USD/month")
    price_tax_included = models.BooleanField(null=True, blank=True)
    funding = models.JSONField(default=list, blank=True)
    start = models.CharField(max_length=12, blank=True)
    access_period = models.CharField(
        max_length=12, blank=True, help_text="ISO 8601 duration in one unit, or unlimited"
    )
    badge = models.JSONField(default=dict, blank=True, help_text="how it is drawn, or the picture in its place")
    image_alt = LanguageMapField(blank=True, help_text="what the picture shows, for those who do not see it")
    evidence_required = models.BooleanField(default=False)
    result_required = models.BooleanField(default=False)
    image_sha = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=64, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True, help_text="a draft: when it was written on last")
    edited_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("achievement", "number", name="achievement_version_once"),
            models.CheckConstraint(condition=Q(ects_credits__gte=0), name="achievement_ects_not_negative"),
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="achievement_price_not_negative"),
            models.CheckConstraint(
                condition=Q(level_eqf__gte=1, level_eqf__lte=8) | Q(level_eqf=None),
                name="achievement_eqf_1_to_8",
            ),
            models.CheckConstraint(
                condition=Q(workload_hours_max=None) | Q(workload_hours_max__gte=F("workload_hours_min")),
                name="achievement_workload_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.achievement} v{self.number}"


class PartyRole(models.TextChoices):
    """What a party beside the issuer is to an achievement."""

    AWARDS = "awards", _("awarding body")
    CO_AWARDS = "co-awards", _("co-awarding body")
    CERTIFIES = "certifies", _("certified by")
    PARTNERS = "partners", _("partner")
    ENDORSES = "endorses", _("endorsed by")
    OWNS_DEFINITION = "owns_definition", _("owner of the definition")
    DELIVERS = "delivers", _("delivered by")
    ASSESSES = "assesses", _("assessed by")
    PLATFORM = "platform", _("platform")


class Party(models.Model):
    """Somebody named on an achievement version, with the person who signs for them where there is one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="parties")
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=16, choices=PartyRole)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    signatory_name = models.CharField(max_length=200, blank=True)
    signatory_role = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Signatory(models.Model):
    """A person who signs for an issuer, and as what; entries name her by her words, so that they stay as they were."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signatories")
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="signatories")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "signatories"
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="signatory_ordered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.role}"


class CourseRun(models.Model):
    """One run of a course: when and where. Runs come and go, so a published version may get new ones; no document has them.

    `price` is what the provider writes ({language: text}) where a run costs something else than the entry says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="runs")
    position = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    enrol_until = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    url = models.URLField(max_length=500, blank=True)
    price = LanguageMapField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")), name="run_ordered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.starts_on or ''}"


class RelationKind(models.TextChoices):
    """How two lines of the catalogue relate; equivalents count once."""

    EQUIVALENT = "equivalent", _("equivalent to")
    EXCLUDES = "excludes", _("cannot be combined with")
    PART_OF = "part_of", _("part of")
    REPLACES = "replaces", _("replaces")
    PREREQUISITE = "prerequisite", _("requires")
    DERIVED_FROM = "derived_from", _("derived from")


class Relation(models.Model):
    """A directed relation between two achievements; `equivalent` is read in both directions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=12, choices=RelationKind)
    other = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="related_from")

    class Meta:
        constraints = [
            models.UniqueConstraint("achievement", "kind", "other", name="relation_once"),
            models.CheckConstraint(condition=~Q(achievement=F("other")), name="relation_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.other_id}"


class VocabularyTerm(models.Model):
    """A term of a published vocabulary, such as a skill of ESCO: what an alignment's address stands for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vocabulary = models.CharField(max_length=60)
    uri = models.CharField(max_length=500)
    kind = models.CharField(max_length=80)
    labels = LanguageMapField()
    reuse_level = models.CharField(max_length=40, blank=True, help_text="as the vocabulary states it: transversal, …")
    broader = models.CharField(max_length=500, blank=True, help_text="address of the term above it")
    words = models.TextField(blank=True, help_text="its labels as search compares them")

    class Meta:
        # The address comes first: it is what alignments are looked up by.
        constraints = [models.UniqueConstraint("uri", "vocabulary", name="vocabulary_term_once")]

    def __str__(self) -> str:
        return self.uri


class CatalogueSearchText(models.Model):
    """What search reads: written by publishing, one row per version and language."""

    version = models.ForeignKey(AchievementVersion, on_delete=models.CASCADE, related_name="search_texts")
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=500)
    body = models.TextField(help_text="lower case, for searching")

    class Meta:
        constraints = [models.UniqueConstraint("version", "language", name="search_text_once")]

    def __str__(self) -> str:
        return self.title


class StoredImage(models.Model):
    """A picture by its content: the address is the SHA-256 of its PNG bytes."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    png = models.BinaryField()
    small = models.BinaryField(default=bytes, help_text="as lists show it: WebP, 192 px")
    svg = models.TextField(blank=True, help_text="the drawing it was made from, when we drew it")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256
