"""What people see: numbers in their units, tables for a terminal."""
