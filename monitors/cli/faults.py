"""Which exceptions are the user's to mend. All others are bugs, and keep their traceback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class WrongInput(Exception):
    """What was typed cannot be done; the message says what to type instead."""


@contextmanager
def touching(file: Path) -> Iterator[None]:
    """A file that cannot be read or written is the user's to mend."""
    try:
        yield
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}") from error


def expected_errors() -> tuple[type[Exception], ...]:
    from monitors.configuration import ConfigurationError
    from monitors.profiles import ProfileError
    from monitors.reapplying import ApplicationError
    from monitors.rhythm import RhythmError
    from monitors.workdays import CalendarError
    from storage import StoreError
    from storage.query import QueryError

    return (
        WrongInput, ApplicationError, CalendarError, ConfigurationError, ProfileError, RhythmError, StoreError,
        QueryError,
    )  # fmt: skip
