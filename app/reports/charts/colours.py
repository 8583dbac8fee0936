"""The colours of answers, from one end of a scale to the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence

LOW_END, MIDDLE, HIGH_END = "#8c510a", "#d9d9d9", "#01665e"
# One unit off the ends of the scale, so that a dark page lightens the points and not the bar.
AGAINST, IN_FAVOUR = "#8c510b", "#01665f"


def spread(
    categories: Sequence[object], low: Collection[object], top: Collection[object]
) -> list[str]:
    """From one end to the other, through neutral; the strongest colours at the ends."""
    against = [one for one in categories if one in low]
    in_favour = [one for one in reversed(categories) if one in top]
    return [
        mix(LOW_END, against.index(one) / len(against))
        if one in against
        else mix(HIGH_END, in_favour.index(one) / len(in_favour))
        if one in in_favour
        else MIDDLE
        for one in categories
    ]


def mix(end: str, share: float, other: str = MIDDLE) -> str:
    """`share` of the way from a colour to another one."""
    channels = zip(*(bytes.fromhex(colour[1:]) for colour in (end, other)), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in channels)


def readable(colour: str) -> str:
    """White or black, whichever stands out more; the better of the two is never below 4.5 to 1."""
    channels = (channel / 255 for channel in bytes.fromhex(colour[1:]))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#fffffe" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "#000000"
