"""The whole stack on the loopback address (tests/services/stack.py)."""
