"""The interface's own pictures: icons (24 px, stroke) and verdict marks (48 px, filled), as SVG content."""

from collections.abc import Mapping

ICONS: Mapping[str, str] = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m20 20-4.7-4.7"/>',
    "check": '<path d="M6.5 3.5h11v13L12 20.5l-5.5-4z"/><path d="m9.3 10.5 2 2 3.5-4"/>',
    "download": '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14"/>',
    "upload": '<path d="M12 15.5v-11M7.5 9 12 4.5 16.500 9M5 19.5h14"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1"/>',
    "mail": '<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>',
    "key": '<circle cx="8" cy="14.500" r="4"/><path d="m11 11.500 8-8M15.500 7l3 3"/>',
    "lock": '<rect x="5.5" y="10.5" width="13" height="9" rx="2"/><path d="M8.500 10.500V8a3.500 3.500 0 0 1 7 0v2.500"/>',
    "globe": '<circle cx="12" cy="12" r="8"/><path d="M4 12h16M12 4c2.700 2.300 3.500 5 3.500 8s-.8 5.700-3.500 8c-2.700-2.300-3.500-5-3.500-8S9.300 6.300 12 4"/>',
    "file": '<path d="M6.500 3.500h7l4 4v13h-11zM13.500 3.500v4h4"/>',
    "building": '<path d="M4.500 20.500v-11L12 4l7.500 5.500v11M3 20.500h18M9 20.500v-6h6v6"/>',
    "layers": '<path d="m12 4 8.500 4.500L12 13 3.500 8.500zM4 12.500l8 4.200 8-4.200M4 16.300l8 4.200 8-4.200"/>',
    "flag": '<path d="M6 20.500v-16h11l-2 4 2 4H6"/>',
    "eye": '<path d="M3 12c2-4 5.200-6 9-6s7 2 9 6c-2 4-5.200 6-9 6s-7-2-9-6"/><circle cx="12" cy="12" r="2.500"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "right": '<path d="M5 12h14m-5.500-5.500L19 12l-5.500 5.500"/>',
    "down": '<path d="m6.500 9.500 5.500 5.500 5.500-5.500"/>',
    "sliders": '<path d="M4 7.500h9M17 7.500h3M4 16.500h3M11 16.500h9"/><circle cx="15" cy="7.500" r="2"/><circle cx="9" cy="16.500" r="2"/>',
    "person": '<circle cx="12" cy="8.500" r="4"/><path d="M4.500 20c.6-4 3.400-6 7.500-6s6.900 2 7.500 6"/>',
}

_OCTAGON = '<path d="M15.300 2h17.400L46 15.300v17.400L32.700 46H15.300L2 32.700V15.300Z"/>'
_SQUARE = '<rect x="3" y="3" width="42" height="42" rx="8"/>'
_BROKEN = '<circle class="o" cx="24" cy="24" r="20.500" stroke-dasharray="8.300 4.580"/>'

MARKS: Mapping[str, str] = {
    "circle": '<circle cx="24" cy="24" r="22"/><path class="g" d="m14.500 24.500 6.500 6.500L34 17.500"/>',
    "diamond": '<path d="M21 3.500a4.300 4.300 0 0 1 6 0L44.500 21a4.300 4.300 0 0 1 0 6L27 44.500a4.300 4.300 0 0 1-6 0L3.500 27a4.300 4.300 0 0 1 0-6Z"/><path class="g" d="M24 13.500v12M24 33.500v.1"/>',
    "octagon": f'{_OCTAGON}<path class="g" d="m16 16 16 16M32 16 16 32"/>',
    "pause": f'{_OCTAGON}<path class="g" d="M19 16v16M29 16v16"/>',
    "clock": f'{_SQUARE}<path class="g" d="M24 13v11.500l7.500 5"/>',
    "arrow": f'{_SQUARE}<path class="g" d="M14 24h19m-7-7.500 7.500 7.500-7.500 7.500"/>',
    "question": f'{_BROKEN}<path class="g" d="M18.500 19a5.500 5.500 0 1 1 8.200 4.800c-1.800 1-2.700 2-2.700 4M24 34v.1"/>',
    "dash": f'{_BROKEN}<path class="g" d="M17 24h14"/>',
}
