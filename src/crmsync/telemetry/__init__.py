"""What machines and admins read while crmsync works: log lines without anybody's data in them."""
