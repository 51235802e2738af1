"""Builders: the public pages with facts as the rooms' views give them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.test import Client

from registry.form_refusals import show_refusals
from registry.language_maps import LanguageText
from registry.operator_texts import OperatorPage
from registry.refusals import Refusal
from tests.look.states import BADGE, VERDICTS, credential_page, rendered, report_of, shown_stub
from verification.forms import DeskForm


def entry_of(**facts: Any) -> SimpleNamespace:
    """Build an entry of the catalogue."""
    usual = {
        "title": LanguageText("FinTech - Financial Innovation", "en"),
        "provider_line": "Business School, Dublin City University",
        "kind": "micro-credential",
        "kind_label": "Micro-credential",
        "facts": ["5 ECTS", "12 weeks", LanguageText("online", "fr")],
        "image_url": BADGE,
        "url": "/catalogue/dcu/fintech/",
        "state": "published",
    }
    return SimpleNamespace(**usual | facts)


def full_entry() -> SimpleNamespace:
    """Build an entry with everything that its page can show."""
    return entry_of(
        sample=True,
        issuer_name=LanguageText("Dublin City University", "nl"),
        issuer_url="/issuers/dcu/",
        provider_url="https://dcu.example/",
        contact_email="ask@dcu.example",
        facts=[("Credits", "5 ECTS", ""), ("Level", "", ""), ("Duration", "12 weeks", "")],
        description=LanguageText("Wie neue Technik Zahlungen, Kredite und Versicherungen ändert.", "de"),
        outcomes=[LanguageText("Judge the risk of a financial technology", "en")],
        criteria=LanguageText("Formal online assessment.", "en"),
        threshold="At least 60 % of the total score is needed.",
        prerequisites=LanguageText("Experience in financial services", "en"),
        further=[("Price", "value", "€ 750")],
        items=[("Title", "value", "FinTech"), ("Credits", "none", ""), ("Date awarded", "set_with_award", "")],
        parties=[("Certified by", "A body")],
        relations=[
            SimpleNamespace(
                label="Made of:",
                entries=[
                    SimpleNamespace(title="Basics", path="/catalogue/charite/basics/", planned=False),
                    SimpleNamespace(title="Ethics", path="/catalogue/charite/ethics/", planned=True),
                ],
            )
        ],
        alignments=[("ESCO: finance", "http://data.europa.eu/esco/skill/1", "C1")],
        internal=True,
        start="at any time",
        runs=[
            SimpleNamespace(dates="1 October to 1 December 2026", details=["Dublin", "English"], url="", over=True),
            SimpleNamespace(dates="From 3 March 2027", details=[], url="https://dcu.example/spring", over=False),
        ],
        language="en",
        version=2,
        published_on=date(2026, 9, 1),
        is_current=False,
        current_url="/catalogue/dcu/fintech/",
        version_url="/catalogue/dcu/fintech/v/2/",
        json_url="/catalogue/dcu/fintech/v/2.json",
        last_award_on=None,
    )


ENTRIES = [
    entry_of(),
    entry_of(title="Dr. med. KI - Ethics", state="planned"),
    entry_of(title="EndNote", kind="participation"),
] * 3
ISSUERS = [
    SimpleNamespace(
        name=name,
        url="/issuers/x/",
        line="3 entries",
        kind_label="University",
        entries=3,
        vouched_by="This installation",
        since=date(2026, 3, 3),
        source="the list of samples that comes with Testamur",
        country=LanguageText("Irland", "de"),
    )
    for name in ("Charité Berlin", "Dublin City University", "Rotterdam University of Applied Sciences")
]


def _facets() -> list[SimpleNamespace]:
    options = [
        SimpleNamespace(value="a", label="Micro-credential", count=10, checked=True),
        SimpleNamespace(value="b", label="Not stated", count=0, checked=False),
    ]
    return [
        SimpleNamespace(key=name.lower(), name=name, options=options, open=True)
        for name in ("Type", "Level", "Institution", "Language")
    ]


def catalogue_list(**changes: Any) -> str:
    """Render the register."""
    page = Paginator(ENTRIES, 6).page(1)
    context = {
        "page": page,
        "facets": _facets(),
        "query": "",
        "total": 17,
        "chosen": [("Type: Micro-credential", "/catalogue/")],
        "sorts": [("name", "Name", True)],
        "title": "Catalogue: Micro-credential",
        "canonical": "/catalogue/?kind=micro-credential",
    }
    return rendered("catalogue/list.html", path="/catalogue/?type=a&page=1", section="catalogue", **context | changes)


def empty_list(**changes: Any) -> str:
    """Render the register without entries."""
    return catalogue_list(page=Paginator([], 6).page(1), chosen=[], facets=[], total=0, **changes)


def landing() -> str:
    """Render the start page."""
    specimen = SimpleNamespace(
        url="/c/1", title="Dr. med. KI - Basics", holder="Ana Beispiel", issuer="Charité Berlin", image_url=BADGE
    )
    return rendered("verification/landing.html", entries=ENTRIES[:3], total=17, issuers=ISSUERS, specimen=specimen)


def issuer() -> str:
    """Render an issuer's page."""
    vouched = [SimpleNamespace(by="This installation", for_what="", since=date(2026, 3, 3), source="its operator")]
    facts = SimpleNamespace(
        name=LanguageText("Charité Berlin", "de"),
        description=LanguageText("A hospital.", "en"),
        sample=True,
        website="https://charite.example",
        contact_email="ask@charite.example",
        logo_url=BADGE,
        kind_label="University",
        did="did:web:x",
        did_url="/did.json",
        vouched=vouched,
        closed=False,
        place=LanguageText("Berlin, Deutschland", "de"),
        numbers=[
            ("ROR", "https://ror.org/001w7jn25", "https://ror.org/001w7jn25"),
            ("Erasmus", "D  BERLIN14", ""),
        ],
    )
    page = Paginator(ENTRIES, 2).page(1)
    return rendered("catalogue/issuer.html", section="issuers", issuer=facts, page=page, canonical="/issuers/x/")


