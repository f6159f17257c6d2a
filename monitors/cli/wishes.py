"""What may be said of a watch when it is added and when it is changed: one list of options for both commands."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer

from monitors.cli.opening import ConfigOption, JsonOption

#: Fields of a watch that bear the names of their options.
_OF_WATCH = ("threshold", "rhythm", "quiet_hours", "cap", "timezone", "title")


class Wishes(NamedTuple):
    """None and the empty text: nothing was said."""

    profile: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A keyword profile: its name, or a TOML file of your own.")
    ] = None
    threshold: Annotated[float | None, typer.Option(help="Least score of its profile that is a hit.")] = None
    reader: Annotated[list[str] | None, typer.Option("--reader", "-r", help="E-mail address; may be repeated.")] = None
    rhythm: Annotated[str | None, typer.Option(help='"at once", "hourly", "daily 08:30", "weekdays 08:30".')] = None
    quiet_hours: Annotated[str | None, typer.Option(help='Alerts wait in these hours: "22:00-07:00".')] = None
    cap: Annotated[int | None, typer.Option(min=1, help="Most alerts an hour; the others go into the digest.")] = None
    timezone: Annotated[str | None, typer.Option(help="Its time zone; default Asia/Shanghai.")] = None
    title: Annotated[str | None, typer.Option(help="What its digests are called.")] = None
    since: Annotated[
        str,
        typer.Option(help="Apply it to stored articles published since, too: 30d, 2026-11-01. Nobody is told of them."),
    ] = ""
    notify: Annotated[
        bool, typer.Option("--notify", help="With --since: tell its readers of them in the next digest.")
    ] = False
    json_: JsonOption = False
    config: ConfigOption = None

    def of_watch(self) -> dict[str, Any]:
        """Fields of a watch that are to be others."""
        return {name: value for name in _OF_WATCH if (value := getattr(self, name)) is not None}


def wishing(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each of its `wishes`."""

    @wraps(command)
    def with_options(**given: Any) -> None:
        command(wishes=Wishes(**{name: given.pop(name) for name in Wishes._fields}), **given)

    own = signature(command, eval_str=True).parameters
    hints = get_type_hints(Wishes, include_extras=True)
    options = (
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=hints[name])
        for name, default in Wishes._field_defaults.items()
    )
    kept = (parameter for name, parameter in own.items() if name != "wishes")
    with_options.__signature__ = Signature([*kept, *options])  # type: ignore[attr-defined]
    return with_options
