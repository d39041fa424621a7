"""The whole plan, in time. May import the parts of `making` that plan."""

from making.everyday import everyday_orders, wallet_steps
from making.incident import incident_steps, make_incident
from making.ordering import order_steps
from making.people import make_customers
from making.plan import END, Step, deployments

_CUSTOMERS = 96
_FIRST_ORDER = 2001


def whole_plan() -> list[Step]:
    """Every step from the opening of the shop to the end of the records, oldest first."""
    customers = make_customers(_CUSTOMERS)
    incident = make_incident(customers)
    orders = sorted(
        [*everyday_orders(customers), *incident.orders], key=lambda order: order.placed_at
    )
    for number, order in enumerate(orders, start=_FIRST_ORDER):
        order.number = f"O-{number}"
    steps = [*deployments(), *wallet_steps(customers), *incident_steps(incident)]
    for order in orders:
        steps.extend(order_steps(order))
    return sorted((step for step in steps if step.at < END), key=lambda step: step.at)
