"""Everything that lets somebody else make a collection's figures again, in one file."""
