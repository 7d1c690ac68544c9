"""Uploads as programs send them, and the contract's answers to them."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from contract.answers import created, success
from contract.callers import caller
from contract.errors import INVALID_PAYLOAD, ContractError
from contract.parsers import read_object
from contract.reading import body_of
from contract.sizes import refuse_larger_request
from instance.models import AppConfiguration
from tracks.errors import Problem

from ..jobs import enqueue_transfer
from ..models import Transfer
from ..services.imports import is_large, start_import
from ..services.recordings import Imported, UploadOptions, import_archive, import_file
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


@dataclass(frozen=True)
class Outcome:
    """What became of the files of one upload, in their order."""

    files: list[Imported]
    is_archive: bool

    @property
    def order(self) -> dict[int, int]:
        """The place of each workout in the answer, by primary key."""
        keys = [file.workout.pk for file in self.files if file.workout is not None]
        return {key: place for place, key in enumerate(dict.fromkeys(keys))}

    def answer(self, workouts: list[dict[str, Any]]) -> Response:
        """201 with the `workouts`, or 200 when all of them were there before."""
        originals = {
            file.workout.short_id: file.duplicate_of.short_id
            for file in self.files
            if file.workout is not None and file.duplicate_of is not None
        }
        for workout in workouts:
            if workout["id"] in originals:
                workout["duplicate_of"] = originals[workout["id"]]
        more = {"report": [report_on(file) for file in self.files]} if self.is_archive else {}
        answer = created if any(file.is_new for file in self.files) else success
        return answer({"workouts": workouts}, **more)


def answer_upload(request: Request) -> Outcome | Transfer:
    """Read and import what the request holds; a large archive is left to the worker.

    ContractError when nothing can be imported.
    """
    configuration = AppConfiguration.current()
    refuse_larger_request(request, configuration.max_archive_size, what="workout")
    file, kind = read_file(request)
    if kind != "zip":
        refuse_larger_request(request, configuration.max_file_size, what="workout")
    options = read_options(request)
    owner = caller(request)
    try:
        if kind == "zip" and is_large(file):
            return start_large(owner, file, options)
        if kind == "zip":
            return refuse_empty(import_archive(owner, file, options))
        return Outcome([import_file(owner, file, options)], is_archive=False)
    except ValidationError as error:
        raise refusal(error) from error


def start_large(owner: User, file: UploadedFile[bytes], options: UploadOptions) -> Transfer:
    """Keep an archive for the worker. Nobody watches it, so what is known already is skipped."""
    transfer = start_import(owner, options.sport, file, file.name or "", notes=options.notes)
    enqueue_transfer(transfer)
    return transfer


def read_file(request: Request) -> tuple[UploadedFile[bytes], str]:
    """The part `file`, and the kind that its name tells."""
    parts = body_of(request)
    if "file" not in parts:
        raise ContractError("no file part", kind="fail")
    file = parts["file"]
    if not isinstance(file, UploadedFile):
        raise ContractError("no selected file", kind="fail")
    kind = PurePath(file.name or "").suffix[1:].lower()
    if kind not in {"gpx", "zip"}:
        raise ContractError("file extension not allowed", kind="fail")
    return file, kind


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


def refuse_empty(files: list[Imported]) -> Outcome:
    """An archive's outcome; an error when no file of it could be imported."""
    if not files:
        raise ContractError(kind="fail", data={"workouts": []})
    errors = [file.error for file in files if file.error is not None]
    if len(errors) == len(files):
        raise refusal(errors[0])
    return Outcome(files, is_archive=True)


def refusal(error: ValidationError) -> ContractError:
    """The contract's word for a file that is refused, with the reason beside it."""
    problem = getattr(error, "code", None)
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
        "message": " ".join(file.error.messages) if file.error else None,
    }
