"""Which exceptions are the user's to mend. All others are bugs, and keep their traceback."""

from __future__ import annotations


class WrongInput(Exception):
    """What was typed cannot be done; the message says what to type instead."""


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
