"""Virtual data environments: everything that touches a database."""
