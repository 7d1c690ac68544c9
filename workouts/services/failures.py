"""Where errors that nobody foresaw become a reason that somebody can read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


@contextmanager
def failing_alone(what: str) -> Iterator[None]:
    """Whatever goes wrong in here is a ValidationError, so that it stops `what` and nothing else.

    What untrusted bytes set off in decompressors and parsers can't be listed; it is logged. A
    database that went away says nothing about the file, nor does a deleted account: they pass.
    """
    try:
        yield
    except (ValidationError, PermissionDenied, OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("Failed: %s", what)
        raise ValidationError(
            _("Something went wrong here, which is noted in the log of the site."), "unforeseen"
        ) from error
