"""Log lines without personal data; implements the Observer."""
