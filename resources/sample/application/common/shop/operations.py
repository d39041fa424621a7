"""The log of what was put into production, kept in the shop's own event store.

Part of the `shop` application; may import `shop.base`.
"""

from uuid import UUID

from shop.base import Context, ShopAggregate, event_metadata, stream_id


class Deployments(ShopAggregate):
    """The log of what was put into production, kept in the same store."""

    def __init__(self, release: str) -> None:
        self.release = release

    @staticmethod
    def create_id() -> UUID:
        """The one stream of deployments."""
        return stream_id("operations", "deployments")

    class Event(ShopAggregate.Event):
        """Any entry of the log."""

    class Started(Event, ShopAggregate.Created):
        """The shop went live."""

        release: str
        notes: list[str]

    class Deployed(Event):
        """A release went live."""

        release: str
        notes: list[str]

        def apply(self, aggregate: "Deployments") -> None:
            """Take the release."""
            aggregate.release = self.release

    @classmethod
    def start(cls, context: Context, notes: list[str]) -> "Deployments":
        """Open the log with the first release."""
        metadata = event_metadata(cls.create_id(), 1, context)
        return cls._create(cls.Started, release=context.release, notes=notes, metadata=metadata)

    def deploy(self, context: Context, notes: list[str]) -> str:
        """Log the release of `context`; return the event id."""
        return self.record(self.Deployed, context, release=context.release, notes=notes)
