"""What people ask, inside."""
