"""The shop of generation 1: the commands every generation has.

Part of the `shop` application; may import `shop.application`.
"""

from shop.application import ShopBase


class Shop(ShopBase):
    """Generation 1."""

    name = "shop"
