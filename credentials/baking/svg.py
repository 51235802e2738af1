"""SVG: the credential is the first child of the root element, spliced in as text.

Source: https://www.imsglobal.org/spec/ob/v3p0/#svg
"""

import re
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from credentials.baking.image_rules import check_free, check_image_size, check_once, check_parts
from credentials.errors import BakingError, NoCredentialError

_NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
_ELEMENT: Final = f"{{{_NAMESPACE}}}credential"
_ELEMENT_V2: Final = "{http://openbadges.org}assertion"
_ROOTS: Final = ("{http://www.w3.org/2000/svg}svg", "svg")
_COMPACT_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PROLOGUE: Final = re.compile(r"(?:\ufeff)?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_START_TAG: Final = re.compile(
    r"""<(?P<name>[^\s/>]+)(?P<attributes>(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<empty>/?)>"""
)
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def bake_svg(svg: bytes, text: str) -> bytes:
    """Return the image with the credential in it; everything else stays as it is written.

    Args:
        svg: an SVG in UTF-8 without a credential, up to 5 MB.
        text: the signed document's JSON (becomes the element's text) or a compact JWT (`verify`).

    Raises:
        BakingError: not an SVG, too large, with definitions in a document type, or it holds a credential already.
    """
    root = _parsed(svg)
    check_free(_badges(root))
    if _NOT_XML.search(text):
        raise BakingError("the text has a character that XML cannot hold")
    try:
        source = svg.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BakingError("the SVG image is not in UTF-8") from error
    prologue = _PROLOGUE.match(source)
    tag = _START_TAG.match(source, prologue.end() if prologue else 0)
    if tag is None or "xmlns:openbadges" in tag["attributes"]:
        raise BakingError("the SVG image's first element cannot take a credential")
    start = f'<{tag["name"]}{tag["attributes"]} xmlns:openbadges="{_NAMESPACE}">{_element(text)}'
    end = f"</{tag['name']}>" if tag["empty"] else ""
    baked = f"{source[: tag.start()]}{start}{end}{source[tag.end() :]}".encode()
    if extract_svg(baked) != text:
        raise BakingError("the credential does not come back out of the SVG image")
    return baked


def extract_svg(data: bytes) -> str:
    """Return the credential's text: JSON or a compact JWT (Open Badges 2.0: JSON, a JWS or an address).

    Raises:
        BakingError: not an SVG, too large, with definitions in a document type, no credential or more than one.
    """
    found = _badges(_parsed(data))
    check_once(found)
    if not found:
        raise NoCredentialError("the image holds no credential")
    return _text(found[0])


def _badges(root: Element) -> list[Element]:
    """Return every element that some reader takes for the badge, of either version, in the order of the file.

    Not by `iter()`: that goes as deep as the image does, which whoever made it decides.
    """
    found, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        if element.tag in (_ELEMENT, _ELEMENT_V2):
            found.append(element)
        waiting.extend(reversed(element))
    return found


def _parsed(svg: bytes) -> Element:
    check_image_size(svg)
    check_parts(svg.count(b"<") + svg.count(b"="))
    try:
        root: Element = _read(svg)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BakingError("not a plain SVG image") from error
    if root.tag not in _ROOTS:
        raise BakingError("not an SVG image")
    return root


class _PlainParser(DefusedXMLParser):  # type: ignore[misc]  # the package has no types
    """Takes the document type that drawing programmes write, and nothing that one could define in it."""

    def defused_start_doctype_decl(self, name: str, sysid: str | None, pubid: str | None, internal: int) -> None:
        """Refuse an internal subset: entities are defined there. The type it names outside is never fetched."""
        if internal:
            raise DTDForbidden(name, sysid, pubid)


def _read(svg: bytes) -> Element:
    parser = _PlainParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.feed(svg)
    root: Element = parser.close()
    return root


def _element(text: str) -> str:
    if _COMPACT_JWT.fullmatch(text):
        return f'<openbadges:credential verify="{text}"></openbadges:credential>'
    # A CDATA section cannot hold its own end mark: it is divided between two.
    divided = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<openbadges:credential><![CDATA[{divided}]]></openbadges:credential>"


def _text(element: Element) -> str:
    verify, body = element.get("verify", "").strip(), (element.text or "").strip()
    if len(element) or bool(verify) == bool(body):
        raise BakingError("the credential in the image cannot be read")
    return verify or body
