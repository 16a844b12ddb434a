"""What lineage and edits mean across models: lineage, fingerprints, impact, checks."""
