"""Crawlers side by side in one process, which differ in what TLS they speak; the turn of a host is one for all."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from scrapy.settings import Settings

from crawler import settings as scrapy_settings

if TYPE_CHECKING:
    from storage.records import Source


class Lane(Enum):
    """Crawlers differ in what TLS they speak."""

    NORMAL = "normal"
    UNVERIFIED = "unverified"
    LEGACY = "legacy"
    LEGACY_UNVERIFIED = "legacy, unverified"


_UNVERIFIED = {"DOWNLOAD_VERIFY_CERTIFICATES": False}
_LEGACY = {"DOWNLOAD_TLS_MIN_VERSION": "TLSv1.0", "FENGHUO_LEGACY_TLS": True}
#: What a lane adds to the settings.
LANE_SETTINGS: dict[Lane, dict[str, Any]] = {
    Lane.NORMAL: {},
    Lane.UNVERIFIED: _UNVERIFIED,
    Lane.LEGACY: _LEGACY,
    Lane.LEGACY_UNVERIFIED: _LEGACY | _UNVERIFIED,
}


def lane_of(source: Source) -> Lane:
    if source.legacy_tls:
        return Lane.LEGACY if source.verify_tls else Lane.LEGACY_UNVERIFIED
    return Lane.NORMAL if source.verify_tls else Lane.UNVERIFIED


def settings_of(lane: Lane) -> Settings:
    settings = Settings()
    settings.setmodule(scrapy_settings, priority="project")
    settings.setdict(LANE_SETTINGS[lane], priority="cmdline")
    return settings
