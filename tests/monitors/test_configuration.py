"""The configuration file: what is wrong is said with file, line and remedy."""

from pathlib import Path

import pytest

from monitors.configuration import ConfigurationError, load, read

SOUND = """
database = "sqlite:///x.db"
contact = "ops@example.org"

[crawl]
delay = 5.0

[smtp]
host = "mail.example.org"
"""


def fault(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(text, name="fenghuo.toml", environment={})
    return str(caught.value)


def test_a_sound_file() -> None:
    configuration = read(SOUND, name="fenghuo.toml", environment={})
    assert configuration.crawl.delay == 5.0
    assert configuration.crawl.tries == 3


def test_nothing_is_a_sound_file_too() -> None:
    assert read("", name="fenghuo.toml", environment={}).database == "sqlite:///fenghuo.db"


def test_an_unknown_key_is_named_with_its_line_and_the_one_that_was_meant() -> None:
    assert fault('contact = "a@b.example"\ndatabse = "x"\n') == (
        "fenghuo.toml:2: unknown key 'databse'; did you mean 'database'?"
    )
    assert fault("[crawl]\n\ndelays = 1\n").startswith(
        "fenghuo.toml:3: unknown key 'crawl.delays'; did you mean 'delay'?"
    )


def test_a_wrong_value_is_named_with_its_line() -> None:
    assert fault("[crawl]\ndelay = -1\n").startswith("fenghuo.toml:2: crawl.delay: ")


def test_every_fault_has_its_line() -> None:
    assert len(fault("[crawl]\ndelay = -1\ntries = 0\n").splitlines()) == 2


def test_a_contact_has_to_reach_somebody() -> None:
    assert "e-mail address or a web address" in fault('contact = "me"\n')


def test_broken_toml_is_named_with_its_line() -> None:
    assert "line 2" in fault('contact = "a@b.example"\ndatabase =\n')


def test_secrets_come_from_the_environment_and_are_not_shown() -> None:
    configuration = read(SOUND, name="fenghuo.toml", environment={"FENGHUO_SMTP_PASSWORD": "hunter2"})
    assert configuration.smtp.password.get_secret_value() == "hunter2"
    assert configuration.smtp.host == "mail.example.org"
    assert "hunter2" not in repr(configuration)


def test_a_named_file_has_to_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="fenghuo init"):
        load(tmp_path / "none.toml")
