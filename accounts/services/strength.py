"""How long a password would resist guessing."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

# The estimate's time grows with the length; nobody guesses beyond this.
LONGEST = 72

LABELS = (_("weak"), _("weak"), _("average"), _("good"), _("strong"))
ADVICE = (
    _("It is among the first that a machine would try. Take three or four unrelated words."),
    _("A machine guesses it fast. Make it longer: three or four unrelated words do."),
    _("Another word or two would make it much stronger."),
    "",
    "",
)


@dataclass(frozen=True)
class Strength:
    """From 0 (guessed at once) to 4 (not in years)."""

    score: int
    label: str | Promise
    advice: str | Promise


def estimate_strength(password: str) -> Strength:
    """The strength by zxcvbn's estimate; it informs and decides nothing."""
    score = zxcvbn(password[:LONGEST])["score"]
    return Strength(score, LABELS[score], ADVICE[score])
