"""What must hold before a budget is published; each obstacle is a Swedish sentence with its figures."""

from budget.balance import Balance, Reconciliation
from sodertorn.money import kronor, number


def publication_obstacles(
    balance: Balance, *, number_of_lines: int, reconciliation: Reconciliation | None, comment: str
) -> list[str]:
    """Why a budget can't be published, in the order it would be mended; empty when it can.

    It must have lines, revenue must equal cost, and fees that differ from the rule for the fee must be
    explained in the secretariat's `comment`. Without a `reconciliation` there is nothing to explain.
    """
    obstacles = []
    if not number_of_lines:
        obstacles.append("Budgeten har inga poster.")
    if not balance.is_balanced:
        is_short = balance.difference < 0
        obstacles.append(
            f"Intäkterna är {kronor(balance.revenue)} och kostnaderna {kronor(balance.cost)}: "
            f"{kronor(abs(balance.difference))} {'fattas' if is_short else 'blir över'}."
        )
    if reconciliation and not reconciliation.agrees and not comment.strip():
        obstacles.append(
            f"Avgiften gånger {number(reconciliation.inhabitants)} invånare är "
            f"{kronor(reconciliation.by_rule)}, men budgeten tar upp {kronor(reconciliation.budgeted)}: "
            f"skillnaden {kronor(reconciliation.difference)} måste förklaras i kommentaren till avstämningen."
        )
    return obstacles
