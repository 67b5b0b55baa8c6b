"""An invented team with five weeks behind it, made with the same verbs that people use."""
