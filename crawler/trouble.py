"""What goes wrong on the way to a page, as a value of the field rather than of a library.

Trouble                a visit or an article ends with it; never a traceback
  .outcome             how a visit ends that meets it on its list
  .kind                dns, tls, timeout, refused, reset, http, redirects, robots, private-address, …
  .passing             another try a little later may help
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Outcome

#: Kinds that shut a host rather than one of its pages.
SHUT = {"dns", "tls", "no-tls", "timeout", "refused", "reset", "challenge"}


@dataclass(eq=False)  # not frozen: Python writes the traceback on it
class Trouble(Exception):
    kind: str
    detail: str
    outcome: Outcome = Outcome.UNREACHABLE
    passing: bool = False
    #: Seconds the server asked us to stay away.
    retry_after: float | None = None

    @property
    def is_of_host(self) -> bool:
        return self.kind in SHUT or (self.kind == "http" and self.passing)

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"
