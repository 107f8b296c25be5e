"""Reading the taxonomy, the reader in force, labels and models."""
