"""How it works: one small file a relation, each a published model held to a known result by a test."""
