"""How much a stranger's server may cost us: the one list of the crawl's numbers.

Each bound answers a case that was measured on Scrapy's defaults: 1 GiB bodies, 180 s a try and three tries,
20 redirects with a time limit each. A field's `description` is its documentation (`docs/configuration.md`
is held to this list by a test).
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    delay: float = Field(default=3.0, ge=0, le=3600, description="Seconds between two requests at a host.")
    jitter: float = Field(default=0.3, ge=0, le=1, description="Share by which that delay is lengthened at random.")
    most_delay: float = Field(default=120.0, ge=0, description="A longer Crawl-delay is capped at so many seconds.")
    most_retry_after: float = Field(
        default=21_600.0, ge=0, description="A longer Retry-After is capped at so many seconds."
    )
    hosts: int = Field(default=16, ge=1, le=1000, description="Hosts that are visited at the same time.")
    request_seconds: float = Field(
        default=30.0, gt=0, description="Time for one answer, redirects and all, from connecting to the last byte."
    )
    visit_seconds: float = Field(
        default=900.0, gt=0, description="Time for one visit to a source; what is left is taken up by the next."
    )
    tries: int = Field(default=3, ge=1, le=10, description="Tries at an address whose trouble may pass.")
    retry_seconds: float = Field(
        default=5.0, ge=0, description="Pause before the second try; it doubles with each further one."
    )
    redirects: int = Field(default=5, ge=0, le=20, description="Redirects followed for one address.")
    body_bytes: int = Field(
        default=8 << 20, ge=1 << 10, description="Largest body, as received and as unpacked, in bytes."
    )
    robots_bytes: int = Field(default=512 << 10, ge=1 << 10, description="What is read of a robots.txt, in bytes.")
    robots_hours: float = Field(default=24.0, gt=0, description="How long a robots.txt is believed.")
    url_length: int = Field(default=2083, ge=100, description="Longest address that is asked for.")
    list_pages: int = Field(default=5, ge=1, le=100, description="List pages turned in one visit.")
    articles: int = Field(default=80, ge=1, description="New articles fetched in one visit.")
    article_pages: int = Field(default=8, ge=1, description="Pages joined to one article (下一页).")
    attachments: int = Field(default=3, ge=0, description="Attachments read with an article whose own text is short.")
    reading_seconds: float = Field(default=20.0, gt=0, description="Time for a worker to read one page.")
    reading_megabytes: int = Field(default=1024, ge=256, description="Memory of a worker that reads pages.")
    workers: int = Field(default=2, ge=1, le=64, description="Processes that read pages.")
    lease_seconds: float = Field(
        default=120.0, gt=0, description="How long a host stays ours without a sign of life: the cost of a kill -9."
    )
    store_seconds: float = Field(
        default=300.0, ge=0, description="How long a visit waits for a database that is locked, away or out of room."
    )
    grace_days: float = Field(
        default=3.0, ge=0, description="What was published longer before its source was first read is backlog."
    )
