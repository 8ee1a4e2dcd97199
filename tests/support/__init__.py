"""What tests stand on: a throw-away PostgreSQL, a real server, a real browser, a mail server."""
