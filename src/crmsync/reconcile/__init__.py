"""From what was observed to what should be written: match, decide, plan, settle, guard, confirm. Pure."""
