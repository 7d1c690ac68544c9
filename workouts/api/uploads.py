"""Uploads as programs send them, and the contract's answers to them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from contract.answers import created, success
from contract.callers import caller
from contract.errors import INVALID_PAYLOAD, SERVER_ERROR, ContractError
from contract.parsers import read_object
from contract.reading import body_of
from contract.sizes import refuse_larger_request
from instance.models import AppConfiguration
from tracks.errors import Problem

from ..services.archives import is_archive
from ..services.recordings import UploadOptions
from ..services.uploads import Imported, Outcome, accepts, receive
from .serializers import UploadDataSerializer

# The contract knows two words for a recording that is refused.
NOT_PARSED = "error during gpx file parsing"
NOT_PROCESSED = "error during gpx processing"
PROCESSING_PROBLEMS = {
    Problem.NO_TRACK,
    Problem.NO_POINTS,
    Problem.NO_TIME,
    Problem.NO_NUMBER,
    Problem.NOT_ON_EARTH,
    Problem.TOO_MANY_POINTS,
    Problem.TOO_MANY_SEGMENTS,
}


def receive_upload(request: Request) -> Outcome:
    """Bring in what the request holds; ContractError when nothing of it can be imported."""
    configuration = AppConfiguration.current()
    refuse_larger_request(request, configuration.max_archive_size, what="workout")
    file = read_file(request)
    if not is_archive(file.name or ""):
        refuse_larger_request(request, configuration.max_file_size, what="workout")
    outcome = receive(caller(request), file, read_options(request))
    errors = [each.error for each in outcome.files if each.error is not None]
    if errors and len(errors) == len(outcome.files):
        raise refusal(errors[0])
    return outcome


def order_of(outcome: Outcome) -> dict[int, int]:
    """The place of each workout in the answer, by primary key."""
    keys = [file.workout.pk for file in outcome.files if file.workout is not None]
    return {key: place for place, key in enumerate(dict.fromkeys(keys))}


def answer_upload(outcome: Outcome, workouts: list[dict[str, Any]]) -> Response:
    """201 with the `workouts`, or 200 when all of them were there before."""
    originals = {
        file.workout.short_id: file.duplicate_of.short_id
        for file in outcome.files
        if file.workout is not None and file.duplicate_of is not None
    }
    for workout in workouts:
        if workout["id"] in originals:
            workout["duplicate_of"] = originals[workout["id"]]
    more = {"report": [report_on(file) for file in outcome.files]} if outcome.is_archive else {}
    answer = created if any(file.is_new for file in outcome.files) else success
    return answer({"workouts": workouts}, **more)


def read_file(request: Request) -> UploadedFile[bytes]:
    """The part `file`, whose name promises a kind that is read here."""
    parts = body_of(request)
    if "file" not in parts:
        raise ContractError("no file part", kind="fail")
    file = parts["file"]
    if not isinstance(file, UploadedFile):
        raise ContractError("no selected file", kind="fail")
    if not accepts(file.name or ""):
        raise ContractError("file extension not allowed", kind="fail")
    return file


def read_options(request: Request) -> UploadOptions:
    """The part `data`; it may hold raw line breaks, and come as a file."""
    part = body_of(request).get("data", "")
    data = read_object(part.read() if isinstance(part, UploadedFile) else part)
    if data.get("sport_id") is None:
        raise ContractError(INVALID_PAYLOAD)
    serializer = UploadDataSerializer(data=data)
    if not serializer.is_valid():
        unknown = serializer.errors.get("sport_id")
        raise ContractError(
            str(unknown[0]) if unknown else INVALID_PAYLOAD, errors=serializer.errors
        )
    # A request with a key may be a repetition of one whose answer was lost.
    has_key = bool(request.headers.get("Idempotency-Key"))
    return serializer.finished(skip_duplicates=has_key or caller(request).skip_duplicates)


def refusal(error: ValidationError) -> ContractError:
    """The contract's word for a file that is refused, with the reason beside it."""
    problem = getattr(error, "code", None)
    if problem == "empty":
        return ContractError(kind="fail", data={"workouts": []})
    if problem == "unforeseen":
        return ContractError(SERVER_ERROR, status_code=status.HTTP_500_INTERNAL_SERVER_ERROR)
    if problem == "quota":
        return ContractError(
            " ".join(error.messages),
            status_code=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
            kind="fail",
        )
    message = NOT_PROCESSED if problem in PROCESSING_PROBLEMS else NOT_PARSED
    return ContractError(message, errors={"file": error.messages})


def report_on(file: Imported) -> dict[str, Any]:
    """What an archive's report says of one of its files."""
    word = "failed" if file.error else "created" if file.is_new else "duplicate"
    return {
        "file": file.name,
        "result": word,
        "workout_id": file.workout.short_id if file.workout else None,
        "message": file.reason or None,
    }
