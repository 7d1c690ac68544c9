"""Why a recording is refused, in the words of the person who sent it."""

from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Problem(StrEnum):
    """The `code` of a TrackError."""

    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    PICTURE = "picture"
    WEB_PAGE = "web_page"
    NOT_XML = "not_xml"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    ENCODING = "encoding"
    DOCTYPE = "doctype"
    NOT_GPX = "not_gpx"
    TOO_NESTED = "too_nested"
    TOO_MANY_NAMES = "too_many_names"
    TOO_LONG_TOKEN = "too_long_token"
    TOO_MANY_POINTS = "too_many_points"
    TOO_MANY_SEGMENTS = "too_many_segments"
    NO_TRACK = "no_track"
    NO_POINTS = "no_points"
    NO_TIME = "no_time"
    NO_NUMBER = "no_number"
    NOT_ON_EARTH = "not_on_earth"


SENTENCES = {
    Problem.EMPTY_FILE: _("The file is empty."),
    Problem.TOO_LARGE: _("The file is too large: at most %(limit)s bytes are accepted."),
    Problem.PICTURE: _("The file is a picture, not a GPX recording."),
    Problem.WEB_PAGE: _("The file is a web page, not a GPX recording."),
    Problem.NOT_XML: _("The file is not a GPX recording: it is not XML."),
    Problem.DAMAGED: _("The file is damaged: its XML is not well-formed in line %(line)s."),
    Problem.TRUNCATED: _("The file is incomplete: it ends too early."),
    Problem.ENCODING: _("The file has a character encoding that is unknown: %(encoding)s."),
    Problem.DOCTYPE: _(
        "The file has a document type declaration, which is not accepted for safety."
    ),
    Problem.NOT_GPX: _("The file is not a GPX recording: its first element is “%(element)s”."),
    Problem.TOO_NESTED: _("The file is not accepted: its elements are nested too deeply."),
    Problem.TOO_MANY_NAMES: _("The file is not accepted: it has too many kinds of elements."),
    Problem.TOO_LONG_TOKEN: _("The file is not accepted: one of its elements is too long."),
    Problem.TOO_MANY_POINTS: _("The recording has too many points: at most %(limit)s."),
    Problem.TOO_MANY_SEGMENTS: _("The recording has too many segments: at most %(limit)s."),
    Problem.NO_TRACK: _("The file has no track. Waypoints and routes are not recordings."),
    Problem.NO_POINTS: _("The first track of the file has no points."),
    Problem.NO_TIME: _("The first track of the file has no time: it is not a recording."),
    Problem.NO_NUMBER: _("The position of point %(point)s is not a number."),
    Problem.NOT_ON_EARTH: _(
        "No point of the first track is on Earth: latitudes end at 90°, longitudes at 180°."
    ),
}


class TrackError(ValidationError):
    """A recording that cannot be accepted; `code` is a Problem, the message a sentence."""

    def __init__(self, problem: Problem, **details: object) -> None:
        super().__init__(SENTENCES[problem], code=problem.value, params=details)
