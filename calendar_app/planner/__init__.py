"""A draft of a year's calendar: which days, whose turn it is to host, and why.

Knows neither the database nor the clock: `calendar_app.planning` makes a `Brief` of the rows, and stores
what the secretariat accepts of the draft.

A meeting has a place in the year where it usually lies (in 2017 the committee met in the weeks 5, 12, 22,
37, 43 and 49). What the calendar already has takes the places nearest to it. The planner finds days for the
places left over, for meetings of which only the month is known, and for the meetings that prepare others.
"""

from calendar_app.planner.brief import Brief, Place, Proposal, Proposed, Series, Turns
from calendar_app.planner.draft import propose_year

__all__ = ["Brief", "Place", "Proposal", "Proposed", "Series", "Turns", "propose_year"]
