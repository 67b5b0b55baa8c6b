"""Page-ready reads; each names its page, and costs the same however much there is."""
