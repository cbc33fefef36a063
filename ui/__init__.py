"""Gradio web chat and terminal chat: draws, decides nothing."""
