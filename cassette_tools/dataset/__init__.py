"""Many recordings as a table: written as Parquet, asked in SQL."""
