"""The API's part about handoffs, and about the tags and stages that start them."""
