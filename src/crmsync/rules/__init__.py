"""One business question per file, pure: facts and one section of the agreement in, a finding out."""
