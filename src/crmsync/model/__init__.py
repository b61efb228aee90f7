"""The nouns every room speaks: frozen values, the ports, and errors named by what the caller does next."""
