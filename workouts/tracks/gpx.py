"""GPX 1.0 and 1.1 → Track, in one pass over the bytes.

The hot path is a walk along a tree of expected elements: `Element` maps the name of a child to what
that child means there, so the two handlers that expat calls for every tag do a dictionary look-up
and little else.
"""

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from xml.parsers import expat

from .errors import Problem, TrackError
from .limits import Limits
from .model import Track
from .points import POINT_COLUMNS, SENSOR_COLUMNS, Column, PointRow, Points

CHUNK_BYTES = 1 << 16
OWN_NAMESPACE = "http://www.topografix.com/GPX/"
SENSOR_NAMES = {
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "heart_rate": "heart_rate",
    "heartratebpm": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "runcadence": "cadence",
    "power": "power",
    "powerinwatts": "power",
    "watts": "power",
    "atemp": "temperature",
    "temp": "temperature",
    "temperature": "temperature",
}
# Of several bytes per character, which expat leaves to us.
WIDE_ENCODINGS = {
    *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950", "hz"),
    *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "johab"),
    *("utf-32", "utf-32-le", "utf-32-be"),
}
DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
TRUNCATED = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}
WRONG_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING]
UNKNOWN_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]


class Element(dict[str, "Element"]):
    """What an element means where it stands; the meaning of its children is found once per name."""

    __slots__ = ("column", "find", "opens")

    def __init__(
        self,
        find: "Callable[[str, str], Element] | None" = None,
        *,
        column: int | None = None,
        opens: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.find = find
        self.column = column
        self.opens = opens

    def __missing__(self, name: str) -> "Element":
        namespace, _, local = name.rpartition(" ")
        child = self[name] = self.find(namespace, local) if self.find else self
        return child


def read_gpx(data: bytes, limits: Limits) -> Track:
    """The recording in a GPX file, or TrackError."""
    try:
        return _Reader(limits).read(data)
    except expat.ExpatError as error:
        if error.code == WRONG_ENCODING:
            # Declared UTF-16, written as UTF-8: some programs build the text in memory first.
            return _read_in("utf-8", data, limits)
        raise _refusal(error, data) from error
    except (LookupError, ValueError) as error:
        return _read_in(_wide_encoding(data, error), data, limits)


def _read_in(encoding: str, data: bytes, limits: Limits) -> Track:
    """Read `data` in an encoding other than expat would take."""
    try:
        text = data if encoding == "utf-8" else data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise TrackError(Problem.ENCODING, encoding=encoding) from error
    try:
        return _Reader(limits, "utf-8").read(text)
    except expat.ExpatError as error:
        raise _refusal(error, data) from error


def _wide_encoding(data: bytes, error: Exception) -> str:
    match = DECLARED_ENCODING.search(data, 0, 1000)
    declared = match[1].decode() if match else ""
    with suppress(LookupError):
        if codecs.lookup(declared).name in WIDE_ENCODINGS:
            return declared
    raise TrackError(Problem.ENCODING, encoding=declared or "?") from error


def _refusal(error: expat.ExpatError, data: bytes) -> TrackError:
    if error.code == UNKNOWN_ENCODING:
        match = DECLARED_ENCODING.search(data, 0, 1000)
        return TrackError(Problem.ENCODING, encoding=match[1].decode() if match else "?")
    if b"<" not in data[:1000]:
        return TrackError(Problem.NOT_XML)
    if error.code in TRUNCATED:
        return TrackError(Problem.TRUNCATED)
    return TrackError(Problem.DAMAGED, line=error.lineno)


class _Reader:
    """One pass over one file."""

    def __init__(self, limits: Limits, encoding: str | None = None) -> None:
        self.limits = limits
        self.points = Points()
        self.open: list[Element] = []
        self.root_namespace = ""
        self.creator = ""
        self.nothing = Element()
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._listen()

    def read(self, data: bytes) -> Track:
        view = memoryview(data)
        for start in range(0, len(view), CHUNK_BYTES):
            self.parser.Parse(view[start : start + CHUNK_BYTES], False)
            self._keep_limits(min(start + CHUNK_BYTES, len(view)))
            self.points.convert()
        self.parser.Parse(b"", True)
        return self.points.track(creator=self.creator)

    def _keep_limits(self, read_bytes: int) -> None:
        limits = self.limits
        if len(self.open) > limits.depth:
            raise TrackError(Problem.TOO_NESTED)
        if len(self.parser.intern) > limits.names:
            raise TrackError(Problem.TOO_MANY_NAMES)
        if read_bytes - self.parser.CurrentByteIndex > limits.token_bytes:
            raise TrackError(Problem.TOO_LONG_TOKEN)
        if self.points.count > limits.points:
            raise TrackError(Problem.TOO_MANY_POINTS, limit=limits.points)
        if self.points.segment_count > limits.segments:
            raise TrackError(Problem.TOO_MANY_SEGMENTS, limit=limits.segments)

    def _refuse_doctype(self, name: str, *_ids: object) -> None:
        raise TrackError(Problem.WEB_PAGE if name.lower() == "html" else Problem.DOCTYPE)

    def _listen(self) -> None:
        """Set the handlers that expat calls for every tag and text."""
        point = self._grammar_of_points()
        element = self._grammar(point)
        row: PointRow = []
        texts: list[str] = []
        add_row, about = self.points.rows.append, self.points.about
        enter, leave, forget, join = self.open.append, self.open.pop, texts.clear, "".join
        first_about, keep, parser = POINT_COLUMNS, texts.append, self.parser

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal element, row
            enter(element)
            element = element[name]
            if element.column is not None:
                forget()
                parser.CharacterDataHandler = keep
            elif element is point:
                lookup = attributes.get
                row = [lookup("lat"), lookup("lon"), None, None, None, None, None, None]
                add_row(row)
            elif element.opens:
                element.opens()

        def end(_name: str) -> None:
            nonlocal element
            column = element.column
            if column is not None:
                target = row if column < first_about else about
                target[column] = target[column] or join(texts)
                parser.CharacterDataHandler = None
            element = leave()

        def root(name: str, attributes: dict[str, str]) -> None:
            self._open_root(name, attributes)
            self.parser.StartElementHandler = start
            start(name, {})

        self.parser.StartElementHandler = root
        self.parser.EndElementHandler = end

    def _open_root(self, name: str, attributes: dict[str, str]) -> None:
        self.root_namespace, _, local = name.rpartition(" ")
        if local.lower() == "html":
            raise TrackError(Problem.WEB_PAGE)
        if local != "gpx":
            raise TrackError(Problem.NOT_GPX, element=local[:40])
        self.creator = attributes.get("creator", "")

    def _grammar(self, point: Element) -> Element:
        """The document around the points: gpx › trk › trkseg."""
        points = self.points
        segment = self._own({"trkpt": point}, opens=points.open_segment)
        track = self._own(
            {
                "name": self._leaf(Column.NAME),
                "desc": self._leaf(Column.DESCRIPTION),
                "type": self._leaf(Column.ACTIVITY),
                "trkseg": segment,
            },
            opens=points.open_track,
        )
        gpx = self._own({"trk": track})
        return Element(lambda _namespace, _local: gpx)

    def _grammar_of_points(self) -> Element:
        """trkpt with its elevation, time and extensions; a GPX 1.0 file may extend it directly."""
        sensors = {name: self._leaf(SENSOR_COLUMNS[kind]) for name, kind in SENSOR_NAMES.items()}

        def find_extension(_namespace: str, local: str) -> Element:
            return sensors.get(local.lower(), extensions)

        extensions = Element(find_extension)
        own = {
            "ele": self._leaf(Column.ELEVATION),
            "time": self._leaf(Column.TIME),
            "extensions": extensions,
        }
        return self._own(own, foreign=find_extension)

    def _leaf(self, column: int) -> Element:
        """An element whose text is kept."""
        return Element(lambda _namespace, _local: self.nothing, column=column)

    def _own(
        self,
        children: dict[str, Element],
        *,
        foreign: Callable[[str, str], Element] | None = None,
        opens: Callable[[], None] | None = None,
    ) -> Element:
        """An element whose `children` are those of GPX's own namespace; others are passed over."""

        def find(namespace: str, local: str) -> Element:
            if namespace in {"", self.root_namespace} or namespace.startswith(OWN_NAMESPACE):
                return children.get(local, self.nothing)
            return foreign(namespace, local) if foreign else self.nothing

        return Element(find, opens=opens)
