"""Translation between a CRM's spelling and ours: compile the mapping, read records, conform what we want to write."""
