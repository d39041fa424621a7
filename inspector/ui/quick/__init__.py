"""One box in which things are found by typing: commands, streams, ids, stores, time zones."""

from inspector.ui.quick.box import QuickBox
from inspector.ui.quick.offers import Offer, OfferSource

__all__ = ["Offer", "OfferSource", "QuickBox"]
