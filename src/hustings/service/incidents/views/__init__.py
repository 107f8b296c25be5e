"""The board of incidents, and one incident."""
