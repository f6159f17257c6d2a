"""Mails: how a digest looks, and the message that carries it."""

from monitors.mails.message import Envelope, Letterhead, assemble, message_id, render, standalone
from monitors.mails.pages import Page, TooLongError, page

__all__ = ["Envelope", "Letterhead", "Page", "TooLongError", "assemble", "message_id", "page", "render", "standalone"]
