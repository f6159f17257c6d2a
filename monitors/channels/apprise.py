"""Whatever Apprise reaches: "apprise:tgram://TOKEN/CHAT", with one of its 150 kinds of address.

What comes back is Apprise's word that the service took the message, seldom more than an HTTP status: such a message is
`accepted`, and not `sent`. Apprise runs in a process of its own (half a second of processor time a message), see
`monitors.apprise_process`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from monitors.channels.answers import Answer, Verdict, judge
from monitors.channels.channel import Connectionless
from monitors.channels.http import Reach, Reply, retry_after
from monitors.channels.robots import markdown, title

if TYPE_CHECKING:
    from monitors.channels.channel import HandOver, Pace
    from monitors.digest import Digest
    from monitors.mails import Envelope
    from storage.audience import Delivery

#: Of Markdown; 1,500 to 2,000 Han characters, which most services take whole. Apprise divides for the others.
MOST_BYTES: Final = 6_000
#: Some services are asked for a token first, and Apprise waits between two requests.
REQUESTS: Final = 3
#: Where the line broke -> what that means. A service that uses no HTTP, or an error inside a 200, is tried again.
BREACHES: Final = {
    "before": Verdict.AWAY,
    "after": Verdict.UNKNOWN,
    "forbidden": Verdict.BROKEN,
    "": Verdict.LATER,
}
PROGRAM: Final = (sys.executable, "-m", "monitors.apprise_process")


class ThroughApprise(Connectionless):
    pace: Pace | None = None
    shared = False

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        body = markdown(digest, envelope, line="  \n", most=MOST_BYTES)
        return json.dumps({"title": title(digest, envelope), "body": body}, ensure_ascii=False).encode()

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        url = delivery.channel.partition(":")[2]
        order = {"url": url, "private": sorted(self._reach.private), **json.loads(delivery.payload)}
        if not hand_over():
            return Answer(verdict=Verdict.LATE)
        seconds = REQUESTS * self._reach.seconds
        try:
            done = subprocess.run(
                PROGRAM, input=json.dumps(order).encode(), capture_output=True, timeout=seconds, env=_environment()
            )
        except subprocess.TimeoutExpired:
            return Answer(verdict=Verdict.UNKNOWN, detail=f"Apprise came to no end in {seconds:.0f} s")
        return answer_to(_report(done))


def _environment() -> dict[str, str]:
    """Where this process finds its modules, the other one does too."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _report(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    """The last line; a service may have printed others. What stands on the error output may hold the address."""
    if done.returncode:
        return {"accepted": False, "broke": "", "status": 0, "words": f"it ended with exit code {done.returncode}"}
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def answer_to(report: dict[str, Any]) -> Answer:
    """The answer behind Apprise's yes or no, and what was seen of its last HTTP exchange."""
    words = f"Apprise: {report['words']}"
    if report["accepted"]:
        return Answer(verdict=Verdict.ACCEPTED, detail="accepted, says Apprise")
    if report["status"] and not 200 <= report["status"] < 300:
        answer = judge(Reply(status=report["status"], body=b"", retry_after=retry_after(report["retry_after"])))
        return Answer(verdict=answer.verdict, detail=f"{answer.detail}; {words}", after=answer.after)
    return Answer(verdict=BREACHES[report["broke"]], detail=words)
