"""The kill test in short and hurried; its long form is a command: see docs/delivery.md."""

from __future__ import annotations

import pytest

from world.kills import run


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_at_random_moments_every_reader_gets_every_story_once() -> None:
    outcome = run(kills=4, seed=20261124, hurried=True)
    assert (outcome.lost, outcome.twice) == (0, 0), outcome
    assert outcome.messages and outcome.stories
