"""What people export from their CRMs, read as it lies: any usual header, encoding, separator, date and footer."""
