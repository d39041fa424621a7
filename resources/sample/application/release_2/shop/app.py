"""The shop of generation 2: the commands every generation has.

Part of the `shop` application; may import `shop.application`.
"""

from shop.application import ShopBase


class Shop(ShopBase):
    """Generation 2."""

    name = "shop"
