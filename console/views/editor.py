"""Writing an achievement: begin it, and fill in its sheets. What is typed is kept; nothing of it is public."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.badges.uploads import MOST_BYTES
from catalogue.models import AchievementKind, Audience, DuplicatePolicy, Signatory
from catalogue.pages import card, kind_label
from catalogue.selectors import signatories_for
from catalogue.services import KeptDraft, begin_achievement, copy_achievement, keep_draft, set_picture, set_policies
from catalogue.wording import facts_strip
from console.editor.beginning import BeginForm, issuers_at
from console.editor.beside import RelationForm, relations_stated, terms_like, with_term
from console.editor.choices import PictureForm, PoliciesForm, tried
from console.editor.desks import Desk, desk_of, name_of_editor, names_of_fields
from console.editor.parts import PARTS, Part
from console.editor.seen_rows import rows_of, strip_of, tabs_of
from console.editor.sheets import SheetForm
from console.forms import NumberedForm
from console.seen_nodes import Crumb, actor_in, place_of
from console.views.frame import console_page, page
from console.views.once import once_for
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on, show_refusals
from registry.language_maps import text_in
from registry.selectors import latest_profile

MOST_SIGNATORIES = 100
BY_ITSELF = "X-Kept-By-Itself"
"""Header of a sheet that a page's script sends while somebody types: it is answered with the page, not led to it."""


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an achievement: its title, what it is, and who issues it."""
    place = place_of(actor_in(request), slug)
    offered = issuers_at(request, place)
    form = BeginForm(
        request.POST if request.method == "POST" else None, issuers=offered.rows, node=request.GET.get("at", "")
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        with refusals_shown_on(form, fields={"name": "title"}):

            def act() -> str:
                version = begin_achievement(
                    issuer=form.chosen, kind=AchievementKind(said["kind"]), title=said["title"],
                    language=said["language"], actor=place.actor,
                )  # fmt: skip
                return str(version.achievement_id)

            return redirect(
                "console:edit",
                slug,
                once_for(request, form, organisation_id=place.organisation.pk, actor=place.actor, act=act),
            )
        form.begin_anew()
    context = {"form": form, "sought": offered}
    crumbs = (Crumb(_("New achievement")),)
    return page(request, "console/begin.html", place, context, crumbs=crumbs, status=422 if form.errors else 200)


@console_page
@require_POST
def copy(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Make a new draft that says what this achievement says; a button that is pressed twice makes one."""
    desk, form = desk_of(request, slug, achievement_id), NumberedForm(request.POST)
    if not form.is_valid():
        return redirect("console:achievement", slug, achievement_id)
    actor, organisation = desk.place.actor, desk.place.organisation

    def act() -> str:
        return str(copy_achievement(achievement=desk.achievement, actor=actor).achievement_id)

    copied = once_for(request, form, organisation_id=organisation.pk, actor=actor, act=act)
    messages.success(request, _("This is a copy, a draft of its own. Give it another title first."))
    return redirect("console:edit", slug, copied)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, achievement_id: uuid.UUID, part: str = "facts") -> HttpResponse:
    """Fill in a sheet of an achievement. Of a published one that begins the next version."""
    if part not in PARTS:
        raise NotFoundError
    desk, sheet = desk_of(request, slug, achievement_id), PARTS[part]
    if request.method != "POST":
        wished = with_term(desk.sheet.get("alignments", []), request.GET.get("add", ""), desk.language)
        form = SheetForm(groups=sheet.groups, language=desk.language, sheet=desk.sheet | {"alignments": wished})
        form.sheet = desk.sheet  # a term that was looked up stands in its fields, and is kept by saving
        return _sheet_page(request, desk, sheet, form)
    form = SheetForm(request.POST, groups=sheet.groups, language=desk.language, sheet=desk.sheet)
    form.is_valid()
    typed = form.typed()
    kept = keep_draft(achievement=desk.achievement, typed=typed, actor=desk.place.actor)
    desk = desk_of(request, slug, achievement_id)
    whole = not (form.errors or kept.refusals or kept.merged.both)
    if whole and BY_ITSELF not in request.headers:
        return _led_on(request, desk, sheet, kept)
    if whole:
        form = SheetForm(groups=sheet.groups, language=desk.language, sheet=desk.sheet)
    else:
        form.sheet = desk.sheet
        show_refusals(form, kept.refusals, fields=form.places())
    form.unseen = {path: typed.shown[path] for path in kept.merged.theirs if path not in kept.merged.both}
    if whole:
        form.unseen = {path: was for path, was in form.unseen.items() if isinstance(was, list)}
    return _sheet_page(request, desk, sheet, form, kept)


def _led_on(request: HttpRequest, desk: Desk, sheet: Part, kept: KeptDraft) -> HttpResponse:
    if kept.merged.theirs:
        who = name_of_editor(kept.before.edited_by) or _("Somebody else")
        messages.info(
            request,
            _("{name} wrote on this draft while you had it open. What both of you typed is kept.").format(name=who),
        )
    address = desk.address("edit") if sheet.name == "facts" else desk.address("edit_part", sheet.name)
    return HttpResponseRedirect(f"{address}?language={desk.language}&kept=1")


