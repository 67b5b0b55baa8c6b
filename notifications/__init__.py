"""What is owed to people, and how it is delivered."""
