"""The Banana Gambit (section 5.3 of the paper): a helper that wants the user to say a word."""