def about() -> str:
    """Render one of the operator's own pages."""
    parts = ((True, "Who answers"), (False, "Write to help@example.org\nor see https://example.org/help."))
    page = OperatorPage("contact", "de", parts)
    return rendered("registry/about.html", title="Contact", page=page, canonical="/about/contact/")


def hostile() -> str:
    """Render a certificate whose texts try to be markup."""
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    shown = replace(
        shown_stub(),
        achievement_name=evil,
        holder_name=evil,
        description=evil,
        criteria=evil,
        narrative=evil,
        outcomes=(evil,),
        evidence=[(evil, "")],
    )
    facts = {"reason": evil, "revoked_at": datetime(2026, 11, 3, tzinfo=UTC)}
    report = replace(report_of("revoked"), facts=facts)
    return rendered("verification/credential.html", shown=shown, report=report, checked_name=evil)


def mail() -> str:
    """Render one mail of the demonstration."""
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = (
        "Charité Berlin has awarded you",
        "ana@example.org",
        "no-reply@example.org",
    )
    return rendered(
        "registry/dev_mail.html", name="1", message=message, text="Hello\nhttps://example.org/claim/1", has_html=True
    )


def api() -> str:
    """Return the REST API's page, which is made from its description alone."""
    return str(Client().get("/api/docs/").content.decode())


LINK_OVER = {"new_link": "/claim/x/new-link", "since": date(2027, 3, 14), "contact": "office@college.example.org"}


def refused_desk() -> DeskForm:
    """Build the desk's form with what is wrong: twice at one field, once at another, once with all of it."""
    form = DeskForm({"text": "<x"})
    show_refusals(
        form,
        [
            Refusal("text", "not-recognised", "This is no link, no number and no text of a certificate."),
            Refusal("text", "too-long", "It is too long, too."),
            Refusal("file", "too-large", "The file is larger than 5 MB."),
            Refusal("", "limit", "Too many requests. Try again in 60 seconds."),
        ],
    )
    return form


PAGES: Mapping[str, Callable[[], str]] = {
    **{f"credential-{verdict}": (lambda verdict=verdict: credential_page(verdict)) for verdict in VERDICTS},
    "api": api,
    "credential-german": lambda: credential_page("genuine", language="de"),
    "credential-hostile": hostile,
    "credential-asked": lambda: credential_page(
        "genuine", shown=shown_stub(sample=True, language="de", written_in="German"), asked="Eve"
    ),
    "credential-claim": lambda: credential_page(
        "genuine", shown=shown_stub(co_awarders=("Hospital",), share_url="https://testamur.example/c/1"), by_claim=True
    ),
    "verify": lambda: rendered("verification/verify.html", section="verify", form=DeskForm()),
    "verify-error": lambda: rendered("verification/verify.html", section="verify", form=refused_desk()),
    "landing": landing,
    "list": catalogue_list,
    "list-empty": empty_list,
    "list-nothing-found": lambda: empty_list(query="zzz"),
    "achievement": lambda: rendered(
        "catalogue/achievement.html",
        section="catalogue",
        entry=full_entry(),
        versions=[(1, None, "/1"), (2, None, "/2")],
    ),
    "version": lambda: rendered(
        "catalogue/version.html",
        section="catalogue",
        entry=full_entry(),
        versions=[],
        json_ld={"name": "</script><b>"},
    ),
    "about": about,
    "issuers": lambda: rendered("catalogue/issuers.html", section="issuers", page=Paginator(ISSUERS, 10).page(1)),
    "issuers-empty": lambda: rendered("catalogue/issuers.html", section="issuers", page=Paginator([], 10).page(1)),
    "issuers-found-by-number": lambda: rendered(
        "catalogue/issuers.html",
        section="issuers",
        page=Paginator(ISSUERS[:1], 10).page(1),
        query="001w7jn25",
        unlisted=[(LanguageText("Charité", "de"), "/issuers/x/")],
    ),
    "issuers-nothing-found": lambda: rendered(
        "catalogue/issuers.html", section="issuers", page=Paginator([], 10).page(1), query="zzz"
    ),
    "issuer": issuer,
    "refusal": lambda: rendered(
        "errors/refusal.html",
        status=409,
        code="already-awarded",
        title="Already there",
        sentence="It is.",
        next_step="Go on.",
    ),
    **{
        f"error-{status}": (lambda status=status: rendered(f"{status}.html"))
        for status in ("400", "403", "403_csrf", "404", "429", "500", "503")
    },
    "link-used": lambda: rendered("registry/sign_in_link_used.html"),
    **{
        f"link-{name}": (
            lambda kept=kept: rendered("wallet/link_over.html", issuer_name="College", **LINK_OVER, **kept)
        )
        for name, kept in {"ended": {}, "sent": {"sent": True}, "withdrawn": {"withdrawn": True}}.items()
    },
    "mails-empty": lambda: rendered("registry/dev_mail_list.html", mails=[], page=Paginator([], 10).page(1)),
    "mail": mail,
}
