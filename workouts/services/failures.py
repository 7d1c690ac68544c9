"""Where errors that nobody foresaw become a reason that somebody can read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contract.outages import DATABASE_ERRORS, outage_of

logger = logging.getLogger(__name__)


@contextmanager
def failing_alone(what: str) -> Iterator[None]:
    """Whatever goes wrong in here is a ValidationError, so that it stops `what` and nothing else.

    What untrusted bytes set off in decompressors and parsers can't be listed; it is logged. A full
    disk or a database that went away says nothing about the file, nor does a deleted account: they
    pass.
    """
    try:
        yield
    except (ValidationError, PermissionDenied, *DATABASE_ERRORS):
        raise
    except Exception as error:
        if outage_of(error):
            raise
        logger.exception("Failed: %s", what)
        raise ValidationError(
            _("Something went wrong here, which is noted in the log of the site."), "unforeseen"
        ) from error
