"""Page-ready reads, one module for each page that needs more than a line."""
