"""One file per command: text for people, --json for programs; no logic of their own."""
