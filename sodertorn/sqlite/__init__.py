"""SQLite as Django has it, for connections that are kept between requests. A leaf."""
