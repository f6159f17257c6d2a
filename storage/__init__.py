"""What is kept, what equals what, and how it is found. Imports nothing of `crawler` or `monitors`.

from storage import Store
"""

from storage.errors import StoreError
from storage.store import Store

__all__ = ["Store", "StoreError"]
