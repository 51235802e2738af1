"""One mailbox has one spelling here, and what is taken can be sent to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.addresses import normal_address, sendable_address

PARTS = st.text(
    st.one_of(
        st.sampled_from("aA.-_+'\"@ \u00ad\u200b\u200d\u2028\u202e\ufeff\uff21\u3002\u00e4\u00df\u0130\u0660\ud7ff"),
        st.characters(),
    ),
    max_size=70,
)


@pytest.mark.parametrize(
    ("text", "normal", "sent"),
    [
        (" Ada@Example.ORG ", "ada@example.org", "ada@example.org"),
        ("o'neil+x@sub.example.co.uk", "o'neil+x@sub.example.co.uk", "o'neil+x@sub.example.co.uk"),
        ("ada@Mu\u0308ller.de", "ada@müller.de", "ada@xn--mller-kva.de"),
        ("ada@xn--mller-kva.de", "ada@müller.de", "ada@xn--mller-kva.de"),
        ("ada@пример.рф", "ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_mailbox_has_one_form_here_and_one_for_servers(text, normal, sent):
    assert (normal_address(text), sendable_address(text)) == (normal, sent)


@pytest.mark.parametrize(
    "text",
    ["a@\u00ad.example", "a\u2028b@x.org", "a\u200b@x.org", "a@exa\u00admple.org", "\uff41\uff44\uff41@example.org",
     "ada@\uff45xample.org", "ada@example\u3002org", "ada@stra\u00dfe.de", "j\u00fcrgen@example.org", "a@xn--a.org",
     "a@" + "\u00e4" * 60 + ".org", "a@xn--.org", "a b@x.org", "a@@x.org", "a@-x.org", "a@x.1", "@x.org", "a@x", "a@.org",
     f"{'a' * 65}@x.org", f"a@{'b.' * 130}org"],
)  # fmt: skip
def test_what_mail_servers_would_leave_out_or_write_otherwise_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        normal_address(text)


@given(PARTS, PARTS)
def test_whatever_is_taken_stays_what_it_is_and_is_ascii_to_servers(local, domain):
    try:
        normal = normal_address(f"{local}@{domain}.org")
    except ValueError:
        return
    sent = sendable_address(normal)
    assert normal_address(normal) == normal_address(sent) == normal
    assert sent.isascii()
    assert sent.isprintable()
    assert len(sent) <= 254
