"""What people read: rows and findings rendered as text, JSON and HTML from one value; never fetches."""
