"""Customers, articles and addresses of the sample shop. Everybody here is made up.

May import the standard library and `shop.base`.
"""

from decimal import Decimal
from random import Random
from typing import Any

from shop.base import Customer, Line

_KOREAN_FAMILY = (
    "김",
    "이",
    "박",
    "최",
    "정",
    "강",
    "조",
    "윤",
    "장",
    "임",
    "오",
    "서",
    "신",
    "권",
)
_KOREAN_GIVEN = (
    "서연", "민준", "하은", "도윤", "예준", "수아", "지호", "시우", "유진", "은우", "나연", "현우",
)  # fmt: skip
_OTHERS = (
    ("Lindqvist", "Karin"), ("Wójcik", "Łukasz"), ("O'Neill", "Siobhán"), ("Müller", "Jürgen"),
    ("García", "Lucía"), ("Yılmaz", "Ayşe"), ("Иванова", "Ольга"), ("Nguyễn", "Thị Lan"),
    ("佐藤", "陽菜"), ("李", "小龍"), ("Dvořák", "Jiří"), ("الحسن", "ليلى"), ("Smith", "Ann"),
    ("Rossi", "Giulia"), ("Þórsdóttir", "Guðrún"), ("Papadopoulou", "Ελένη"), ("Cohen", "נועה"),
    ("de Vries", "Sanne"), ("Brown", "Théo"), ("Sørensen", "Bjørn"), ("Kowalska", "Zofia"),
    ("Fernandes", "João"), ("Schmidt", "Anneliese"), ("Murphy", "Caoimhe"), ("Novak", "Špela"),
    ("Szabó", "Ágnes"), ("Tanaka", "拓海"), ("Virtanen", "Päivi"),
)  # fmt: skip
_CITIES = (
    ("Seoul", "KR", "테헤란로 {n}"), ("부산", "KR", "해운대로 {n}"), ("대구", "KR", "동성로 {n}"),
    ("Leipzig", "DE", "Karl-Liebknecht-Straße {n}"), ("Wien", "AT", "Mariahilfer Straße {n}"),
    ("København", "DK", "Nørrebrogade {n}"), ("Kraków", "PL", "ul. Długa {n}"),
)  # fmt: skip
_ARTICLES = (
    ("TEA-MOON-CUP", "달항아리 찻잔 / moon jar tea cup", "19.20"),
    ("TEA-SEJAK-50", "세작 녹차 50 g", "15.90"),
    ("TEA-HOJI-100", "Hojicha 100 g", "12.40"),
    ("TEA-OMIJA", "오미자청 300 ml", "17.80"),
    ("CER-BOWL-M", "Bowl, celadon, medium", "28.50"),
    ("CER-PLATE-L", "Plate, white, large", "34.00"),
    ("CER-VASE-S", "Vase, small", "42.60"),
    ("PAP-HANJI-A4", "한지 A4 20장", "9.80"),
    ("PAP-NOTE-B6", "Notebook B6, stitched", "11.50"),
    ("PAP-CARD-10", "Letter cards, set of 10", "8.90"),
    ("INK-BLACK", "Ink, black 50 ml", "13.70"),
    ("BRUSH-03", "붓 3호", "22.30"),
    ("WRAP-BOJAGI", "보자기 60 cm", "24.90"),
    ("SET-GIFT-L", "Gift set “Autumn”", "64.50"),
)
CAFE = Customer("C-1003", "카페", "온유", "ko-KR", "order@cafe-onyu.example", "+82 2-555-0142")
JIWOO = Customer("C-1042", "한", "지우", "ko-KR", "jiwoo.han@mail.example", "+82 10-5550-4212")


def make_customers(count: int) -> list[Customer]:
    """`count` customers with numbers from C-1001 on, the café and Han Jiwoo among them."""
    rng = Random("customers")
    korean = [(family, given) for family in _KOREAN_FAMILY for given in _KOREAN_GIVEN]
    rng.shuffle(korean)
    names = [*_OTHERS, *korean[: count - len(_OTHERS)]]
    rng.shuffle(names)
    known = {CAFE.number: CAFE, JIWOO.number: JIWOO}
    made = (_make_customer(f"C-{1001 + index}", name, rng) for index, name in enumerate(names))
    return [known.get(customer.number, customer) for customer in made]


def make_lines(rng: Random, *, most: int = 3) -> list[Line]:
    """A basket of one to `most` different articles."""
    chosen = rng.sample(_ARTICLES, rng.randint(1, most))
    return [
        Line(sku, name, rng.choice((1, 1, 1, 2, 2, 3)), Decimal(price))
        for sku, name, price in chosen
    ]


def line(sku: str, quantity: int = 1) -> Line:
    """A line of a basket. Raises StopIteration for an unknown article."""
    name, price = next((name, price) for known, name, price in _ARTICLES if known == sku)
    return Line(sku, name, quantity, Decimal(price))


def make_address(rng: Random) -> dict[str, Any]:
    """A place to deliver to; a third of them without coordinates."""
    city, country, street = rng.choice(_CITIES)
    point = [round(35 + rng.random() * 20, 6), round(10 + rng.random() * 117, 6)]
    return {
        "street": street.format(n=rng.randint(1, 240)),
        "city": city,
        "zip": f"{rng.randint(1000, 99999):05d}",
        "country": country,
        "geo": point if rng.random() < 0.66 else None,
    }


def _make_customer(number: str, name: tuple[str, str], rng: Random) -> Customer:
    family, given = name
    is_korean = family in _KOREAN_FAMILY
    phone = f"+82 10-{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}" if is_korean else None
    locale = "ko-KR" if is_korean else rng.choice(("en-IE", "de-DE", "pl-PL", "en-GB"))
    return Customer(number, family, given, locale, f"{number.lower()}@mail.example", phone)
