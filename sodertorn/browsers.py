"""What a browser calls itself, in words that its owner knows. A leaf."""

# The first that is found counts: Edge also says Chrome, and Chrome also says Safari.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """As in "Firefox i Windows"; what can't be told is left out."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "Okänd webbläsare")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} i {system}" if system else browser