def _sheet_page(
    request: HttpRequest,
    desk: Desk,
    sheet: Part,
    form: SheetForm,
    kept: KeptDraft | None = None,
    beside: dict[str, Any] | None = None,
) -> HttpResponse:
    rows = rows_of(form, desk.version, desk.findings, kept.merged if kept else None)
    counted = len(sheet.counted)
    context: dict[str, Any] = {
        **(beside or _beside(request, desk, sheet)),
        "desk": desk,
        "parts": PARTS.values(),
        "part": sheet,
        "form": form,
        "rows": rows[:counted],
        "further": rows[counted:],
        "tabs": tabs_of(desk.sheet, desk.content, desk.language),
        "strip": strip_of(desk.version, desk.language) if sheet.name == "facts" else None,
        "kept": kept,
        "theirs": names_of_fields(kept.merged.theirs.keys() - kept.merged.both) if kept else "",
        "other_editor": name_of_editor(kept.before.edited_by) if kept and kept.merged.theirs else "",
        "conflicts": kept is not None and bool(kept.merged.both),
        **_preview(desk),
    }
    status = 409 if context["conflicts"] else 422 if form.errors or beside else 200
    crumbs = desk.crumbs(_("Edit"))
    return page(request, "console/edit.html", desk.place, context, crumbs=crumbs, status=status)


def _beside(request: HttpRequest, desk: Desk, sheet: Part) -> dict[str, Any]:
    """Return what a sheet has beside its own answers."""
    if sheet.name == "rules":
        policies = PoliciesForm(initial={name: getattr(desk.achievement, name) for name in ("duplicates", "audience")})
        return {"tried": tried(desk.version.outcome_rule, request.GET.get("try", "")), "policies": policies}
    if sheet.name == "beside":
        seek = request.GET.get("seek", "")[:100]
        found = {"seek": seek, "terms": terms_like(seek, desk.language)}
        found["signatories"] = current_signatories(desk)
        return found | {"relation": RelationForm(), "relations": relations_stated(desk.achievement, desk.language)}
    return {"picture": PictureForm()} if sheet.name == "badge" else {}


def current_signatories(desk: Desk) -> list[Signatory]:
    """Return who signs for the issuer today."""
    rows = signatories_for(desk.place.actor).filter(issuer=desk.achievement.issuer)
    return [row for row in rows[:MOST_SIGNATORIES] if row.until is None or row.until >= timezone.localdate()]


def beside_page(request: HttpRequest, desk: Desk, relation: RelationForm) -> HttpResponse:
    """Show the sheet of parties and alignments with a relation that was refused."""
    sheet = PARTS["beside"]
    form = SheetForm(groups=sheet.groups, language=desk.language, sheet=desk.sheet)
    return _sheet_page(request, desk, sheet, form, beside=_beside(request, desk, sheet) | {"relation": relation})


def _preview(desk: Desk) -> dict[str, Any]:
    """Return what the preview at the side shows."""
    profile = latest_profile(desk.achievement.issuer)
    return {
        "card": card(desk.version, profile, desk.language),
        "kind": kind_label(desk.version),
        "facts": facts_strip(desk.version, desk.language),
        "image_alt": text_in(desk.version.image_alt, desk.language),
    }


@console_page
@require_POST
def policies(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Say what a second award of the same person does, and who finds the entry."""
    desk = desk_of(request, slug, achievement_id)
    form = PoliciesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one answer to each question."))
        return redirect("console:edit_part", slug, achievement_id, "rules")
    said, actor = form.cleaned_data, desk.place.actor
    set_policies(
        achievement=desk.achievement,
        duplicates=DuplicatePolicy(said["duplicates"]),
        audience=Audience(said["audience"]),
        actor=actor,
    )
    messages.success(request, _("Saved. It holds from now on."))
    return redirect("console:edit_part", slug, achievement_id, "rules")


@console_page
@require_POST
def picture(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> HttpResponse:
    """Put a picture in the place of the drawn badge, or let it be drawn again."""
    desk, sheet = desk_of(request, slug, achievement_id), PARTS["badge"]
    form = PictureForm(request.POST, request.FILES)
    draw = "draw" in request.POST
    if form.is_valid() and (draw or form.cleaned_data["picture"]):
        with refusals_shown_on(form):
            upload = None if draw else form.cleaned_data["picture"].read(MOST_BYTES + 1)
            set_picture(achievement=desk.achievement, upload=upload, actor=desk.place.actor)
            messages.success(
                request, _("The badge is drawn again.") if draw else _("The picture is kept in the draft.")
            )
            return redirect("console:edit_part", slug, achievement_id, "badge")
    if not form.errors:
        form.add_error("picture", _("Choose a picture first."))
    sheet_form = SheetForm(groups=sheet.groups, language=desk.language, sheet=desk.sheet)
    return _sheet_page(request, desk, sheet, sheet_form, beside={"picture": form})
