"""GPX 1.0 and 1.1 → Track, in one pass over the bytes.

The hot path is a walk along a tree of expected elements: `Element` maps the name of a child to what
that child means there, so the two handlers that expat calls for every tag do a dictionary look-up
and little else. Runs of points that are written alike spare even that (see `regular`); expat checks
them all the same.
"""

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from xml.parsers import expat

from ...errors import Problem, TrackError
from ...limits import Limits
from ...model import Track
from ..points import POINT_COLUMNS, SENSOR_COLUMNS, Column, PointRow, Points
from .regular import Form, learn_form

StartHandler = Callable[[str, dict[str, str]], None]
EndHandler = Callable[[str], None]

CHUNK_BYTES = 1 << 16
END_OF_POINT = b"trkpt>"
# Known forms are tried as long as they serve: most points of a device have one of a few forms.
FORMS = 4
SHORT_RUN = 8
SHORT_RUNS = 200
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
        self.root_namespace = ""
        self.creator = ""
        self.nothing = Element()
        self.point = self._grammar_of_points()
        self.segment = self._own({"trkpt": self.point}, opens=self.points.open_segment)
        self.open: list[Element] = []
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._open_root
        self.start, self.parser.EndElementHandler = self._handlers()
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartCdataSectionHandler = lambda: self._mark_cdata(True)
        self.parser.EndCdataSectionHandler = lambda: self._mark_cdata(False)
        self.in_cdata = False
        self.forms: list[Form] = []
        self.short_runs_left = SHORT_RUNS

    def read(self, data: bytes) -> Track:
        first_end = data.find(END_OF_POINT)
        # Where a prefix may change its meaning on the way, equal tags may differ.
        self.short_runs_left = SHORT_RUNS if data.find(b"xmlns", first_end) < 0 else 0
        at = 0
        while at < len(data):
            at = self._read_run(data, at) or self._read_tags(data, at)
            self._keep_limits(at)
            self.points.convert()
        self.parser.Parse(b"", True)
        return self.points.track(creator=self.creator)

    def _read_run(self, data: bytes, at: int) -> int | None:
        """Read points of a known form, up to the returned place; None if there are none at `at`."""
        if not (self.forms and self.short_runs_left and self._is_between_points(at)):
            return None
        for form in self.forms:
            rows, stop = form.read(data, at)
            if rows:
                self.points.rows.extend(rows)
                self.short_runs_left -= len(rows) < SHORT_RUN
                self._confirm(data, at, stop, len(rows) * form.element_count)
                return stop
        self.short_runs_left -= 1
        return None

    def _confirm(self, data: bytes, at: int, stop: int, elements: int) -> None:
        """Let expat check what was read otherwise: well-formed, and of as many elements."""
        parser, ended = self.parser, list[str]()
        handlers = parser.StartElementHandler, parser.EndElementHandler
        parser.StartElementHandler, parser.EndElementHandler = None, ended.append
        parser.Parse(memoryview(data)[at:stop], False)
        parser.StartElementHandler, parser.EndElementHandler = handlers
        if len(ended) != elements:
            raise TrackError(Problem.DAMAGED, line=parser.CurrentLineNumber)

    def _read_tags(self, data: bytes, at: int) -> int:
        """Read tag by tag to the end of the next point, or of a chunk; where that is."""
        end = data.find(END_OF_POINT, at, at + CHUNK_BYTES) if self.short_runs_left else -1
        if end < 0:
            stop = min(at + CHUNK_BYTES, len(data))
            self.parser.Parse(memoryview(data)[at:stop], False)
            return stop
        stop = end + len(END_OF_POINT)
        if len(self.forms) < FORMS and self._is_between_points(at):
            self._learn(data, at, stop)
        else:
            self.parser.Parse(memoryview(data)[at:stop], False)
        return stop

    def _learn(self, data: bytes, at: int, stop: int) -> None:
        """Read a point tag by tag, and remember its form."""
        parser, columns = self.parser, list[int | None]()
        listen: Any = parser.StartElementHandler

        def start(name: str, attributes: dict[str, str]) -> None:
            listen(name, attributes)
            columns.append(self.where().column)

        parser.StartElementHandler = start
        parser.Parse(memoryview(data)[at:stop], False)
        parser.StartElementHandler = listen
        form = learn_form(data[at:stop], columns) if self._is_between_points(stop) else None
        self.forms += [form] if form else []

    def _is_between_points(self, at: int) -> bool:
        """Whether all before `at` is read, and it is inside of a segment but of no point."""
        inside = self.where() is self.segment and not self.in_cdata
        return inside and self.parser.CurrentByteIndex == at

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

    def _mark_cdata(self, inside: bool) -> None:
        self.in_cdata = inside

    def _refuse_doctype(self, name: str, *_ids: object) -> None:
        raise TrackError(Problem.WEB_PAGE if name.lower() == "html" else Problem.DOCTYPE)

    def _handlers(self) -> tuple[StartHandler, EndHandler]:
        """What expat calls for every start tag but the first, and for every end tag."""
        element, point, row, texts = self._grammar(), self.point, PointRow(), list[str]()
        enter, leave, add_row = self.open.append, self.open.pop, self.points.rows.append
        parser, forget, keep, join = self.parser, texts.clear, texts.append, "".join

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
            if (column := element.column) is not None:
                target = row if column < POINT_COLUMNS else self.points.about
                target[column] = target[column] or join(texts)
                parser.CharacterDataHandler = None
            element = leave()

        self.where: Callable[[], Element] = lambda: element
        return start, end

    def _open_root(self, name: str, attributes: dict[str, str]) -> None:
        """Enter the first element; TrackError unless it is that of GPX."""
        self.root_namespace, _, local = name.rpartition(" ")
        if local.lower() == "html":
            raise TrackError(Problem.WEB_PAGE)
        if local != "gpx":
            raise TrackError(Problem.NOT_GPX, element=local[:40])
        self.creator = attributes.get("creator", "")
        self.parser.StartElementHandler = self.start
        self.start(name, {})

    def _grammar(self) -> Element:
        """The document around the segments: gpx › trk."""
        track = self._own(
            {
                "name": self._leaf(Column.NAME),
                "desc": self._leaf(Column.DESCRIPTION),
                "type": self._leaf(Column.ACTIVITY),
                "trkseg": self.segment,
            },
            opens=self.points.open_track,
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
