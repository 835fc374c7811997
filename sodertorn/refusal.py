"""What can't be done, with the reasons for whoever asked. A leaf."""


class Refused(Exception):
    """Nothing was changed; `reasons` are Swedish sentences, for showing."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
