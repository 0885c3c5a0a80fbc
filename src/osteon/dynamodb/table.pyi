# What type checkers see of batch_writer; aws/customizations makes it. No import here leads into the house.
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, Self

from osteon.dynamodb.types import ValueIn

class _Writer:
    def __init__(
        self,
        table_name: str,
        client: Any,
        flush_amount: int = 25,
        overwrite_by_pkeys: Iterable[str] | None = None,
    ) -> None: ...

class BatchWriter(_Writer):
    """For ``with``: what is still to be sent is sent at its end, after an error too."""

    def put_item(self, Item: Mapping[str, ValueIn]) -> None:
        """Put an item, now or with those that follow."""
    def delete_item(self, Key: Mapping[str, ValueIn]) -> None:
        """Delete an item, now or with those that follow."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...

class AsyncBatchWriter(_Writer):
    """:class:`BatchWriter` for ``async with``; its methods are awaitable."""

    def put_item(self, Item: Mapping[str, ValueIn]) -> Awaitable[None]:
        """Put an item, now or with those that follow."""
    def delete_item(self, Key: Mapping[str, ValueIn]) -> Awaitable[None]:
        """Delete an item, now or with those that follow."""
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *error: object) -> None: ...
