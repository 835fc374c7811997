"""The wizard "Nytt verksamhetsår": a draft of a year's plan, hosts, calendar and budget from the year before.

Each step reads from the database what is done, so that it can be left and resumed, by another clerk too, and
does only what is lacking, so that doing it twice makes no doubles. An adopted year is left alone.
"""
