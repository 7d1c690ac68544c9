"""The icons of sports, as SVG shapes on a 24 × 24 ground: the icon set's, ours where it has none."""

# ruff: noqa: E501  (a drawing is one line)

import re
from functools import lru_cache

from tablericons.templatetags.tablericons import icon

_WHEELS = '<circle cx="5.5" cy="17.5" r="3.5"/><circle cx="18.5" cy="17.5" r="3.5"/>'
_MOUNTAIN_BIKE = (
    f'{_WHEELS}<path d="M5.5 17.5 9 12h6.5l3 5.5M9 12l3 5.5 3.5-5.5-.9-2.2h2M7.6 9.8h2.6L9 12"/>'
)

_OWN = {
    "city-bike": f'{_WHEELS}<path d="M5.5 17.5h6l5-7M8.7 10.5l2.8 7M7 10.5h3.6M13.4 6.5h1.8l3.3 11'
    'M17 8.5h5l-.8 3.6h-3.1"/>',
    "mountain-bike": f'{_MOUNTAIN_BIKE}<path d="m2 8 4.6-5.5L9 5.4 11.4 3l3 3.4 2.2-1.9L21.5 9"/>',
    "electric-mountain-bike": f'{_MOUNTAIN_BIKE}<path d="m14.2 1.5-3.4 3.4h3l-1.2 3"/>',
    "trail": '<circle cx="13.6" cy="3.6" r="1.8"/><path d="m5.5 14 4.2.8.8-1.4M15 17.2V14l-3.4-2.5.9-5.2'
    "M8.3 9.9V7.3l4.2-.9 2.5 2.5 2.6.8M2 21.5l4.5-2.6 4 1.6 5-3.3 3 1.8L22 16.5"
    '"/>',
    "alpine-ski": '<circle cx="15.6" cy="4.4" r="1.9"/><path d="m13.6 8.4-4.4 3.2 4.4 2.9-2 4.4M11.8 9.8l4.6 2.4'
    ' 3.1-1M16.4 12.2l-9.9-.6M3 16.4l15 4.9c1.4.4 2.6 0 3.2-1.2"/>',
    "nordic-ski": '<circle cx="14" cy="3.8" r="1.8"/><path d="m12.4 7.4-1.6 5.4 3.2 2.7.4 5.3M10.8 12.8l-1.4 4'
    "-3.6 3.4M12.2 8.4l3.4 2.6 2.6-.6M18.6 10.2 20 19M12 8.3l-3.6 2-.6 2.8M7.8 13 4 19"
    'M10.8 21.5h9.4c.8 0 1.4-.4 1.8-1.1M2 21.5h5.4"/>',
    "row": '<circle cx="8.6" cy="5" r="1.9"/><path d="M2 16.5h20c-.9 2.6-2.6 4-5.2 4H7.2c-2.6 0-4.3-1.4'
    '-5.2-4ZM8.2 9.2l1.2 7M8.5 10.6l6.1.9M9.2 16.2l3.2-2.8 3 2.8M17.6 5.8l-5.8 10.7"/>',
    "snowshoes": '<path d="M7.2 2.5C9.5 2.5 11 4.6 11 8c0 3.4-1.5 5.4-1.9 9l-1.9 4.5L5.3 17c-.4-3.6-1.9-5.6'
    "-1.9-9 0-3.4 1.5-5.5 3.8-5.5ZM3.7 9.5h7M4.9 14.5h4.6M7.2 9.5v5M16.8 2.5c2.3 0 3.8 2.1 3.8 5.5"
    " 0 3.4-1.5 5.4-1.9 9l-1.9 4.5-1.9-4.5c-.4-3.6-1.9-5.6-1.9-9 0-3.4 1.5-5.5 3.8-5.5Z"
    'M13.3 9.5h7M14.5 14.5h4.6M16.8 9.5v5"/>',
}


@lru_cache(maxsize=32)
def drawing_of(name: str) -> str:
    """The shapes of an icon, without the `<svg>` around them."""
    return _OWN.get(name) or re.sub(r"</?svg[^>]*>", "", icon(f"outline/{name}", size=24)).strip()
