"""How the formats of workspaces are read: SQLMesh, Headwater's own, dbt (recognised only)."""
