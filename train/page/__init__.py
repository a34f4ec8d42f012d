"""A run in one page that is read offline: one HTML file with its pictures and videos inside."""
