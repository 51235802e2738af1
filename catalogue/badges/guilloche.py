"""Fine turned waves as on banknotes. Ornament only: we never call it a security feature."""

import hashlib
import math

BANDS = 3
COPIES = 6
STEPS = 16


def _wave(petals: int, depth: int, radius: float) -> str:
    points = []
    for step in range(petals * STEPS):
        angle = step / (petals * STEPS) * 2 * math.pi
        reach = radius + depth * math.cos(petals * angle)
        points.append(f"{reach * math.cos(angle):.1f} {reach * math.sin(angle):.1f}")
    return f"M{'L'.join(points)}Z"


def guilloche(seed: str, *, centre: tuple[int, int], scope: str) -> str:
    """Draw three bands of waves, different for each seed.

    Args:
        seed: what the ornament stands for; the same seed always gives the same waves.
        centre: in drawing units.
        scope: makes the ids in the picture unique on a page.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    bands = []
    for band in range(BANDS):
        petals, depth, name = 6 + digest[band] % 7, 15 + digest[band + 4] % 12, f"w{scope}{band}"
        path = f'<path id="{name}" d="{_wave(petals, depth, 62 + band * 58)}"/>'
        turns = "".join(
            f'<use href="#{name}" transform="rotate({360 / petals / COPIES * n:.2f})"/>' for n in range(1, COPIES)
        )
        bands.append(f'<g transform="translate({centre[0]} {centre[1]})">{path}{turns}</g>')
    return "".join(bands)
