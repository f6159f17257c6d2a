"""What can go wrong with the store, named by the remedy.

StoreError
├── StoreUnavailable    for the moment: the caller may pause and ask again; nothing that was acknowledged is lost
│   ├── StoreLocked     another process holds the write lock
│   └── StoreUnreachable    no answer from the server, or it went away
├── StoreFull           no room on the disk
├── StoreReadOnly       file, folder or role may not be written
├── StoreDamaged        not a database, or a damaged one
├── StoreMisplaced      the address names nothing that can be opened
│   └── StoreMissing    there is no database yet
└── SchemaMismatch      made by another version of this program
    ├── SchemaTooOld    `fenghuo db migrate`
    └── SchemaTooNew    install the newer version
"""

from __future__ import annotations


class StoreError(Exception):
    """One line that says what is wrong and what to do."""


class StoreUnavailable(StoreError):
    """Passes by itself or is mended outside; try again later."""


class StoreLocked(StoreUnavailable):
    pass


class StoreUnreachable(StoreUnavailable):
    pass


class StoreFull(StoreError):
    pass


class StoreReadOnly(StoreError):
    pass


class StoreDamaged(StoreError):
    pass


class StoreMisplaced(StoreError):
    pass


class StoreMissing(StoreMisplaced):
    pass


class SchemaMismatch(StoreError):
    pass


class SchemaTooOld(SchemaMismatch):
    pass


class SchemaTooNew(SchemaMismatch):
    pass
