"""The signed agreement as a value: what a lead is, which statuses exist, who owns each, how fast each side acts."""
