"""SOQL as the org understands it: tokens, a small true grammar, and running a query over the rows."""
