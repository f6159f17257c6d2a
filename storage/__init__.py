"""What is kept, what equals what, and how it is found. Imports nothing of `crawler` or `monitors`.

from storage import Store

The Store is loaded when it is asked for: the processes that read pages need the records and not SQLAlchemy, which
takes 0.4 s to import.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.errors import StoreError
    from storage.store import Store

__all__ = ["Store", "StoreError"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from storage.store import Store

        return Store
    if name == "StoreError":
        from storage.errors import StoreError

        return StoreError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
