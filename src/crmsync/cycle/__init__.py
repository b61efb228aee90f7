"""The one room that calls the others: a cycle from pull to confirm, and the commands that approve, explain and sign."""
